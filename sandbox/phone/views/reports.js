// The reports of whom I act for, newest first.

import * as api from "../api.js";
import { h } from "../dom.js";
import { day, state } from "../format.js";
import { paged } from "../parts/paged.js";
import { subjectCard } from "../parts/subject.js";
import { acting } from "../store.js";

export async function reports({ again }) {
  const act = await acting();
  const list = await paged({
    ask: api.reports(act.subject.id), row, test: "reports", empty: "还没有报告。",
  });
  return h("div", { class: "stack" }, subjectCard(act, again),
    h("a", { class: "button primary", href: "#/request", test: "new-report" }, "申请新报告"),
    h("section", { class: "card" }, h("h2", {}, "已申请的报告"), list));
}

function row(report) {
  const { word, tone } = state(report.state);
  return h("a", { class: "row", href: `#/reports/${report.id}`, test: "report-item",
    "data-state": report.state },
  h("span", { class: "row-main" },
    h("span", { class: "row-title" }, report.purpose_label),
    h("span", { class: "quiet" }, `${day(report.requested_at)}申请`),
    report.state === "ready"
      && h("span", { class: "quiet" }, `${day(report.expires_at)}到期`)),
  h("span", { class: `badge ${tone}` }, word));
}
