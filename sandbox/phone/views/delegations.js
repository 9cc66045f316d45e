// Who acts for the subject: given by me, each ended in two taps; or what was given to me.

import * as api from "../api.js";
import { fill, h } from "../dom.js";
import { principal, scopeText } from "../duties.js";
import { day } from "../format.js";
import { action } from "../parts/action.js";
import { agreeing, consentPart } from "../parts/consent.js";
import { facts, unbroken } from "../parts/facts.js";
import { paged } from "../parts/paged.js";
import { limits, roleOf, subjectCard } from "../parts/subject.js";
import { problemBox } from "../parts/problem.js";
import { acting } from "../store.js";

const STATES = {
  invited: ["等待接受", "waiting"],
  active: ["代办中", "good"],
  suspended: ["已暂停", "bad"],
  lapsed: ["邀请已过期", "over"],
  expired: ["已到期", "over"],
  withdrawn: ["已收回", "over"],
  resigned: ["对方已辞去", "over"],
};
const STANDING = ["invited", "active", "suspended"];

export async function delegations({ again }) {
  const act = await acting();
  const { subject } = act;
  return h("div", { class: "stack" }, subjectCard(act, again),
    ...(principal(subject) ? await given(subject, again) : [received(subject, again)]));
}

async function given(subject, again) {
  const firm = subject.kind === "enterprise";
  const list = await paged({
    ask: api.delegations(subject.id), row: (each) => card(each, subject, again),
    test: "delegations", empty: firm ? "还没有委托经办人。" : "还没有请亲友帮忙。",
  });
  return [
    h("section", { class: "card" },
      h("p", {}, firm
        ? "经办人可以按您给的权限为企业办事，不能代您签字、授权。您随时可以收回。"
        : "亲友可以按您给的权限帮您看进度、看报告，不能代您签字、申请。您随时可以收回。"),
      h("a", { class: "button primary", href: "#/delegations/new", test: "invite-entry" },
        firm ? "委托经办人" : "请亲友帮忙")),
    h("section", { class: "card" }, h("h2", {}, firm ? "委托的经办人" : "帮忙的亲友"), list),
  ];
}

function card(delegation, subject, again) {
  const { state } = delegation;
  const [word, tone] = STATES[state];
  return h("div", { class: "consent-row", test: "delegation-item", "data-state": state,
    "data-id": delegation.id },
  h("p", { class: "row-title plain" }, delegation.name,
    h("span", { class: `badge ${tone}` }, word)),
  h("p", {}, delegation.state_text),
  details(delegation),
  state === "suspended" && confirming(delegation, subject, again),
  STANDING.includes(state) && ending(END, delegation.id, again));
}

const details = (delegation) => facts([
  ["手机号", unbroken(delegation.phone)],
  ["权限", scopeText(delegation.scope)],
  ["截止", day(delegation.ends_on)],
  ["接受时间", delegation.accepted_at && day(delegation.accepted_at)],
]);

function confirming(delegation, subject, again) {
  const place = h("div", { class: "stack" });
  const confirm = async () => {
    try {
      await api.confirmAgent(delegation.id, subject.id);
    } catch (problem) {
      if (problem.code !== "consent_required") throw problem;
      return askConsent(problem);
    }
    return again();
  };
  /** What the agent may see of reports rests on the successor's own consent. */
  async function askConsent(problem) {
    const part = await consentPart("credit-report", subject.id);
    fill(place, problemBox(problem), agreeing(part, again));
  }
  return fill(place, h("p", {}, "您确认后，经办人继续按原权限办理。"),
    action("确认由他继续办理", confirm, { test: "confirm-agent" }));
}

const END = { word: "收回委托", sure: "确认收回", test: "end-delegation",
  note: "收回后立即失效，对方已经分享出去的链接也会失效。需要时可以重新邀请。" };
const RESIGN = { word: "不再代办", sure: "确认不再代办", test: "resign",
  note: "确认后立即失效，您已经分享出去的链接也会失效。需要时可以请对方重新邀请。" };

function ending({ word, sure, note, test }, id, again) {
  const end = async () => {
    await api.endDelegation(id);
    again();
  };
  return h("details", {}, h("summary", { test: `${test}-open` }, word),
    h("p", {}, note),
    action(sure, end, { kind: "danger", test }));
}

function received(subject, again) {
  const place = h("div", {});
  return fill(place, h("section", { class: "card", test: "delegation-received" },
    h("p", { class: "big" }, roleOf(subject)),
    limits(subject).map((each) => h("p", {}, each)),
    h("p", { class: "quiet" }, "您看到和能办的，以委托的权限为限；每一次办理都会记下您和委托人。"),
    ending(RESIGN, subject.id, again)));
}
