// Is this report genuine, is it still valid? Open to everybody.

import * as api from "../api.js";
import { fill, h } from "../dom.js";
import { day } from "../format.js";
import { action } from "../parts/action.js";
import { countGrid, facts } from "../parts/facts.js";
import { form } from "../parts/form.js";
import { Problem } from "../problem.js";
import { draft } from "../store.js";

const ADDRESS = /\/v\/([A-Za-z0-9_-]{22})(?:[#?/]|$)/;

const TONES = {
  valid: ["真实有效", "good"],
  expired: ["真实，已过期", "over"],
  revoked: ["真实，已作废", "bad"],
  superseded: ["真实，已有新报告", "over"],
  not_ours: ["不是本平台出具", "bad"],
};

export async function verify() {
  const result = h("div", { "aria-live": "polite" });
  const number = h("div", {});

  function show(verdict, wholeFile = false) {
    ["address", "number"].forEach(draft.drop);
    if (verdict.counts_withheld) draft.keep("number", { number: verdict.number });
    fill(number, byNumber(show));
    fill(result, verdictCard(verdict, wholeFile));
    result.firstChild.focus();
    result.scrollIntoView({ block: "start" });
  }

  fill(number, byNumber(show));
  return h("div", { class: "stack" }, result, byCode(show), number, byFile(show));
}

function byCode(show) {
  const read = async (address) => show(await api.verifyCode(codeIn(address)));
  const scan = async () => {
    const scanned = await picked("scanCode", { scanType: ["qrCode"] });
    if (scanned) await read(scanned.result);
  };
  return h("section", { class: "card" }, h("h2", {}, "用纸面上的二维码"),
    wx.canIUse("scanCode") && action("扫一扫", scan, { test: "verify-scan" }),
    form({
      name: "address",
      fields: [{ name: "address", label: "二维码里的网址", test: "verify-address",
        inputmode: "url", hint: "用微信或相机扫码后复制，粘贴在这里" }],
      word: "核验网址",
      kind: wx.canIUse("scanCode") ? "" : "primary",
      test: "verify-address-submit",
      send: ({ address }) => read(address),
    }));
}

function codeIn(address) {
  const code = ADDRESS.exec(address)?.[1];
  if (code) return code;
  const detail = "这不是本平台纸面上的二维码网址，请核对，或改用编号和校验码。";
  throw new Problem({ status: 422, title: "网址不对", errors: [{ pointer: "/address", detail }] });
}

function byNumber(show) {
  return h("section", { class: "card" }, h("h2", {}, "输入编号和校验码"),
    form({
      name: "number",
      fields: [
        { name: "number", label: "报告、承诺书或证书编号", hint: "印在每页上",
          test: "verify-number", autocapitalize: "characters" },
        { name: "check_code", label: "校验码", hint: "8 位，印在最后一页二维码右侧",
          test: "verify-check-code", autocapitalize: "characters" },
      ],
      word: "核验编号",
      test: "verify-submit",
      send: async (values) => show(await api.verifyNumber(values)),
    }));
}

function byFile(show) {
  const work = async () => {
    const wanted = { count: 1, type: "file", extension: ["pdf"] };
    const chosen = await picked("chooseMessageFile", wanted);
    if (chosen) show(await api.verifyFile(chosen.tempFiles[0].path), true);
  };
  return h("section", { class: "card" }, h("h2", {}, "上传 PDF 原件"),
    h("p", {}, "只有上传 PDF 原件，才能证明每一行内容都没有被改动。文件核验后不保存。"),
    action("选择 PDF 文件", work, { test: "verify-file" }));
}

/** What the person picked, or null for who changed their mind. */
function picked(name, options) {
  return new Promise((resolve, reject) => {
    const fail = ({ errMsg }) => (errMsg.includes("cancel") ? resolve(null) : reject(unread()));
    wx[name]({ ...options, success: resolve, fail });
  });
}

const unread = () => new Problem({
  status: 422, title: "没有读到内容", detail: "请换一张清楚的图片，或改用编号和校验码。",
});

const NAMES = {
  report: { sample: "样例报告", number: "报告编号", subject: "主体", issued: "出具日期" },
  promise: { sample: "样例承诺书", number: "承诺编码", subject: "承诺人", issued: "签署日期" },
  certificate: { sample: "样例学习证书", number: "证书编号", subject: "姓名", issued: "签发日期" },
};
const namesOf = ({ paper }) => NAMES[paper] ?? NAMES.report;

/** A sample is never called genuine. */
function sampleWord(verdict, standing) {
  if (!verdict.sample) return standing;
  const { sample } = namesOf(verdict);
  return verdict.status === "valid" ? sample : `${sample}（${standing.replace("真实，", "")}）`;
}

function verdictCard(verdict, wholeFile) {
  const [standing, tone] = TONES[verdict.status] ?? [verdict.status, "over"];
  const word = sampleWord(verdict, standing);
  const ours = verdict.number !== null;
  const names = namesOf(verdict);
  return h("section", { class: `card verdict ${verdict.sample ? "over" : tone}`, tabindex: "-1", test: "verdict",
    "data-status": verdict.status },
  h("p", { class: "verdict-word" }, word),
  h("p", {}, verdict.status_text),
  ours && facts([
    [names.number, verdict.number], ["种类", verdict.edition_label],
    [names.subject, verdict.subject],
    ...verdict.facts.map(({ label, value }) => [label, value]),
    [names.issued, day(verdict.issued_on)],
    ["有效期至", verdict.expires_at && day(verdict.expires_at)], ["页数", `${verdict.pages} 页`],
  ]),
  verdict.counts_withheld && h("p", { test: "counts-withheld" },
    "这是自然人的报告：要看各项数量，请在下面输入校验码核验，编号已为您填好。"),
  verdict.counts.length > 0 && countGrid(verdict.counts, { list: "verdict-counts", each: "verdict" }),
  ours && h("p", { class: "quiet" }, wholeFile
    ? "已核对 PDF 的全部内容，与出具时一致。"
    : "与手里的纸面不一致的，可能被改动；要逐行确认，请上传 PDF 原件。"));
}
