// A form: labels above, faults under their fields; what was typed is kept until a view drops it.

import { h } from "../dom.js";
import { draft } from "../store.js";
import { attempt } from "./action.js";
import { problemBox } from "./problem.js";

/**
 * `fields`: {name, label, hint, test, many, ...attributes}; `extras`: other parts with a `node`,
 * where they have them `check()`, asked before sending, `values()` to send, `state()` to keep, and
 * `owns(pointer)`, `blame(detail, pointer)`, `focus()`; `send(values)` may throw a Problem whose faults
 * point at fields; `also` is another button: {word, test, send}, which asks
 * only `sound()`, whether what is there can be sent at all.
 */
export function form({ name, fields = [], extras = [], word, test, kind = "primary", send, also }) {
  const known = draft.of(name);
  const parts = [...fields.map((each) => input(each, known[each.name])), ...extras];
  const slot = h("div", {});
  const button = h("button", { class: `button ${kind}`, type: "submit", test }, word);
  const all = (said) => Object.assign({}, ...parts.map(said));
  const values = () => all((each) => each.values?.());
  const keep = () => draft.keep(name, all((each) => (each.state ?? each.values)?.()));
  const explain = (problem) => explained(problem, parts);
  const unblame = () => parts.forEach((each) => each.blame?.(""));

  function submit(event) {
    event.preventDefault();
    unblame();
    if (!checked(parts)) return;
    attempt({ button, slot, word, work: () => send(values()), explain });
  }
  const second = also && h("button", { class: "button", type: "button", test: also.test, click: () => {
    unblame();
    if (!parts.every((each) => !each.sound || each.sound())) return;
    attempt({ button: second, slot, word: also.word, work: () => also.send(values()), explain });
  } }, also.word);

  return h("form", { novalidate: true, submit, input: keep, change: keep },
    parts.map((each) => each.node), h("div", { class: "action" }, button, second, slot));
}

/** Every part is asked, so that each says what it lacks; the first of those has the focus. */
function checked(parts) {
  const lacking = parts.filter((each) => each.check && !each.check());
  lacking[0]?.focus?.();
  return lacking.length === 0;
}

function explained(problem, parts) {
  let first = null;
  const rest = problem.faults.filter((fault) => {
    const owner = parts.find((each) => each.owns?.(fault.pointer));
    owner?.blame(fault.detail, fault.pointer);
    first ??= owner;
    return !owner;
  });
  first?.focus();
  const placed = problem.faults.length > 0 && rest.length === 0;
  if (!placed) return problemBox(problem, null, rest);
  return h("p", { class: "problem", role: "alert", test: "problem" }, "请改正上面标出的内容后再提交。");
}

/** A fault beneath a field; `blame("")` takes it away. */
export function faultLine(id, test) {
  const node = h("p", { class: "fault", id, test, hidden: true });
  const blame = (detail) => {
    node.hidden = !detail;
    node.textContent = detail;
  };
  return { node, blame };
}

/** `missing` is said of it when it is left open. */
export function input({ name, label, hint, test, missing, many = false, ...attributes }, value = "") {
  const id = `field-${name}`;
  const fault = faultLine(`${id}-fault`, `fault-${name}`);
  const described = [hint && `${id}-hint`, `${id}-fault`].filter(Boolean).join(" ");
  const control = h(many ? "textarea" : "input", {
    id, name, test, value, autocomplete: "off", "aria-describedby": described, ...attributes,
    input: () => blame(""),
  });
  function blame(detail) {
    fault.blame(detail);
    control.setAttribute("aria-invalid", String(Boolean(detail)));
  }
  return {
    node: h("div", { class: "field" }, h("label", { for: id }, label),
      hint && h("p", { class: "hint", id: `${id}-hint` }, hint), control, fault.node),
    values: () => ({ [name]: control.value.trim() }),
    owns: (pointer) => pointer === `/${name}`,
    blame,
    check: () => {
      if (missing && !control.value.trim()) blame(missing);
      return !missing || Boolean(control.value.trim());
    },
    focus: () => control.focus(),
  };
}
