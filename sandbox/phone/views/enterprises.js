// The enterprises I act for: binding by code, parting in two taps.

import * as api from "../api.js";
import { h } from "../dom.js";
import { action } from "../parts/action.js";
import { facts } from "../parts/facts.js";
import { form } from "../parts/form.js";
import { roleOf } from "../parts/subject.js";
import { replace } from "../router.js";
import { actFor, draft } from "../store.js";

const FORM = "bind";

export async function enterprises({ params, again }) {
  const [me, subjects] = await Promise.all([api.me(), api.subjects()]);
  const mine = subjects.filter((each) => each.role === "legal_representative");
  const fresh = mine.find((each) => each.id === params.bound);
  return h("div", { class: "stack" },
    fresh && bound(fresh),
    mine.map((each) => card(each, again)),
    me.verified ? binding(mine) : unproven());
}

function bound(subject) {
  return h("section", { class: "card", role: "status", test: "bound" },
    h("p", { class: "big" }, `✓ 已绑定${subject.name}`),
    h("p", { class: "quiet" }, "现在为这家企业办事，可在首页切换。"),
    h("a", { class: "button primary", href: "#/request" }, "申请信用报告"),
    h("a", { class: "button", href: "#/electricity" }, "去信用办电"));
}

function card(subject, again) {
  const part = async () => {
    await api.unbind(subject.id);
    again();
  };
  return h("section", { class: "card", test: "enterprise", "data-id": subject.id },
    h("p", { class: "big" }, subject.name),
    facts([["统一社会信用代码", subject.uscc], ["您的身份", roleOf(subject)]]),
    h("details", {}, h("summary", {}, "解除绑定"),
      h("p", {}, "解除后不能再为这家企业申请和查看报告；以后可以重新绑定。"),
      action("确认解除", part, { kind: "danger", test: "unbind" })));
}

function binding(mine) {
  async function send(values) {
    const subject = await api.bind(values);
    actFor(subject);
    draft.drop(FORM);
    replace(`/enterprises?bound=${subject.id}`);
  }
  return h("section", { class: "card" },
    h("h2", {}, mine.length ? "再绑定一家" : "绑定企业"),
    h("p", { class: "quiet" }, "您须是登记的法定代表人（负责人），系统会与登记信息核对。"),
    form({
      name: FORM,
      fields: [{ name: "uscc", label: "统一社会信用代码", test: "bind-uscc",
        hint: "18 位，在营业执照上", autocapitalize: "characters" }],
      word: "核对并绑定",
      test: "bind-submit",
      send,
    }));
}

function unproven() {
  return h("section", { class: "card" },
    h("p", {}, "绑定企业前，请先完成实名认证。"),
    h("a", { class: "button primary", href: "#/real-name" }, "去实名认证"));
}
