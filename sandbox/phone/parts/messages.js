// What WeChat may send after a tap: named before it, asked for in it, and never in its way.

import * as api from "../api.js";
import { h } from "../dom.js";

/**
 * A line to stand above a button, and `ask()` for the tap itself, as its first act: WeChat opens
 * its dialogue in a tap only. Whatever is answered there, the button's own work goes on.
 */
export async function messagesPart(occasion) {
  const offers = await api.subscriptions(occasion).catch(() => []);
  const ask = () => new Promise((done) => {
    if (!offers.length) return done();
    return wx.requestSubscribeMessage({
      tmplIds: offers.map((each) => each.template_id), complete: () => done(),
    });
  });
  return { node: offers.length ? named(offers) : h("div", {}), ask, offers };
}

const named = (offers) => h("div", { class: "quiet", test: "messages-named" },
  h("p", {}, "点下面的按钮时，微信会询问能否发送这些通知；允许一次，可发送一条："),
  h("ul", {}, offers.map(({ title, about, left, template_id: id }) => h("li", {
    test: "message-offer", "data-template": id, "data-left": String(left) },
  `${title}（${about}），还可发送 ${left} 条`))));
