// Objections (异议) to records of whom I act for, newest first.

import * as api from "../api.js";
import { can } from "../duties.js";
import { h } from "../dom.js";
import { day } from "../format.js";
import { paged } from "../parts/paged.js";
import { notYours, subjectCard } from "../parts/subject.js";
import { acting } from "../store.js";
import { toneOf } from "./objection.js";

export async function objections({ again }) {
  const act = await acting();
  const top = subjectCard(act, again);
  if (!can(act.subject, "follow")) return h("div", { class: "stack" }, top, notYours("查看异议"));
  const list = await paged({
    ask: api.objections(act.subject.id), row, test: "objections",
    empty: "没有提出过异议。打开一份报告，在有误的那一条下面可以提出。",
  });
  return h("div", { class: "stack" }, top, h("section", { class: "card" },
    list, h("a", { class: "button", href: "#/reports" }, "从报告里提出异议")));
}

const row = (each) => h("a", { class: "row", href: `#/objections/${each.id}`, test: "objection-item",
  "data-state": each.state },
h("span", { class: "row-main" },
  h("span", { class: "row-title" }, each.record_title || "一条信息"),
  h("span", { class: "quiet" }, [each.section_title, `${day(each.raised_at)}提出`].filter(Boolean).join("，"))),
h("span", { class: `badge ${toneOf(each.state).tone}` }, toneOf(each.state).word));
