// What telephones received by SMS, in the developer's strip: staff get their alerts and codes there.

import { fill, h } from "../dom.js";

const NEWEST = 5;

/** Shown anew when asked. */
export function telephone() {
  const list = h("ul", { test: "sms-messages" });
  const show = () => messages().then((items) => fill(list, items.slice(0, NEWEST).map(row)), () => {});
  show();
  return h("div", {},
    h("p", {}, "手机收到的短信（所有号码）"), list,
    h("button", { type: "button", test: "dev-sms", click: show }, "刷新短信"));
}

async function messages() {
  const response = await fetch("/sandbox/sms");
  return response.ok ? (await response.json()).items : [];
}

const row = ({ phone, text }) => h("li", { test: "sms-message" }, `${phone}：${text}`);
