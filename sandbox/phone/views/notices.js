// What I am told (消息), newest first; opening one marks it read and leads on.

import * as api from "../api.js";
import { h } from "../dom.js";
import { moment } from "../format.js";
import { unbroken } from "../parts/facts.js";
import { paged } from "../parts/paged.js";
import { go } from "../router.js";

export async function notices({ again }) {
  const list = await paged({
    ask: api.notices, row: (each) => row(each, again), test: "notices", empty: "没有消息。",
  });
  return h("section", { class: "card" }, list,
    h("a", { class: "button", href: "#/message-settings" }, "消息设置"));
}

function row(notice, again) {
  async function open() {
    // Nobody waits for the mark, and to lose it does no harm.
    const marked = notice.read ? null : api.readNotice(notice.id).catch(() => {});
    if (notice.link) return go(notice.link);
    await marked;
    return again();
  }
  return h("button", { class: "row plain", type: "button", test: "notice-item",
    "data-read": String(notice.read), "data-link": notice.link, click: open },
  h("span", { class: "row-main" },
    h("span", { class: "row-title" }, notice.title),
    h("span", {}, unbroken(notice.text)),
    h("span", { class: "quiet" }, moment(notice.at)),
    h("span", { class: "quiet small", test: "notice-delivery",
      "data-state": notice.delivery.state }, notice.delivery.text)),
  !notice.read && h("span", { class: "badge count-badge" }, "未读"),
  notice.link && h("span", { class: "chevron", "aria-hidden": "true" }));
}
