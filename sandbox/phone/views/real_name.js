// Real name: name and ID number here, the face at the agency, the result here again.

import * as api from "../api.js";
import { fill, h } from "../dom.js";
import { moment } from "../format.js";
import { consentPart } from "../parts/consent.js";
import { facts } from "../parts/facts.js";
import { form } from "../parts/form.js";
import { go } from "../router.js";
import { draft } from "../store.js";
import { counterCard } from "./counter.js";

export const FORM = "real-name";

export async function realName({ params }) {
  const me = await api.me();
  if (me.verified) return done(me, params.then);
  if (me.counter && !params.again) return counterCard(me.counter);
  const identity = await consentPart("identity");
  const body = h("div", { class: "stack" });

  async function send(values) {
    await identity.settle();
    try {
      const { id, ticket } = await api.beginCheck(values);
      const then = params.then ? { then: params.then } : {};
      go(`/face?${new URLSearchParams({ check: id, ticket, ...then })}`);
    } catch (problem) {
      if (problem.code === "counter_required") return toCounter(body);
      if (problem.code !== "minor_not_served") throw problem;
      draft.drop(FORM);
      fill(body, refusedToMinor(problem));
    }
  }

  return fill(body, h("section", { class: "card" },
    h("p", {}, "请填写身份证上的姓名和号码，下一步到身份核验机构刷脸，全程约 2 分钟。"),
    form({
      name: FORM,
      fields: [
        { name: "name", label: "姓名", test: "real-name-name", autocomplete: "name" },
        { name: "id_number", label: "身份证号", test: "real-name-id-number",
          hint: "18 位，末位可能是字母 X", autocapitalize: "characters" },
      ],
      extras: [identity],
      word: "下一步：刷脸",
      test: "real-name-submit",
      send,
    })));
}

/** The number to name at the counter stands in `me` once the back end has said so. */
export async function toCounter(body) {
  draft.drop(FORM);
  fill(body, counterCard((await api.me()).counter));
}

function refusedToMinor(problem) {
  return h("section", { class: "card", test: "minor-refused", role: "alert" },
    h("p", { class: "big" }, problem.title),
    h("p", {}, problem.detail),
    h("p", { class: "quiet" }, "您填写的姓名和身份证号没有被保存。不实名也可以使用扫码验真。"),
    h("a", { class: "button primary", href: "#/verify" }, "去扫码验真"),
    h("a", { class: "button", href: "#/" }, "回首页"));
}

function done(me, then) {
  const next = then ? [then, "继续"] : ["/request?purpose=self-check", "查我的信用报告"];
  return h("section", { class: "card", test: "real-name-done", role: "status" },
    h("p", { class: "big" }, "✓ 已完成实名认证"),
    facts([
      ["姓名", me.name], ["身份证号", me.id_number], ["认证时间", moment(me.verification.at)],
    ]),
    h("a", { class: "button primary", href: `#${next[0]}`, test: "real-name-next" }, next[1]),
    !then && h("a", { class: "button", href: "#/enterprises" }, "绑定我的企业"),
    h("a", { class: "button", href: "#/" }, "回首页"));
}
