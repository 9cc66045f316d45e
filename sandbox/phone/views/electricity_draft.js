// An application before it is with the supplier: what is filled in, the papers, handing it in, what
// stands against it, the promise.

import * as api from "../api.js";
import { can, principal } from "../duties.js";
import { fill, h } from "../dom.js";
import { action } from "../parts/action.js";
import { choices } from "../parts/choices.js";
import { consentPart } from "../parts/consent.js";
import { facts } from "../parts/facts.js";
import { form } from "../parts/form.js";
import { messagesPart } from "../parts/messages.js";
import { papersPart } from "../parts/papers.js";
import { reasonsList } from "../parts/reasons.js";
import { go, replace } from "../router.js";
import { draft } from "../store.js";
import { kilowatts } from "./electricity.js";
import { freshReport, wholeText } from "./promise_new.js";

const TEMPLATE = "electricity";
const REQUIRED = { business: "业务类型", premises: "产权情况", address: "用电地址", capacity: "容量",
  use: "用电用途", contact: "联系人", phone: "联系电话" };

const PREMISES = { no_title: "无产权证明", unconfirmed_title: "产权未确认",
  no_supply_proof: "无法提供可供电证明", titled: "有产权证明" };

/** What is applied for. */
export const filledIn = (one) => facts([
  ["业务", one.business_label || null], ["产权情况", PREMISES[one.premises] ?? null],
  ["用电地址", one.address || null, "application-address"], ["现有户号", one.account || null],
  ["容量", one.capacity ? kilowatts(one.capacity) : null, "application-capacity"],
  ["用途", one.use || null], ["联系人", one.contact || null], ["联系电话", one.phone || null],
]);

/** The way of credit, or by title: which paper replaces which. */
export async function drafted(one, guide, subject, page) {
  const lacking = Object.keys(REQUIRED).filter((name) => !one[name]).map((name) => REQUIRED[name]);
  return [filling(one, lacking), ...(one.business ? await handing(one, guide, subject, page) : []), discarding(one)];
}

const filling = (one, lacking) => h("section", { class: "card" }, h("h2", {}, "1. 填写内容"),
  filledIn(one),
  lacking.length > 0 && h("p", { test: "lacking" }, `还没有填：${lacking.join("、")}。`),
  h("a", { class: lacking.length ? "button primary" : "button", href: `#/electricity/${one.id}/fill`,
    test: "application-fill" }, lacking.length ? "继续填写" : "修改"));

async function handing(one, guide, subject, page) {
  const credit = one.proof === "credit";
  const papers = papersPart({ one, guide, wanted: one.papers.map((each) => each.code), removable: () => true });
  const anyLater = one.papers.some((each) => each.deferrable);
  const parts = await submission(one, subject, page, { papers });
  return [
    h("section", { class: "card" }, h("h2", {}, "2. 上传材料"),
      h("p", { class: "quiet" }, `照片或 PDF，每个不超过 ${Math.floor(guide.most_file_bytes / 1e6)} MB。`),
      papers.node,
      anyLater && h("p", { class: "quiet", test: "may-follow" },
        `用电记录良好的，可以先提交申请，材料在 ${guide.later_days} 个${
          guide.later_counting === "working" ? "工作日" : "自然日"}内补交（绿色通道）。`)),
    h("section", { class: "card" }, h("h2", {}, "3. 提交"),
      h("p", {}, credit
        ? "提交时会查询您当天的公共信用信息报告，没有不能适用信用承诺的情形，就可以签承诺书代替产权证明。"
        : "按一般程序办理：凭产权证明，不需要信用报告和承诺。"),
      ...parts),
  ];
}

/** Consent, message, the button; `anew` asks for another report than the one that spoke against it. */
async function submission(one, subject, page, { papers = null, anew = false } = {}) {
  const credit = one.proof === "credit";
  const names = !subject || !principal(subject) ? []
    : ["power-supply", credit && "credit-report"].filter(Boolean);
  const [messages, ...consents] = await Promise.all([
    messagesPart("electricity"), ...names.map((name) => consentPart(name, subject.id)),
  ]);
  const place = h("div", {});
  const send = async () => {
    papers?.blame("");
    fill(place);
    if (consents.map((each) => each.check()).includes(false)) return;
    await messages.ask();
    for (const each of consents) await each.settle();
    const report = credit && subject ? await freshReport(subject, { purpose: "electricity", anew }) : null;
    try {
      await api.submitApplication(one.id, report?.id ?? null);
    } catch (problem) {
      if (problem.status !== 422) throw problem;
      return told(problem);
    }
    page.again();
  };
  function told(problem) {
    const unplaced = problem.faults.filter((fault) => !papers?.owns(fault.pointer));
    problem.faults.forEach((fault) => papers?.owns(fault.pointer) && papers.blame(fault.detail, fault.pointer));
    const fields = unplaced.filter((fault) => fault.pointer.slice(1) in REQUIRED || fault.pointer === "/account");
    draft.keep(`electricity-${one.id}-faults`, { list: fields });
    fill(place, unplaced.length ? h("div", { class: "problem", role: "alert", test: "problem" },
      h("p", { class: "problem-title" }, "还不能提交"),
      h("ul", {}, unplaced.map((fault) => h("li", {}, fault.detail))),
      fields.length > 0 && h("a", { class: "button", test: "mend", href: `#/electricity/${one.id}/fill` }, "去改正"))
      : h("p", { class: "problem", role: "alert", test: "problem" }, "请补上面标出的材料后再提交。"));
    if (!unplaced.length) papers.focus();
  }
  return [
    credit && subject && !can(subject, "request")
      && h("p", { class: "quiet" }, "您的代办权限不含信用报告，提交须由法定代表人或有该权限的经办人办理。"),
    names.length === 0 && h("p", { class: "quiet" },
      "您以经办人身份提交，须法定代表人已经同意《报告查询授权书》和《向供电企业提供个人信息单独同意书》。"),
    ...consents.map((each) => each.node), messages.node,
    action(anew ? "重新查询信用报告并提交" : "提交申请", send, { kind: anew ? "" : "primary", test: "application-submit" }),
    place,
  ].filter(Boolean);
}

const discarding = (one) => !one.number && action("删除这份草稿", async () => {
  await api.discardApplication(one.id);
  replace("/electricity");
}, { kind: "plain-danger", test: "application-discard" });

/** Each reason, and both ways on. */
export async function blocked(one, subject, page) {
  const again = await submission(one, subject, page, { anew: true });
  return [
    h("section", { class: "card", test: "blocked" },
      h("p", { class: "big" }, "暂时不能用信用承诺代替产权证明"),
      h("p", {}, "信用报告中有下列情形："), reasonsList(one.against)),
    h("section", { class: "card" }, h("h2", {}, "改按一般程序办理"),
      h("p", {}, "补交产权证明就可以继续，已填写的内容和材料都保留，不用重新填。"),
      action("改按一般程序办理", async () => {
        await api.goOrdinary(one.id);
        page.again();
      }, { test: "application-ordinary" })),
    h("details", { class: "card" }, h("summary", { test: "submit-again" }, "异议成立或已经修复？重新提交"),
      h("div", { class: "stack" }, ...again)),
  ];
}

/** The text to be signed, or the promise that was begun already. */
export async function promising(one, page) {
  const [text, list] = await Promise.all([
    api.promiseTemplate(TEMPLATE), api.promises(one.subject_id)().catch(() => ({ items: [] })),
  ]);
  const begun = list.items.find((each) => each.matter_id === one.id && each.state === "draft" && each.current);
  if (begun) return [h("section", { class: "card" }, h("p", { class: "big" }, "承诺书等您签署"),
    h("a", { class: "button primary", href: `#/promises/${begun.id}`, test: "promise-continue" }, "继续签署承诺书"))];
  const name = `electricity-promise-${one.id}`;
  const publicity = choices({
    name: "publicity", legend: "公开方式", missing: "请选择公开方式。",
    chosen: draft.of(name).publicity ?? (text.publicities.length === 1 ? text.publicities[0].code : ""),
    list: text.publicities.map(({ code, label }) => ({ code, label })),
  });
  async function send(values) {
    const promise = await api.promiseFor(one.id, { text_hash: text.text_hash, ...values });
    draft.drop(name);
    go(`/promises/${promise.id}`);
  }
  return [
    wholeText(text),
    h("section", { class: "card", test: "to-promise" }, h("h2", {}, "签署诚信守法用电承诺书"),
      h("p", {}, "信用报告已通过。请先读完上面的承诺书，地址、用途会按申请自动写入。"),
      form({ name, extras: [publicity], word: "下一步：签署", test: "promise-begin", send })),
    h("details", { class: "card" }, h("summary", {}, "不想签承诺？"),
      h("p", {}, "可以改按一般程序，补交产权证明办理；已填写的内容和材料都保留。"),
      action("改按一般程序办理", async () => {
        await api.goOrdinary(one.id);
        page.again();
      }, { kind: "", test: "application-ordinary" })),
  ];
}

