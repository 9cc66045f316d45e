// Names and values: side by side where there is room, else one under the other.

import { h } from "../dom.js";
import { grouped } from "../format.js";

/** Rows of [name, value, test hook]; a row without a value is left out. */
export function facts(rows) {
  return h("dl", { class: "facts" },
    rows.filter(([, value]) => value !== null && value !== undefined).map(([name, value, test]) => (
      h("div", { class: "fact" }, h("dt", {}, name), h("dd", { test }, value)))));
}

/** A text as children of an element: a telephone, a report's number or "1 条" stays on one line. */
export const unbroken = (text) => text.split(/(\d[\d,]* 条|[A-Z]{0,2}\d[\dA-Z*-]{6,})/)
  .map((part, index) => (index % 2 ? h("span", { class: "unbroken" }, part) : part));

/** The eight counts, in the order of the report. */
export function countGrid(counts, { list, each }) {
  return h("dl", { class: "counts", test: list },
    counts.map(({ code, label, count }) => h("div", { class: "count", test: `${each}-${code}` },
      h("dt", {}, label), h("dd", { class: count ? "some" : "none" }, grouped(count)))));
}
