// The switch for larger type, the same wherever it stands.

import { fill, h } from "../dom.js";
import { larger, setLarger } from "../larger.js";

export function largerSwitch() {
  const button = h("button", { class: "switch larger", type: "button", role: "switch",
    test: "larger-type", click: turn });
  function draw() {
    button.setAttribute("aria-checked", String(larger()));
    fill(button, `大字版：${larger() ? "✓ 已开" : "已关"}`);
  }
  function turn() {
    setLarger(!larger());
    draw();
  }
  draw();
  return button;
}
