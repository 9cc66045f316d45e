// Binding the phone number that WeChat vouches for.

import * as api from "../api.js";
import { getPhoneNumber } from "../dev/phone_number.js";
import { h } from "../dom.js";
import { action } from "../parts/action.js";
import { replace } from "../router.js";

export async function phone({ params }) {
  const me = await api.me();
  const work = async () => {
    await api.setPhone(await getPhoneNumber());
    replace(params.then ?? "/me");
  };
  return h("section", { class: "card" },
    h("p", { class: "big" }, me.phone ? `已绑定 ${me.phone}` : "还没有绑定手机号"),
    h("p", { class: "quiet" }, "手机号只用来告诉您办理进度、核对委托邀请，不公开，也不提供给他人。"),
    action(me.phone ? "换成微信里的手机号" : "绑定微信里的手机号", work, { test: "phone-bind" }));
}
