// The reports of whom I act for, newest first.

import * as api from "../api.js";
import { can } from "../duties.js";
import { h } from "../dom.js";
import { day, state } from "../format.js";
import { paged } from "../parts/paged.js";
import { notYours, subjectCard } from "../parts/subject.js";
import { acting } from "../store.js";

export async function reports({ again }) {
  const act = await acting();
  const top = subjectCard(act, again);
  if (!can(act.subject, "follow")) return h("div", { class: "stack" }, top, notYours("信用报告"));
  const list = await paged({
    ask: api.reports(act.subject.id), row, test: "reports", empty: "还没有报告。",
  });
  return h("div", { class: "stack" }, top,
    can(act.subject, "request") && h("a",
      { class: "button primary", href: "#/request", test: "new-report" }, "申请新报告"),
    h("section", { class: "card" }, h("h2", {}, "已申请的报告"), list));
}

function row(report) {
  const { word, tone } = state(report.state);
  return h("a", { class: "row", href: `#/reports/${report.id}`, test: "report-item",
    "data-state": report.state },
  h("span", { class: "row-main" },
    h("span", { class: "row-title" }, report.purpose_label),
    h("span", {}, report.edition_label),
    h("span", { class: "quiet" }, `${day(report.requested_at)}申请`),
    report.state === "ready"
      && h("span", { class: "quiet" }, `${day(report.expires_at)}到期`)),
  h("span", { class: `badge ${tone}` }, word));
}
