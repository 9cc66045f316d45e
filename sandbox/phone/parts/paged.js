// A list that comes page by page.

import { fill, h } from "../dom.js";
import { attempt } from "./action.js";

/** `ask(cursor)` gives a page; `row` makes an item of it; `empty` is said when there is none. */
export async function paged({ ask, row, empty, test }) {
  const list = h("ul", { class: "rows", test });
  const more = h("div", { class: "action" });
  let cursor = null;

  async function next() {
    const page = await ask(cursor);
    cursor = page.next;
    const items = page.items.map((item) => h("li", {}, row(item)));
    list.append(...items);
    if (!cursor) fill(more);
    return items[0];
  }
  async function go() {
    const first = await next();
    first?.setAttribute("tabindex", "-1");
    first?.focus();
  }

  await next();
  if (cursor) {
    const slot = h("div", {});
    const button = h("button", { class: "button", type: "button", test: "more" }, "加载更多");
    button.addEventListener("click", () => attempt({ button, slot, word: "加载更多", work: go }));
    fill(more, button, slot);
  }
  return list.children.length ? [list, more] : [h("p", { class: "empty", test: "empty" }, empty)];
}
