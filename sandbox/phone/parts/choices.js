// One of several, or some of several; parts of a form.

import { h } from "../dom.js";
import { faultLine } from "./form.js";

/** Radios. `list` rows: {code, label, note}; `test` marks each, the code is its value. */
export function choices({ name, legend, list, chosen, missing, changed, test = name }) {
  return group({
    name, legend, list, test, type: "radio", missing, changed, marked: (code) => code === chosen,
    values: (codes) => ({ [name]: codes[0] }),
  });
}

/** Ticks; `whole` adds buttons for all and for none. */
export function ticks({ name, legend, list, chosen, missing, changed, whole = false, test = name }) {
  return group({
    name, legend, list, test, type: "checkbox", missing, changed, whole,
    marked: (code) => chosen.includes(code), values: (codes) => ({ [name]: codes }),
  });
}

function group({ name, legend, list, test, type, missing, changed, marked, values, whole }) {
  const fault = faultLine(`fault-${name}`, `fault-${name}`);
  const boxes = list.map(({ code }) => h("input", {
    type, name, value: code, checked: marked(code), test, "aria-describedby": `fault-${name}`,
    change: () => {
      fault.blame("");
      changed?.(code);
    },
  }));
  const codes = () => boxes.filter((box) => box.checked).map((box) => box.value);
  function check() {
    if (codes().length) return true;
    fault.blame(missing);
    boxes[0].focus();
    return false;
  }
  const node = h("fieldset", {}, h("legend", {}, legend), whole && allOrNone(boxes, name),
    boxes.map((box, index) => choice(box, list[index])), fault.node);
  return {
    node, codes, check, values: () => values(codes()), blame: fault.blame,
    owns: (pointer) => pointer === `/${name}` || pointer.startsWith(`/${name}/`),
    focus: () => boxes[0].focus(),
  };
}

const choice = (box, { label, note }) => h("label", { class: "choice" }, box,
  h("span", { class: "row-main" }, h("span", {}, label), note && h("span", { class: "quiet" }, note)));

function allOrNone(boxes, name) {
  const set = (on) => () => {
    boxes.forEach((box) => { box.checked = on; });
    boxes[0].dispatchEvent(new Event("change", { bubbles: true }));
  };
  return h("div", { class: "pair" },
    h("button", { class: "button", type: "button", test: `${name}-all`, click: set(true) }, "全选"),
    h("button", { class: "button", type: "button", test: `${name}-none`, click: set(false) }, "清空"));
}
