// The parts of a recording: where it is, and a way to each.

import { h } from "../dom.js";
import { clock } from "../format.js";

export function chaptersPart(chapters, seek) {
  const buttons = chapters.map(({ at_ms: at, title }) => h("button", { class: "row", type: "button", test: "chapter",
    "data-at": String(at), click: () => seek(at) },
  h("span", { class: "row-main" }, h("span", { class: "row-title" }, title)), h("span", { class: "quiet code" }, clock(at))));
  return {
    node: h("section", { class: "card" }, h("h2", {}, "章节"),
      h("ol", { class: "rows chapters" }, buttons.map((each) => h("li", {}, each)))),
    time(ms) {
      const now = chapters.findLastIndex(({ at_ms: at }) => at <= ms);
      buttons.forEach((each, index) => {
        if (index === now) each.setAttribute("aria-current", "true");
        else each.removeAttribute("aria-current");
      });
    },
  };
}
