// A form: labels above, faults under their fields; what was typed is kept until a view drops it.

import { h } from "../dom.js";
import { draft } from "../store.js";
import { attempt } from "./action.js";
import { problemBox } from "./problem.js";

/**
 * `fields`: {name, label, hint, test, many, ...attributes}; `extras`: parts with `node` and
 * `check()`, asked before sending; `send(values)` may throw a Problem whose faults point at fields.
 */
export function form({ name, fields, extras = [], word, test, kind = "primary", send }) {
  const known = draft.of(name);
  const inputs = fields.map((each) => input(each, known[each.name] ?? ""));
  const slot = h("div", {});
  const button = h("button", { class: `button ${kind}`, type: "submit", test }, word);
  const values = () => Object.fromEntries(inputs.map((each) => [each.name, each.value()]));
  const work = () => send(values());

  function submit(event) {
    event.preventDefault();
    inputs.forEach((each) => each.blame(""));
    if (!extras.every((each) => each.check())) return;
    attempt({ button, slot, word, work, explain: (problem) => explained(problem, inputs) });
  }

  return h("form", { novalidate: true, submit, input: () => draft.keep(name, values()) },
    inputs.map((each) => each.node), extras.map((each) => each.node),
    h("div", { class: "action" }, button, slot));
}

function explained(problem, inputs) {
  const rest = problem.faults.filter((fault) => {
    const owner = inputs.find((each) => `/${each.name}` === fault.pointer);
    owner?.blame(fault.detail);
    return !owner;
  });
  inputs.find((each) => each.blamed())?.focus();
  const placed = problem.faults.length > 0 && rest.length === 0;
  if (!placed) return problemBox(problem, null, rest);
  return h("p", { class: "problem", role: "alert", test: "problem" }, "请改正上面标出的内容后再提交。");
}

function input({ name, label, hint, test, many = false, ...attributes }, value) {
  const id = `field-${name}`;
  const fault = h("p", { class: "fault", id: `${id}-fault`, test: `fault-${name}`, hidden: true });
  const described = [hint && `${id}-hint`, `${id}-fault`].filter(Boolean).join(" ");
  const control = h(many ? "textarea" : "input", {
    id, name, test, value, autocomplete: "off", "aria-describedby": described, ...attributes,
    input: () => blame(""),
  });
  function blame(detail) {
    fault.hidden = !detail;
    fault.textContent = detail;
    control.setAttribute("aria-invalid", String(Boolean(detail)));
  }
  return {
    name,
    node: h("div", { class: "field" }, h("label", { for: id }, label),
      hint && h("p", { class: "hint", id: `${id}-hint` }, hint), control, fault),
    value: () => control.value.trim(),
    blame,
    blamed: () => !fault.hidden,
    focus: () => control.focus(),
  };
}
