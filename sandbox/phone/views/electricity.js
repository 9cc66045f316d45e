// Electricity by credit: what it is, for everybody; the applications of whom I act for, once signed in.

import * as api from "../api.js";
import { can } from "../duties.js";
import { h } from "../dom.js";
import { day } from "../format.js";
import { paged } from "../parts/paged.js";
import { notYours, subjectCard } from "../parts/subject.js";
import { signedIn } from "../session.js";
import { acting } from "../store.js";

const TONES = {
  draft: "waiting", report_blocked: "bad", report_ok: "waiting", returned: "bad",
  energised: "good", closed: "good", withdrawn: "over", rejected: "bad",
};

const WORDS = {
  draft: "填写中", submitted: "已提交", identity_ok: "待受理", report_blocked: "报告未通过",
  report_ok: "待签承诺", promise_signed: "待受理", accepted: "已受理", returned: "待补材料",
  survey: "现场勘查", plan_replied: "已答复方案", external_works: "外线施工", energised: "已接电",
  closed: "已办结", withdrawn: "已撤回", rejected: "不予办理",
};

/** A state's short word and its tone: what waits for the supplier is under way. */
export const toneOf = (state) => ({ word: WORDS[state], tone: TONES[state] ?? "waiting" });

/** Watts as people say them. */
export const kilowatts = (watts) => `${watts / 1000} 千瓦`;

/** A last day; beyond the published calendar it may move. */
export const due = ({ on, provisional }) => (
  provisional ? `${day(on)}（暂定，当年节假日安排尚未公布）` : day(on));

export const stateBadge = (state) => h("span", { class: `badge ${toneOf(state).tone}` }, toneOf(state).word);

export async function electricity({ again }) {
  if (!signedIn()) return h("div", { class: "stack" }, about(true));
  const act = await acting();
  const top = subjectCard(act, again);
  if (!can(act.subject, "electricity")) return h("div", { class: "stack" }, top, notYours("用电申请"), about(false));
  const list = await paged({
    ask: api.applications(act.subject.id), row: item, test: "applications", empty: "还没有用电申请。",
  });
  return h("div", { class: "stack" }, top,
    h("section", { class: "card" }, h("h2", {}, "我的用电申请"), list,
      h("a", { class: "button primary", href: "#/electricity/new", test: "application-new" }, "申请用电")),
    about(false));
}

const about = (first) => h("section", { class: "card" },
  h("p", { class: first ? "big" : "row-title" }, "没有产权证明，也能申请用电"),
  h("p", {}, "凭公共信用信息报告和一份诚信守法用电承诺，代替产权证明；其他材料和安全要求不变。"),
  h("a", { class: first ? "button primary" : "button", href: "#/electricity/check", test: "check-entry" },
    "先问问能不能办（不用登录）"),
  first && h("a", { class: "button", test: "go-sign-in",
    href: `#/sign-in?then=${encodeURIComponent("/electricity")}` }, "登录申请用电"));

const item = (one) => h("a", { class: "row", href: `#/electricity/${one.id}`, test: "application-item",
  "data-state": one.state },
h("span", { class: "row-main" },
  h("span", { class: "row-title" }, one.business_label || "用电申请"),
  one.address && h("span", {}, one.address),
  h("span", { class: "quiet" }, one.number || `${day(one.changed_at)}保存`)),
stateBadge(one.state));
