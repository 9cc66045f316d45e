// Where I am signed in; each ended in one tap.

import * as api from "../api.js";
import { h } from "../dom.js";
import { moment } from "../format.js";
import { action } from "../parts/action.js";

export async function sessions({ again }) {
  const items = await api.sessions();
  return h("section", { class: "card" },
    h("p", { class: "quiet" }, "有不认识的设备，请让它退出；手机丢了也可以在这里处理。"),
    h("ul", { class: "rows", test: "sessions" }, items.map((each) => h("li", {}, row(each, again)))));
}

function row(session, again) {
  const end = async () => {
    await api.endSession(session.id);
    again();
  };
  return h("div", { class: "consent-row", test: "session-item", "data-current": String(session.current) },
    h("p", { class: "row-title plain" }, session.device,
      session.current && h("span", { class: "badge good" }, "这台设备")),
    h("p", { class: "quiet" }, `${moment(session.started_at)} 登录，最近使用 ${moment(session.last_used_at)}`),
    !session.current && action("让它退出", end, { kind: "", test: "end-session" }));
}
