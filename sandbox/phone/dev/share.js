// In WeChat a button with open-type="share" sends this card to a friend; here it is only shown.

import { fill, h } from "../dom.js";

/** The button, and once pressed the card as the friend would see it. */
export function shareToFriend({ title, note, link }) {
  const place = h("div", {});
  const show = () => fill(place, h("a", { class: "option", href: link, test: "wechat-card" },
    h("span", { class: "row-title" }, title), h("span", { class: "quiet" }, note),
    h("span", { class: "quiet small" }, "演示：对方在微信里收到的卡片")));
  return h("div", { class: "action" },
    h("button", { class: "button", type: "button", test: "share-to-wechat", click: show }, "发给微信好友"),
    place);
}
