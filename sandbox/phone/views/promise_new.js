// Filling in a promise: the whole text, the blanks, who may see it, and a report that is fresh.

import * as api from "../api.js";
import { can, principal } from "../duties.js";
import { h } from "../dom.js";
import { choices } from "../parts/choices.js";
import { consentPart } from "../parts/consent.js";
import { form } from "../parts/form.js";
import { notYours, subjectCard } from "../parts/subject.js";
import { Problem } from "../problem.js";
import { replace } from "../router.js";
import { acting, draft } from "../store.js";
import { categoryOf } from "./promises.js";

const FRESH = 23 * 3600 * 1000;
const TRIES = 60;
const KEYBOARDS = { email: "email", phone: "tel", electricity_account: "numeric" };

export async function promiseNew({ params, again }) {
  const act = await acting();
  const top = subjectCard(act, again);
  const { subject } = act;
  if (!can(subject, "promise")) return h("div", { class: "stack" }, top, notYours("签署承诺"));
  const text = await api.promiseTemplate(params.template);
  if (!text.promisors.includes(categoryOf(subject))) return h("div", { class: "stack" }, top, unfit());
  return h("div", { class: "stack" }, top, wholeText(text), await filling(text, subject));
}

async function filling(text, subject) {
  const name = `promise-${text.code}-${subject.id}`;
  const known = draft.of(name);
  const consent = principal(subject) ? await consentPart("credit-report", subject.id) : null;
  const publicity = choices({
    name: "publicity", legend: "公开方式", missing: "请选择公开方式。",
    chosen: known.publicity ?? (text.publicities.length === 1 ? text.publicities[0].code : ""),
    list: text.publicities.map(({ code, label }) => ({ code, label })),
  });

  async function send({ publicity: seen, ...answers }) {
    await consent?.settle();
    const report = await freshReport(subject);
    const filled = Object.fromEntries(Object.entries(answers).filter(([, value]) => value));
    const promise = await api.draftPromise({
      template: text.code, subject_id: subject.id, text_hash: text.text_hash,
      report_id: report.id, answers: filled, publicity: seen,
    }).catch((problem) => { throw placed(problem); });
    draft.drop(name);
    replace(`/promises/${promise.id}`);
  }
  return h("section", { class: "card" }, h("h2", {}, "填写"),
    form({
      name,
      fields: text.blanks.map((blank) => field(blank)),
      extras: [publicity, consent].filter(Boolean),
      word: "下一步：核对信用报告",
      test: "promise-draft",
      send,
    }));
}

const field = ({ code, label, required, hint, form: kind, most }) => ({
  name: code, label: required ? label : `${label}（选填）`, hint, maxlength: String(most),
  test: `promise-${code}`, ...(KEYBOARDS[kind] && { inputmode: KEYBOARDS[kind] }),
});

/** Faults of blanks stand at their fields. */
function placed(problem) {
  problem.faults = (problem.faults ?? []).map((fault) => (
    { ...fault, pointer: fault.pointer.replace(/^\/answers/, "") }));
  return problem;
}

/** A full report of today, made now unless there is one; `anew` where an older one spoke against it. */
export async function freshReport(subject, { purpose = "government-service", anew = false } = {}) {
  const { items } = anew ? { items: [] } : await api.reports(subject.id)();
  const known = items.find((each) => each.state === "ready" && each.edition !== "no-violation"
    && Date.now() - Date.parse(each.ready_at) < FRESH);
  if (known) return known;
  const { report } = await api.requestReport({ subject_id: subject.id, purpose });
  for (let left = TRIES; left; left -= 1) {
    const { status } = await api.report(report.id);
    if (status.state === "ready") return status;
    if (status.state === "failed") throw late(status.state_text);
    await new Promise((done) => { setTimeout(done, 500); });
  }
  throw late("信用报告还在查询，填写的内容已留在这里，请稍后再点一次。");
}

const late = (detail) => new Problem({ status: 503, title: "信用报告还没有出具", detail });

const unfit = () => h("section", { class: "card" },
  h("p", {}, "这份承诺书不由当前办理主体签署，请在上面切换。"),
  h("a", { class: "button", href: "#/promises" }, "看其他承诺书"));

/** Everything that will be signed. */
export function wholeText(text, open = true) {
  return h("details", { class: "card whole", open },
    h("summary", { test: "promise-read" }, `《${text.title}》全文`),
    h("div", { class: "prose", test: "promise-text" },
      text.text.split("\n").filter((line) => line.trim()).map((line) => h("p", {}, line))));
}
