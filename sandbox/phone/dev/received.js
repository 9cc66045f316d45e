// The service messages that this phone received from WeChat, in the developer's strip.

import { fill, h } from "../dom.js";
import { habit, HABITS, keepHabit } from "./subscribe.js";

/** Shown anew whenever a page opens. */
export function received(openid) {
  const list = h("ul", { test: "wx-messages" });
  const show = () => messages(openid).then((items) => fill(list, items.map(row)), () => {});
  addEventListener("hashchange", show);
  show();
  const change = () => keepHabit(select.value);
  const select = h("select", { id: "subscribe-habit", test: "dev-subscribe", change },
    HABITS.map(([value, word]) => h("option", { value }, word)));
  select.value = habit();
  return h("div", {},
    h("label", { for: "subscribe-habit" }, "微信询问能否发消息时"), select,
    h("p", {}, "微信里收到的服务通知"), list,
    h("button", { type: "button", test: "dev-messages", click: show }, "刷新"));
}

async function messages(openid) {
  const response = await fetch(`/sandbox/wx/messages?openid=${encodeURIComponent(openid)}`);
  return response.ok ? (await response.json()).items : [];
}

const row = ({ data, page }) => h("li", {},
  h("a", { href: `#${to(page)}`, test: "wx-message" }, Object.values(data).join(" · ")));

const to = (page) => new URLSearchParams(page.split("?")[1] ?? "").get("to") ?? "/";
