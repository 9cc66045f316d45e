// What can be done with a report, by its state.

import * as api from "../api.js";
import { fill, h } from "../dom.js";
import { waiting } from "../format.js";
import { action } from "../parts/action.js";

/** `readable` is false while the consent is missing that showing the report rests on. */
export function actions(status, { readable = true } = {}) {
  if (waiting(status.state)) return null;
  const may = (duty) => status.may.includes(duty);
  const ready = status.state === "ready";
  const newer = status.superseded_by;
  const list = [
    ready && readable && may("read") && download(status),
    ready && readable && may("share") && h("a", { class: "button", test: "share-entry",
      href: `#/reports/${status.id}/shares` }, "分享给指定的人"),
    ready && readable && may("read") && howToVerify(),
    status.number && may("ask") && h("a", { class: "button", test: "ask-butler",
      href: `#/tickets/new?${asked(status)}` }, "咨询信用管家"),
    newer && h("a", { class: "button primary", test: "newer", href: `#/reports/${newer}` },
      "打开新报告"),
    may("request") && h("a", { class: ready || newer ? "button" : "button primary", test: "renew",
      href: `#/request?${again(status)}` }, "重新申请"),
    ready && may("revoke") && h("a", { class: "button plain-danger", test: "revoke-entry",
      href: `#/reports/${status.id}/revoke` }, "作废这份报告"),
  ].filter(Boolean);
  return list.length > 0 && h("section", { class: "card" }, h("h2", {}, "可以办的事"), list);
}

const again = ({ purpose, edition }) => new URLSearchParams({ purpose, edition });

const asked = ({ subject_id: subject, number }) => new URLSearchParams(
  { subject, source: "report", reference: number });

function download(status) {
  const place = h("div", {});
  const get = async () => {
    const filePath = await api.pdf(status);
    fill(place, h("div", { class: "file", role: "status", test: "pdf-ready" },
      h("p", {}, "✓ PDF 已下载到本机"),
      h("div", { class: "pair" },
        h("button", { class: "button primary", type: "button", test: "open-pdf",
          click: () => wx.openDocument({ filePath, fileType: "pdf", showMenu: true }) }, "打开"),
        wx.canIUse("saveFileToDisk")
          && h("button", { class: "button", type: "button", test: "save-pdf",
            click: () => wx.saveFileToDisk({ filePath }) }, "另存"))));
  };
  return h("div", {}, action("下载 PDF", get, { test: "download-pdf" }), place);
}

function howToVerify() {
  return h("details", { test: "how-to-verify" }, h("summary", {}, "怎样让对方验真"),
    h("ol", { class: "prose" },
      h("li", {}, "把 PDF 发给对方，或打印出来。每一页都印有报告编号，最后一页印有二维码和校验码。"),
      h("li", {}, "对方用手机扫二维码，或在“扫码验真”里输入编号和校验码，就能看到报告是否有效。"),
      h("li", {}, "要证明每一行内容都没有被改动，请对方上传 PDF 原件核验。")));
}
