// What is collected of people, and who else receives it: from the one declaration there is.

import * as api from "../api.js";
import { h } from "../dom.js";
import { day } from "../format.js";
import { action } from "../parts/action.js";
import { facts } from "../parts/facts.js";

const top = (lists, words) => h("section", { class: "card" },
  lists.sample && h("p", { class: "quiet" }, "样例内容：由区信用主管部门审定后替换。"),
  h("p", {}, words),
  h("p", { class: "quiet" }, `更新日期：${day(lists.updated_on)}`));

const bottom = (lists, address) => h("section", { class: "card" },
  h("p", {}, `您的权利：${lists.exercise}`),
  h("p", { class: "quiet" }, `联系方式：${lists.contact}`),
  h("p", { class: "quiet" }, `网页版，可打印：${address}`),
  copying(address));

/** WeChat opens no address of ours by itself; a copied one opens in any browser. */
const copying = (address) => action("复制网页版地址", () => new Promise((resolve, reject) => {
  wx.setClipboardData({ data: address, success: resolve, fail: reject });
}), { kind: "", test: "copy-page" });

export async function collected() {
  const lists = await api.personalData();
  return h("div", { class: "stack" },
    top(lists, `${lists.handler}处理以下个人信息。`),
    lists.collected.map((item) => h("section", { class: "card", test: "collected-item",
      "data-code": item.code },
    h("h2", {}, item.title, item.sensitive && "（敏感个人信息）"),
    facts([["用途", item.purpose], ["依据", item.ground], ["保存期限", item.retention],
      ["提供给谁", item.recipients.join("、") || "不向第三方提供"]]))),
    bottom(lists, lists.collected_page));
}

export async function shared() {
  const lists = await api.personalData();
  return h("div", { class: "stack" },
    top(lists, `${lists.handler}向以下接收方提供个人信息，除此以外不提供。您自己分享报告时，由您指定给谁。`),
    lists.shared.map((one) => h("section", { class: "card", test: "shared-item" },
      h("h2", {}, one.name),
      facts([["联系方式", one.contact], ["提供什么", one.kinds.join("、")],
        ["目的", one.purpose], ["方式", one.method]]))),
    bottom(lists, lists.shared_page));
}
