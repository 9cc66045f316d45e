// Arrears, theft and breach of use (用电信用记录) reported of whom I act for, and one of them.

import * as api from "../api.js";
import { can } from "../duties.js";
import { h } from "../dom.js";
import { day, grouped, moment } from "../format.js";
import { facts } from "../parts/facts.js";
import { form } from "../parts/form.js";
import { messagesPart } from "../parts/messages.js";
import { paged } from "../parts/paged.js";
import { notYours, subjectCard } from "../parts/subject.js";
import { acting, draft } from "../store.js";

const STATES = {
  watched: ["催告期内", "over"],
  to_serve: ["待书面告知", "over"],
  noticed: ["可提异议", "waiting"],
  objected: ["异议处理中", "waiting"],
  dismissed: ["异议不成立", "waiting"],
  proposed: ["复核中", "waiting"],
  entered: ["已进入记录", "bad"],
  revoking: ["撤销复核中", "waiting"],
  closed: ["未进入记录", "good"],
  revoked: ["已撤销", "good"],
};

function badge({ state }) {
  const [word, tone] = STATES[state];
  return h("span", { class: `badge ${tone}` }, word);
}

const yuan = (fen) => `${grouped(Math.floor(fen / 100))}.${String(fen % 100).padStart(2, "0")} 元`;
const last = ({ on, provisional }) => (
  provisional ? `${day(on)}（暂定，当年节假日安排尚未公布）` : day(on));

export async function usageRecords({ again }) {
  const act = await acting();
  const top = subjectCard(act, again);
  if (!["read", "electricity"].some((duty) => can(act.subject, duty))) return h("div", { class: "stack" }, top, notYours("查看用电信用记录"));
  const list = await paged({
    ask: api.usageRecords(act.subject.id), row, test: "usage-records",
    empty: "没有欠缴电费、窃电、违约用电的记录。",
  });
  return h("div", { class: "stack" }, top, h("section", { class: "card" }, list));
}

const row = (one) => h("a", { class: "row", href: `#/usage-records/${one.id}`, test: "usage-record",
  "data-state": one.state },
h("span", { class: "row-main" },
  h("span", { class: "row-title" }, one.kind_label),
  h("span", { class: "quiet" }, `${day(one.reported_at)}报送，编号 ${one.reference}`)),
badge(one));

export async function usageRecord(page) {
  const one = await api.usageRecord(page.params.id);
  const arrears = one.kind === "arrears";
  return h("div", { class: "stack" },
    h("section", { class: "card", test: "usage", "data-state": one.state },
      h("p", { class: "labels" }, badge(one)),
      h("p", { class: "big" }, one.kind_label),
      h("p", { class: "quiet" }, one.state_text),
      facts([
        ["户号", one.account], ["金额", one.amount === null ? null : yuan(one.amount)],
        ["缴纳期限", one.bill_due_on && day(one.bill_due_on)],
        [arrears ? "催告文书" : "查明文书", `${one.paper.issuer} ${one.paper.number}`],
        [arrears ? "催告日期" : "查明日期", day(one.paper.on)],
        ["查明情况", one.found || null], ["正当理由", one.excuse || null],
        ["催告后期限", one.ripens_on && day(one.ripens_on), "usage-ripens"],
        ["异议期限", one.object_by && last(one.object_by), "usage-object-by"],
        ["缴清日期", one.paid_on && day(one.paid_on)],
        ["进入记录日期", one.entered_on && day(one.entered_on)],
        ["供电企业编号", one.reference],
      ])),
    one.may_object && await objecting(one, page),
    one.objection && h("section", { class: "card" }, h("h2", {}, "异议"),
      facts([["异议理由", one.objection.reason, "usage-objection"],
        ["答复期限", one.objection.answer ? null : last(one.objection.decide_by)],
        ["答复", one.objection.answer || null]])),
    h("section", { class: "card" }, h("h2", {}, "办理过程"),
      h("ol", { class: "rows", test: "usage-steps" }, one.steps.map((step) => h("li", { class: "look" },
        h("p", { class: "row-title" }, step.text), h("p", { class: "quiet" }, moment(step.at)))))));
}

async function objecting(one, { again }) {
  const name = `usage-${one.id}`;
  const messages = await messagesPart("usage");
  async function send(values) {
    await messages.ask();
    await api.objectToUsage(one.id, values);
    draft.drop(name);
    again();
  }
  return h("section", { class: "card" }, h("h2", {}, "提出异议"),
    h("p", {}, `认为有误的，可以在 ${last(one.object_by)} 前提出一次，由报送人以外的人处理。`),
    form({
      name, fields: [{ name: "reason", label: "哪里不对，为什么", test: "usage-reason",
        many: true, rows: "4", maxlength: "500", hint: "5 到 500 个字" }],
      extras: [messages], word: "提出异议", test: "usage-object", send,
    }));
}
