// The mini-program code of an invitation and its link, made by WeChat when asked for.

import * as api from "../api.js";
import { fill, h } from "../dom.js";
import { moment } from "../format.js";
import { action } from "./action.js";
import { copied } from "./handover.js";

export function miniCode(invitation) {
  const slot = h("div", { class: "stack", role: "status" });
  const said = h("p", { class: "agreed" });
  async function make() {
    const picture = await api.invitationCode(invitation);
    const { url, expires_at: until } = await api.invitationLink(invitation);
    const copy = async () => {
      await copied(url);
      said.textContent = "✓ 已复制，可以用短信发给对方。";
    };
    fill(slot,
      h("p", {}, h("img", { class: "qr", alt: "小程序码，对方用微信扫一扫就能打开邀请",
        test: "mini-code", src: `data:image/jpeg;base64,${wx.arrayBufferToBase64(picture)}` })),
      h("p", { class: "link code", test: "mini-link" }, url),
      h("p", { class: "quiet" }, `链接有效至${moment(until)}，在微信之外也能打开。`),
      action("复制微信链接", copy, { kind: "", test: "mini-link-copy" }), said);
  }
  return h("div", { class: "stack" },
    action("生成小程序码和链接", make, { kind: "", test: "mini-code-make" }), slot);
}
