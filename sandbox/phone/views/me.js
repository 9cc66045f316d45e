// What is known of me, masked, and the ways out.

import * as api from "../api.js";
import { h } from "../dom.js";
import { day } from "../format.js";
import { action } from "../parts/action.js";
import { largerSwitch } from "../parts/larger.js";
import { row } from "../parts/row.js";
import { replace } from "../router.js";
import { signOutEverywhere, signOutHere } from "../session.js";

export async function me() {
  const [person, bindings] = await Promise.all([api.me(), api.staffBindings().catch(() => [])]);
  return h("div", { class: "stack" },
    h("section", { class: "card" }, h("ul", { class: "rows" },
      row("实名认证", person.verified
        ? `${person.name} ${person.id_number}，${day(person.verification.at)}认证`
        : unproven(person),
      "#/real-name", "me-name"),
      row("手机号", person.phone ?? "未绑定，去绑定", "#/phone", "me-phone"),
      row("我的企业", "查看、绑定、解除", "#/enterprises"),
      row("代办授权", "委托经办人、请亲友帮忙", "#/delegations"),
      row("收到了邀请码", "别人请您代办", "#/invitation", "enter-invitation"),
      row("我的授权", "查看、撤回", "#/consents"),
      row("我的数据", "谁看过、清单、导出、注销", "#/my-data", "me-my-data"),
      row("消息设置", "微信通知、免打扰、汇总", "#/message-settings", "me-messages"),
      bindings.length > 0
        && row("工作台提醒", "还可接收几条、解除绑定", "#/staff_binding", "me-staff"),
      row("登录设备", "在哪些手机上登录着", "#/sessions", "me-sessions"),
      row("信用服务窗口", "电话、地址、开放时间", "#/counter", "me-counter"),
      row("隐私保护指引", "阅读全文", "#/agreements/privacy"),
      row("注销账号", "先看会删除什么、留存什么", "#/erasure", "me-erasure"))),
    h("section", { class: "card" }, h("h2", {}, "字号"), largerSwitch()),
    h("section", { class: "card" },
      action("退出登录", () => leave(signOutHere), { kind: "", test: "sign-out" }),
      h("p", { class: "quiet" }, "手机丢了，或在别人手机上登录过？可以让所有手机都退出。"),
      action("在所有手机上退出", () => leave(signOutEverywhere), {
        kind: "plain-danger", test: "sign-out-everywhere",
      })));
}

const unproven = ({ counter }) => (
  counter ? `请到窗口办理，编号 ${counter.number}` : "未认证，去完成");

async function leave(signOut) {
  await signOut();
  replace("/");
}
