// An invitation as the invited sees it: who asks, for what, until when; accepted in one tap.

import * as api from "../api.js";
import { h } from "../dom.js";
import { scopeText } from "../duties.js";
import { day } from "../format.js";
import { action } from "../parts/action.js";
import { facts } from "../parts/facts.js";
import { form } from "../parts/form.js";
import { messagesPart } from "../parts/messages.js";
import { here, replace } from "../router.js";
import { actFor } from "../store.js";

export async function invitation({ params }) {
  if (!params.code) return typed();
  const me = await api.me();
  const then = encodeURIComponent(here());
  const steps = [
    !me.verified && ["完成实名认证", `#/real-name?then=${then}`, "invitation-real-name"],
    !me.phone && ["绑定手机号", `#/phone?then=${then}`, "invitation-phone"],
  ].filter(Boolean);
  if (steps.length) return before(steps);
  const [delegation, messages] = await Promise.all([
    api.previewInvitation(params.code), messagesPart("delegation"),
  ]);
  return offered(delegation, params.code, messages);
}

/** Name and phone show that the invitation is for this very person. */
function before(steps) {
  return h("section", { class: "card", test: "invitation-steps" },
    h("p", { class: "big" }, "有人请您代办"),
    h("p", {}, `为了确认邀请的是您本人，还要${steps.length === 2 ? "办两件事" : "办一件事"}，办好会回到这里。`),
    steps.map(([word, href, test], index) => h("a", {
      class: index ? "button" : "button primary", href, test }, word)));
}

function offered(delegation, code, messages) {
  const agent = delegation.kind === "agent";
  const accept = async () => {
    await messages.ask();
    const accepted = await api.acceptInvitation(code);
    const mine = (await api.subjects()).find((each) => each.id === accepted.id);
    if (mine) actFor(mine);
    replace("/invitation/accepted");
  };
  return h("section", { class: "card", test: "invitation" },
    h("p", { class: "big" }, agent
      ? `${delegation.subject_name}请您做经办人` : `${delegation.subject_name}请您帮忙办事`),
    facts([
      ["为谁办", delegation.subject_name],
      ["统一社会信用代码", delegation.uscc],
      ["可以办", scopeText(delegation.scope)],
      ["截止", day(delegation.ends_on)],
    ]),
    h("p", { class: "quiet" }, "接受后，您的每一次办理都会记下您和委托人；对方可以随时收回，您也可以随时不再代办。"),
    messages.node,
    action("接受", accept, { test: "invitation-accept" }),
    h("a", { class: "button", href: "#/" }, "暂不接受"));
}

export function accepted() {
  return h("section", { class: "card", role: "status", test: "invitation-accepted" },
    h("p", { class: "big" }, "✓ 已接受，可以开始代办"),
    h("p", { class: "quiet" }, "在首页切换“为谁办事”，就能为对方办理。"),
    h("a", { class: "button primary", href: "#/" }, "去首页办理"));
}

/** Who got the code without the link. */
function typed() {
  return h("section", { class: "card" }, form({
    name: "invitation",
    fields: [{ name: "code", label: "邀请码", test: "invitation-typed" }],
    word: "打开邀请",
    test: "invitation-open",
    send: ({ code }) => replace(`/invitation?code=${encodeURIComponent(code)}`),
  }));
}
