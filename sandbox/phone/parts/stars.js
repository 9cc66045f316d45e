// One to five stars: chosen with a finger or the arrow keys, each with its name.

import { h } from "../dom.js";
import { faultLine } from "./form.js";

const NAMES = ["很不满意", "不满意", "一般", "满意", "很满意"];
const STAR = "★";

export const starsText = (stars) => `${stars} 星，${NAMES[stars - 1]}`;

/** As they were given. */
export const starsShown = (stars) => h("p", { class: "given-stars", test: "stars-given", "data-stars": String(stars) },
  h("span", { "aria-hidden": "true" }, STAR.repeat(stars)), ` ${starsText(stars)}`);

/** A part of a form that sends `stars`; `changed` hears of each choice. */
export function starsPart({ chosen = 0, changed = () => {} }) {
  const fault = faultLine("fault-stars", "fault-stars");
  const said = h("p", { class: "row-title", "aria-hidden": "true" });
  const boxes = NAMES.map((_, index) => h("input", {
    type: "radio", name: "stars", value: String(index + 1), test: `stars-${index + 1}`, checked: index + 1 === chosen,
    "aria-label": starsText(index + 1), "aria-describedby": "fault-stars", change: draw,
  }));
  const value = () => Number(boxes.find((box) => box.checked)?.value ?? 0);

  function draw() {
    said.textContent = value() ? starsText(value()) : "";
    fault.blame("");
    changed(value());
  }
  draw();
  return {
    node: h("fieldset", {}, h("legend", {}, "您觉得这次服务怎么样"),
      h("div", { class: "stars" }, boxes.map((box) => h("label", {}, box, h("span", { "aria-hidden": "true" }, STAR)))),
      said, fault.node),
    values: () => ({ stars: value() }),
    check: () => {
      if (!value()) fault.blame("请选择几颗星。");
      return value() > 0;
    },
    owns: (pointer) => pointer === "/stars",
    blame: fault.blame,
    focus: () => (boxes.find((box) => box.checked) ?? boxes[0]).focus(),
  };
}
