// Inviting somebody to act: who, for what, until when; then the link to hand over.

import * as api from "../api.js";
import { fill, h } from "../dom.js";
import { principal, SCOPES, scopeText } from "../duties.js";
import { civil, day, moment } from "../format.js";
import { ticks } from "../parts/choices.js";
import { consentPart } from "../parts/consent.js";
import { endDate } from "../parts/dates.js";
import { facts, unbroken } from "../parts/facts.js";
import { form } from "../parts/form.js";
import { handover } from "../parts/handover.js";
import { messagesPart } from "../parts/messages.js";
import { miniCode } from "../parts/mini_code.js";
import { nameOf, notYours, subjectCard } from "../parts/subject.js";
import { acting, draft } from "../store.js";

const PRESETS = [
  ["三个月", { months: 3 }], ["半年", { months: 6 }], ["一年", { months: 12, days: -1 }],
];

// An agent acts on the consent of whom the enterprise is represented by: which text for what.
const TEXTS = [["report", "credit-report"], ["electricity", "power-supply"]];

export async function invite({ again }) {
  const act = await acting();
  const { subject } = act;
  const body = h("div", { class: "stack" });
  const kind = subject.kind === "enterprise" ? "agent" : "helper";
  const name = `invite-${subject.id}`;

  async function send(values) {
    await messages.ask();
    for (const each of consents) if (values.scope.includes(each.word)) await each.part.settle();
    const delegation = await api.invite({ subject_id: subject.id, kind, ...values });
    draft.drop(name);
    fill(body, invited(delegation, subject, values));
    body.firstChild.focus();
  }
  const top = subjectCard(act, again);
  if (!principal(subject)) return fill(body, top, notYours("委托他人"));
  const [messages, ...consents] = await Promise.all([
    messagesPart("delegation"),
    ...(kind === "agent" ? TEXTS : []).map(async ([word, text]) => (
      { word, part: await consentPart(text, subject.id) })),
  ]);
  return fill(body, top, h("section", { class: "card" }, inviteForm({ name, kind, consents, messages, send })));
}

function inviteForm({ name, kind, consents, messages, send }) {
  const known = draft.of(name);
  const needed = (each) => scope.codes().includes(each.word);
  const show = () => consents.forEach((each) => { each.part.node.hidden = !needed(each); });
  const scope = ticks({
    name: "scope", legend: "可以办什么", missing: "请至少选择一项权限。",
    list: SCOPES[kind].map(([code, label]) => ({ code, label })),
    chosen: known.scope ?? [SCOPES[kind][0][0]],
    changed: show,
  });
  show();
  const agreed = consents.map((each) => (
    { node: each.part.node, check: () => !needed(each) || each.part.check() }));
  return form({
    name,
    fields: [
      { name: "name", label: kind === "agent" ? "经办人姓名" : "亲友姓名", test: "invite-name",
        hint: "与对方实名一致" },
      { name: "phone", label: "对方的手机号", test: "invite-phone", inputmode: "tel",
        hint: "与对方在这里绑定的一致" },
    ],
    extras: [
      scope,
      endDate({ name: "ends_on", legend: "到什么时候", presets: PRESETS, known,
        most: civil({ months: 12 }) }),
      ...agreed,
      messages,
    ],
    word: "生成邀请",
    test: "invite-submit",
    send,
  });
}

function invited(delegation, subject, { name, phone }) {
  const code = delegation.invitation;
  const link = `${location.href.split("#")[0]}#/invitation?code=${code}`;
  const title = `${nameOf(subject)}请您代办`;
  const note = `权限：${scopeText(delegation.scope)}，${day(delegation.ends_on)}止`;
  return [
    h("section", { class: "card", test: "invited", tabindex: "-1", role: "status" },
      h("p", { class: "big" }, "✓ 邀请已生成，请发给对方"),
      facts([
        ["对方", unbroken(`${name} ${phone}`)],
        ["权限", scopeText(delegation.scope)],
        ["截止", day(delegation.ends_on)],
        ["邀请码", code, "invitation-code"],
        ["邀请有效至", delegation.invitation_expires_at && moment(delegation.invitation_expires_at)],
      ]),
      h("p", { class: "quiet" }, "邀请码只在这里显示一次。只有姓名和手机号都对得上的人才能接受。"),
      handover({ link, card: { title, note } }),
      miniCode(code)),
    h("a", { class: "button", href: "#/delegations" }, "查看委托"),
  ];
}
