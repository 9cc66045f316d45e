// For whom I act: the one chosen, and a switch when there are several.

import { h } from "../dom.js";
import { actFor } from "../store.js";

export const nameOf = (subject) => subject.name || "本人";
export const roleOf = (subject) => (subject.kind === "self" ? "本人" : "法定代表人（负责人）");

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
        h("p", { class: "big", test: "subject-current", "data-id": subject.id }, nameOf(subject)),
        h("p", { class: "quiet" }, subject.uscc ?? (subject.name ? "本人" : "尚未实名认证"))),
      subjects.length > 1 && toggle),
    list);
}

function option(subject, current, changed) {
  const note = current ? "✓ 正在办理" : roleOf(subject);
  const choose = () => {
    actFor(subject);
    changed();
  };
  return h("li", {}, h("button", {
    class: "option", type: "button", test: "subject-option", "data-id": subject.id,
    "aria-current": current && "true", click: choose,
  }, h("span", {}, nameOf(subject)), h("span", { class: "quiet" }, note)));
}
