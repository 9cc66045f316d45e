// Promises of whom I act for, newest first, and the texts that can be signed.

import * as api from "../api.js";
import { can } from "../duties.js";
import { h } from "../dom.js";
import { day } from "../format.js";
import { paged } from "../parts/paged.js";
import { row } from "../parts/row.js";
import { notYours, subjectCard } from "../parts/subject.js";
import { acting } from "../store.js";

const STATES = {
  draft: ["待签署", "waiting"],
  signed: ["已签署", "good"],
  ordered: ["责令改正", "bad"],
  proposed: ["认定复核中", "waiting"],
  broken: ["已认定违诺", "bad"],
  objected: ["异议处理中", "waiting"],
  kept: ["全部履行", "good"],
  withdrawn: ["已撤回", "over"],
};

export function toneOf(state) {
  const [word, tone] = STATES[state];
  return { word, tone };
}

export const categoryOf = ({ uscc }) => {
  if (!uscc) return "person";
  return uscc.startsWith("92") ? "individual_business" : "organisation";
};

export async function promises({ again }) {
  const act = await acting();
  const top = subjectCard(act, again);
  if (!can(act.subject, "promise")) return h("div", { class: "stack" }, top, notYours("签署承诺"));
  const [texts, list] = await Promise.all([api.promiseTemplates(), paged({
    ask: api.promises(act.subject.id), row: item, test: "promises", empty: "还没有承诺书。",
  })]);
  const fitting = texts.filter(({ promisors }) => promisors.includes(categoryOf(act.subject)));
  return h("div", { class: "stack" }, top,
    h("section", { class: "card" }, h("h2", {}, "我的承诺"), list),
    h("section", { class: "card" }, h("h2", {}, "可以签署的承诺书"),
      h("ul", { class: "rows" }, fitting.map((text) => row(text.title,
        `${text.kind_label}，${text.department}受理`, `#/promises/new/${text.code}`,
        `promise-new-${text.code}`)))));
}

const item = (each) => h("a", { class: "row", href: `#/promises/${each.id}`, test: "promise-item",
  "data-state": each.state },
h("span", { class: "row-main" },
  h("span", { class: "row-title" }, each.title),
  h("span", { class: "quiet" }, each.signature
    ? `${day(each.signature.at)}签署，${each.signature.code}` : `${day(each.created_at)}填写`)),
h("span", { class: `badge ${toneOf(each.state).tone}` }, toneOf(each.state).word));
