// Something to hand over to another: a link to copy, a card to send in WeChat, a QR code to show.

import { h } from "../dom.js";
import { shareToFriend } from "../dev/share.js";
import { Problem } from "../problem.js";
import { action } from "./action.js";

/** `card`: {title, note} of what the other sees in WeChat; `qr` is a drawing as SVG. */
export function handover({ link, card, qr = "" }) {
  const said = h("p", { role: "status", class: "agreed" });
  const copy = async () => {
    await copied(link);
    said.textContent = "✓ 已复制，可以粘贴发给对方。";
  };
  return h("div", { class: "stack" },
    qr && h("p", {}, h("img", { class: "qr", alt: "二维码，对方扫一扫就能打开", test: "handover-qr",
      src: `data:image/svg+xml,${encodeURIComponent(qr)}` })),
    h("p", { class: "link code", test: "handover-link" }, link),
    action("复制链接", copy, { test: "handover-copy" }), said,
    shareToFriend({ ...card, link }));
}

export function copied(data) {
  return new Promise((resolve, reject) => {
    const fail = () => reject(new Problem({
      status: 422, title: "没有复制成功", detail: "请长按上面的链接复制。",
    }));
    wx.setClipboardData({ data, success: resolve, fail });
  });
}
