// Binding this WeChat to an account of the console (绑定工作台账号): scanned, asked once, confirmed.

import * as api from "../api.js";
import { h } from "../dom.js";
import { moment } from "../format.js";
import { action } from "../parts/action.js";
import { replace } from "../router.js";

export async function staffBinding({ params, again }) {
  return params.code ? asked(params.code) : bound(again);
}

async function asked(code) {
  const { name, expires_at: ends, subscription } = await api.previewStaffBinding(code);
  const bind = async () => {
    await ask(subscription);
    await api.bindStaff(code);
    replace("/staff_binding");
  };
  return h("section", { class: "card", test: "staff-binding" },
    h("p", { class: "big" }, `绑定为工作台账号 ${name} 接收工作提醒`),
    h("p", {}, "确认后，这个账号的工作提醒会发到您的微信，只写事项名称，不含办事人信息。"),
    h("p", { class: "quiet" }, `请核对是不是您自己的账号。二维码 ${moment(ends)} 前有效，随时可以解除绑定。`),
    h("p", { class: "quiet" }, `点“确认绑定”时，微信会询问能否发送“${subscription.title}”；允许一次，可发送一条。`),
    action("确认绑定", bind, { test: "staff-bind" }),
    h("a", { class: "button", href: "#/" }, "不是我，取消"));
}

async function bound(again) {
  const items = await api.staffBindings();
  if (!items.length) {
    return h("section", { class: "card", test: "staff-unbound" },
      h("p", { class: "big" }, "没有绑定工作台账号"),
      h("p", { class: "quiet" }, "工作人员请在工作台“提醒”“接收方式”中生成小程序码，用微信扫描。"));
  }
  return h("div", { class: "stack" }, items.map((each) => one(each, again)));
}

/** WeChat counts each acceptance as one message, so a few more can be allowed here. */
function one({ id, name, bound_at: since, subscription }, again) {
  const more = async () => {
    await ask(subscription);
    await again();
  };
  const end = async () => {
    await api.unbindStaff(id);
    await again();
  };
  return h("section", { class: "card", test: "staff-bound", "data-left": String(subscription.left) },
    h("p", { class: "big" }, `✓ 已绑定工作台账号 ${name}`),
    h("p", {}, `还可接收 ${subscription.left} 条“${subscription.title}”。提醒的内容请登录工作台查看。`),
    h("p", { class: "quiet" }, `${moment(since)} 绑定`),
    action("再允许一条", more, { test: "staff-more" }),
    action("解除绑定", end, { kind: "", test: "staff-unbind" }));
}

/** WeChat opens its dialogue in a tap only; whatever is answered there, the work goes on. */
const ask = ({ template_id: id }) => new Promise((done) => {
  wx.requestSubscribeMessage({ tmplIds: [id], complete: () => done() });
});
