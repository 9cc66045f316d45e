// Words that were looked for, marked where they stand.

import { h } from "../dom.js";

/** A text as children of an element; upper and lower case are the same, as in the search. */
export function marked(text, q) {
  const words = q.split(/\s+/).filter(Boolean).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  if (!words.length) return [text];
  return text.split(new RegExp(`(${words.join("|")})`, "i"))
    .map((part, index) => (index % 2 ? h("mark", { test: "found" }, part) : part));
}
