// For whom I act: the one chosen, and a switch when there are several.

import { principal, scopeText } from "../duties.js";
import { h } from "../dom.js";
import { day } from "../format.js";
import { actFor } from "../store.js";

const ROLES = {
  self: "本人",
  legal_representative: "法定代表人（负责人）",
  agent: "经办人（受企业委托）",
  helper: "亲友（帮他办）",
};

export const nameOf = (subject) => subject.name || "本人";
export const roleOf = (subject) => ROLES[subject.role];

/** What a delegated role covers and until when, as sentences; nothing for who acts by own right. */
export function limits(subject) {
  if (principal(subject)) return [];
  return [
    `可以办：${scopeText(subject.scope)}${subject.ends_on ? `；${day(subject.ends_on)}止` : ""}`,
    subject.suspended && "✕ 已暂停：法定代表人有变动，新任法定代表人确认后才能继续",
  ].filter(Boolean);
}

/** `changed` is called after another subject was chosen. */
export function subjectCard({ subjects, subject }, changed) {
  const rows = subjects.map((each) => option(each, each === subject, changed));
  const list = h("ul", { class: "options", id: "subject-options", hidden: true }, rows);
  const toggle = h("button", {
    class: "switch", type: "button", test: "subject-switch", "aria-expanded": "false",
    "aria-controls": list.id,
    click: () => {
      list.hidden = !list.hidden;
      toggle.setAttribute("aria-expanded", String(!list.hidden));
    },
  }, "切换");
  return h("section", { class: "card subject", "aria-label": "为谁办事" },
    h("div", { class: "subject-now" },
      h("div", {}, h("p", { class: "quiet" }, "为谁办事"),
        h("p", { class: "big", test: "subject-current", "data-id": subject.id,
          "data-role": subject.role }, nameOf(subject)),
        h("p", { class: "quiet" }, subject.uscc),
        h("p", { class: "quiet", test: "subject-role" }, roleOf(subject)),
        limits(subject).map((each) => h("p", { class: "quiet", test: "subject-limit" }, each))),
      subjects.length > 1 && toggle),
    list);
}

function option(subject, current, changed) {
  const choose = () => {
    actFor(subject);
    changed();
  };
  return h("li", {}, h("button", {
    class: "option", type: "button", test: "subject-option", "data-id": subject.id,
    "data-role": subject.role, "aria-current": current && "true", click: choose,
  }, h("span", {}, nameOf(subject)),
  h("span", { class: "quiet" }, current ? `✓ 正在办理 · ${roleOf(subject)}` : roleOf(subject)),
  subject.suspended && h("span", { class: "quiet" }, "✕ 已暂停")));
}

/** Why a page has nothing to offer to this role. */
export const notYours = (what) => h("section", { class: "card", test: "not-in-scope" },
  h("p", {}, `您的代办权限不包括${what}，请由本人或法定代表人办理，或在上面切换办理主体。`));
