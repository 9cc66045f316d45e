// A line of a list that leads to another page.

import { h } from "../dom.js";

export function row(title, note, href, test) {
  return h("li", {}, h("a", { class: "row", href, test },
    h("span", { class: "row-main" }, h("span", { class: "row-title" }, title),
      h("span", { class: "quiet" }, note)),
    h("span", { class: "chevron", "aria-hidden": "true" })));
}
