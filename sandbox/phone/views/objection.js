// One objection: where it stands, until when it must be decided, and every step so far.

import * as api from "../api.js";
import { h } from "../dom.js";
import { day, moment } from "../format.js";
import { facts } from "../parts/facts.js";
import { form } from "../parts/form.js";
import { messagesPart } from "../parts/messages.js";
import { replace } from "../router.js";
import { draft } from "../store.js";

const STATES = {
  raised: ["送交中", "waiting"],
  passed: ["已受理", "waiting"],
  checking: ["核查中", "waiting"],
  extended: ["已延期", "waiting"],
  upheld: ["异议成立", "good"],
  rejected: ["异议不成立", "over"],
  undeliverable: ["未能送交", "bad"],
};

export function toneOf(state) {
  const [word, tone] = STATES[state];
  return { word, tone };
}

export async function objection({ params }) {
  const one = await api.objection(params.id);
  const { word, tone } = toneOf(one.state);
  return h("div", { class: "stack" },
    h("section", { class: "card", test: "objection", "data-state": one.state },
      h("p", { class: "labels" }, h("span", { class: `badge ${tone}` }, word),
        one.overdue && h("span", { class: "badge bad", test: "objection-overdue" }, "已超期")),
      h("p", { class: "big" }, one.state_text),
      facts([
        ["办理期限", one.deadline && limit(one.deadline), "objection-deadline"],
        ["处理意见", one.opinion || null, "objection-opinion"],
      ]),
      one.state === "upheld" && h("a", { class: "button primary", href: "#/request" }, "重新申请报告"),
      ["rejected", "undeliverable"].includes(one.state)
        && h("a", { class: "button", href: "#/counter" }, "到窗口当面办理")),
    h("section", { class: "card" }, h("h2", {}, "对哪一条"),
      facts([["信息", one.record_title || null], ["类别", one.section_title || null],
        ["异议理由", one.reason || null], ["报告编号", one.report_number]]),
      !one.record_title && h("p", { class: "quiet", test: "objection-bare" },
        "信息内容只向有权查看报告的人显示，且须授权有效。"),
      h("a", { class: "button", href: `#/reports/${one.report_id}` }, "查看报告")),
    h("section", { class: "card" }, h("h2", {}, "办理过程"),
      h("ol", { class: "rows", test: "objection-steps" }, one.steps.map((step) => h("li", { class: "look" },
        h("p", { class: "row-title" }, step.text), h("p", { class: "quiet" }, moment(step.at)))))));
}

const limit = ({ on, provisional }) => (
  provisional ? `${day(on)}（暂定，当年节假日安排尚未公布）` : day(on));

/** The form; the record is named by the report from which it was opened. */
export async function object({ params }) {
  const messages = await messagesPart("objection");
  const name = `object-${params.id}-${params.section}-${params.record}`;
  async function send(values) {
    await messages.ask();
    const raised = await api.object(params.id, { record_id: params.record, section: params.section, ...values });
    draft.drop(name);
    replace(`/objections/${raised.id}`);
  }
  return h("section", { class: "card" },
    h("p", { class: "big" }, "对这条信息有异议"),
    h("p", {}, params.title),
    h("p", { class: "quiet" }, "提出后，这条信息会立即标注“异议处理中”，由市公共信用信息平台核查，结果在“消息”里告诉您。"),
    form({
      name,
      fields: [{ name: "reason", label: "哪里不对，为什么", test: "objection-reason",
        many: true, rows: "5", maxlength: "500", hint: "5 到 500 个字" }],
      extras: [messages],
      word: "提出异议",
      test: "objection-submit",
      send,
    }));
}
