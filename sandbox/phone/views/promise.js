// One promise: what stands against it, what is agreed to, the signature, the letter, taking it back.

import * as api from "../api.js";
import { fill, h } from "../dom.js";
import { day, moment } from "../format.js";
import { action } from "../parts/action.js";
import { consentPart } from "../parts/consent.js";
import { facts } from "../parts/facts.js";
import { form } from "../parts/form.js";
import { messagesPart } from "../parts/messages.js";
import { poll } from "../poller.js";
import { go, replace } from "../router.js";
import { draft } from "../store.js";
import { signingAtCounter } from "./promise_counter.js";
import { reasonsList } from "../parts/reasons.js";
import { wholeText } from "./promise_new.js";
import { toneOf } from "./promises.js";

export async function promise(page) {
  const { promise: one, etag } = await api.promise(page.params.id);
  if (one.state === "draft") return drafted(one, page);
  if (one.state !== "withdrawn" && !one.letter) page.onLeave(poll(async () => {
    if ((await api.promise(one.id)).promise.letter) return page.again();
    return false;
  }));
  return h("div", { class: "stack" }, head(one), steps(one), one.hand_in && handingIn(one, page), one.object_by && objecting(one, page),
    signature(one), one.state !== "withdrawn" && letter(one), one.letter && evidence(one),
    answers(one), publication(one), one.state === "signed" && withdrawal(one, etag, page));
}

function head(one) {
  const { word, tone } = toneOf(one.state);
  return h("section", { class: "card", test: "promise", "data-state": one.state },
    h("p", { class: "labels" }, h("span", { class: `badge ${tone}` }, word)),
    h("p", { class: "big" }, one.title),
    one.matter_id && one.state !== "draft" && toApplication(one, "查看用电申请", ""),
    facts([["承诺人", one.promisor], ["承诺类型", one.kind_label], ["受理单位", one.department],
      ["撤回时间", one.withdrawn_at && moment(one.withdrawn_at)], ["撤回理由", one.reason || null]]));
}

/** Given for an application for electricity, it leads back there. */
const toApplication = ({ matter_id: id }, word, kind = "primary") => h("a", {
  class: `button ${kind}`, href: `#/electricity/${id}`, test: "to-application" }, word);

const found = (finding) => (finding ? [["认定", finding.performance], ["认定日期", day(finding.on)],
  ["认定单位", finding.finder], ["未履行内容", finding.unperformed || null],
  ["责任追究", finding.consequence || null]] : []);

const steps = ({ steps: told, correct_by: until, finding }) => told.length > 0 && h("section", { class: "card" },
  h("h2", {}, "履行情况"), facts([["改正期限", until && due(until), "promise-correct-by"],
    ...found(finding)]),
  h("ol", { class: "rows", test: "promise-steps" }, told.map((step) => h("li", { class: "look" },
    h("p", { class: "row-title" }, step.text), h("p", { class: "quiet" }, moment(step.at))))));

function handingIn(one, { again }) {
  const name = `handing-in-${one.id}`;
  async function send(values) {
    await api.handIn(one.id, values);
    draft.drop(name);
    again();
  }
  return h("section", { class: "card" }, h("h2", {}, "报告已办理"),
    h("p", {}, `应在 ${due(one.signature.due)} 前办理；已经办理的，请写明日期和情况，由受理单位核对。`),
    one.handed_in && h("p", { class: "fault" }, `上次报告被退回：${one.handed_in.reason}`),
    form({
      name, fields: [
        { name: "on", label: "办理日期", test: "handing-in-on", type: "date" },
        { name: "note", label: "交了什么、交到哪里", test: "handing-in-note", maxlength: "200" }],
      word: "提交报告", test: "handing-in", send,
    }));
}

function objecting(one, { again }) {
  const name = `breach-${one.id}`;
  async function send(values) {
    await api.objectToBreach(one.id, values);
    draft.drop(name);
    again();
  }
  return h("section", { class: "card" }, h("h2", {}, "对认定有异议"),
    h("p", {}, `可以在 ${due(one.object_by)} 前提出，由提出认定以外的人处理。`),
    form({
      name, fields: [{ name: "reason", label: "哪里不对，为什么", test: "breach-reason",
        many: true, rows: "3", maxlength: "200" }],
      word: "提出异议", test: "breach-object", send,
    }));
}

const answers = ({ answers: given }) => given.length > 0 && h("section", { class: "card" },
  h("h2", {}, "填写的内容"), facts(given.map(({ label, value }) => [label, value])));

function signature({ signature: signed }) {
  return signed && h("section", { class: "card" }, h("h2", {}, "签署"),
    facts([
      ["承诺编码", signed.code, "promise-code"],
      ["签署时间", moment(signed.at)],
      ["承诺期限", signed.due && due(signed.due)],
      ["有效期至", signed.valid_until && day(signed.valid_until)],
    ]));
}

const due = ({ on, provisional }) => (
  provisional ? `${day(on)}（暂定，当年节假日安排尚未公布）` : day(on));

function letter(one) {
  if (!one.letter) return h("section", { class: "card" },
    h("p", { role: "status", test: "letter-wait" }, "承诺书文件正在生成，通常需要几秒钟。"));
  const place = h("div", {});
  const get = async () => {
    const filePath = await api.letter(one);
    fill(place, h("div", { class: "file", role: "status", test: "letter-ready" },
      h("p", {}, "✓ PDF 已下载到本机"),
      h("div", { class: "pair" },
        h("button", { class: "button primary", type: "button",
          click: () => wx.openDocument({ filePath, fileType: "pdf", showMenu: true }) }, "打开"),
        wx.canIUse("saveFileToDisk") && h("button", { class: "button", type: "button", test: "letter-save",
          click: () => wx.saveFileToDisk({ filePath }) }, "另存"))));
  };
  return h("section", { class: "card" }, action("下载承诺书", get, { test: "letter-download" }), place);
}

/** The evidence is kept and handed on, never opened on the phone. */
function evidence(one) {
  const place = h("div", {});
  const get = async () => {
    const filePath = await api.evidence(one);
    fill(place, h("div", { class: "file", role: "status", test: "evidence-ready" },
      h("p", {}, "✓ 存证包已下载到本机"),
      wx.canIUse("saveFileToDisk") && h("button", { class: "button", type: "button", test: "evidence-save",
        click: () => wx.saveFileToDisk({ filePath }) }, "另存")));
  };
  return h("section", { class: "card" }, h("h2", {}, "存证"), h("p", { class: "quiet" }, "含承诺书和各项证明，发生争议时可交法院或鉴定机构，不经本平台即可核验。"),
    action("下载存证包", get, { kind: "", test: "evidence-download" }), place);
}

function publication({ publication: seen }) {
  return h("section", { class: "card" }, h("h2", {}, "公开方式"),
    facts([["公开类型", seen.label], ["公示至", seen.until && day(seen.until)]]),
    h("details", {}, h("summary", { test: "publication-read" }, "公示哪些内容"), prose(seen.text)));
}

const prose = (text) => h("div", { class: "prose", test: "publication-text" },
  text.split("\n").filter((line) => line.trim()).map((line) => h("p", {}, line)));

function withdrawal(one, etag, { again }) {
  const name = `withdraw-${one.id}`;
  async function send(values) {
    await api.withdrawPromise(one.id, etag, values);
    draft.drop(name);
    again();
  }
  return h("details", { class: "card" },
    h("summary", { test: "promise-withdraw-open" }, "撤回承诺"),
    h("p", {}, "撤回后，所办事项按一般程序办理，任何人验真时都会看到“已撤回”。"),
    form({
      name, fields: [{ name: "reason", label: "撤回的理由", test: "promise-withdraw-reason",
        many: true, rows: "2", maxlength: "200" }],
      word: "确认撤回", kind: "danger", test: "promise-withdraw", send,
    }));
}

// -- before signing --

async function drafted(one, page) {
  const text = await api.promiseTemplate(one.template);
  return h("div", { class: "stack" }, head(one),
    one.eligible ? eligible(one) : against(one),
    answers(one), wholeText(text, false),
    ...(one.current ? one.eligible ? await signing(one, page) : [] : [stale(one)]),
    action("删除这份草稿", async () => {
      await api.discardPromise(one.id);
      replace(one.matter_id ? `/electricity/${one.matter_id}` : "/promises");
    }, { kind: "plain-danger", test: "promise-discard" }));
}

const eligible = ({ report_number: number }) => h("section", { class: "card", test: "eligible" },
  h("p", { class: "big" }, "✓ 可以签署"),
  h("p", { class: "quiet" }, `已按信用报告 ${number} 核对，没有不能适用信用承诺的情形。`));

const against = (one) => h("section", { class: "card", test: "not-eligible" },
  h("p", { class: "big" }, "目前不能签署"),
  h("p", {}, "信用报告中有下列情形。所办事项可以按一般程序办理。"),
  reasonsList(one.reasons), one.matter_id && toApplication(one, "回到用电申请，改按一般程序"));

const stale = (one) => h("section", { class: "card", test: "text-changed" },
  h("p", {}, "承诺书文本已更新，请重新阅读和填写。"),
  one.matter_id ? toApplication(one, "回到用电申请，重新阅读")
    : h("a", { class: "button primary", href: `#/promises/new/${one.template}` }, "重新填写"));

async function signing(one, { again }) {
  const [identity, messages] = await Promise.all([consentPart("identity"), messagesPart("promise")]);
  const tick = h("input", { type: "checkbox", test: "agree-publication" });
  const fault = h("p", { class: "fault", hidden: true }, "请阅读将要公开的内容，同意后勾选。");
  const agreed = () => {
    fault.hidden = tick.checked;
    return tick.checked;
  };
  const sign = async () => {
    if (!identity.check() || !agreed()) return;
    await messages.ask();
    await identity.settle();
    const check = await begun(one, again);
    if (check) go(`/face?${new URLSearchParams({ check: check.id, ticket: check.ticket, promise: one.id,
      text: one.text_hash, publication: one.publication.text_hash,
      ...(one.matter_id && { then: `/electricity/${one.matter_id}` }) })}`);
  };
  return [h("section", { class: "card" }, h("h2", {}, "谁能看到"), prose(one.publication.text),
    h("label", { class: "tick" }, tick, h("span", {}, "我已阅读上面的内容，同意这样公开")), fault,
    identity.node, messages.node,
    action("刷脸并签署", sign, { test: "promise-sign" })),
  await signingAtCounter(one, { agreed, identity, again })];
}

/** The check, or null where the counter goes on instead, which the page shows. */
async function begun(one, again) {
  try {
    return await api.beginSigning(one.id);
  } catch (problem) {
    if (problem.code !== "counter_required") throw problem;
    again();
    return null;
  }
}
