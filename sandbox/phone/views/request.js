// Asking for a report: for whom, which edition, for what, with whose consent.

import * as api from "../api.js";
import { can, principal } from "../duties.js";
import { h } from "../dom.js";
import { choices } from "../parts/choices.js";
import { consentPart } from "../parts/consent.js";
import { form } from "../parts/form.js";
import { messagesPart } from "../parts/messages.js";
import { notYours, subjectCard } from "../parts/subject.js";
import { here, replace } from "../router.js";
import { acting, draft } from "../store.js";
import { editionPart } from "./request_edition.js";

export async function request({ params, again }) {
  const act = await acting(params.subject);
  const [path] = here().split("?");
  const changed = () => (params.subject ? replace(path) : again());
  return h("div", { class: "stack" }, subjectCard(act, changed), await asking(act.subject, params));
}

async function asking(subject, params) {
  if (!can(subject, "request")) return notYours("申请报告");
  if (subject.kind === "self" && !(await api.me()).verified) return unproven();
  const name = `request-${subject.id}`;
  const known = draft.of(name);
  const [purposes, editions, consent, messages] = await Promise.all([
    api.purposes(), api.editions(),
    principal(subject) ? consentPart("credit-report", subject.id) : null,
    messagesPart("credit-report"),
  ]);
  const fitting = editions.filter((each) => each.subjects.includes(subject.kind));
  const purpose = choices({
    name: "purpose", legend: "报告用在哪里", list: purposes, missing: "请选择报告的用途。",
    chosen: known.purpose ?? params.purpose,
  });

  async function send(values) {
    await messages.ask();
    await consent?.settle();
    const { report, known: old } = await api.requestReport({ subject_id: subject.id, ...values });
    draft.drop(name);
    replace(`/reports/${report.id}${old ? "?known=1" : ""}`);
  }
  return h("section", { class: "card" },
    !consent && h("p", { class: "quiet" }, "您以经办人身份申请，须法定代表人已经同意《报告查询授权书》。"),
    form({
      name,
      extras: [editionPart(fitting, known, params.edition), purpose, consent, messages]
        .filter(Boolean),
      word: "申请报告",
      test: "request-report",
      send,
    }));
}

function unproven() {
  const then = encodeURIComponent("/request?purpose=self-check");
  return h("section", { class: "card", test: "not-verified" },
    h("p", {}, "查自己的信用报告前，请先完成实名认证。"),
    h("a", { class: "button primary", href: `#/real-name?then=${then}` }, "去实名认证"));
}
