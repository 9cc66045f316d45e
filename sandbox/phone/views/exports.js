// All my data as one file: asked for, made behind the scenes, fetched within seven days.

import * as api from "../api.js";
import { fill, h } from "../dom.js";
import { moment, size } from "../format.js";
import { action } from "../parts/action.js";
import { facts } from "../parts/facts.js";
import { poll } from "../poller.js";

const STATES = {
  requested: ["排队中", "waiting"],
  making: ["制作中", "waiting"],
  ready: ["可下载", "good"],
  failed: ["未能制作", "bad"],
};
const waits = (each) => STATES[each.state][1] === "waiting";

export async function dataExports({ onLeave }) {
  const list = h("div", { class: "stack", role: "status" });
  let stop = () => {};

  async function draw() {
    const items = await api.dataExports();
    fill(list, items.map(card));
    return !items.some(waits);
  }
  async function request() {
    await api.requestExport();
    stop();
    if (!await draw()) stop = poll(draw);
  }

  if (!await draw()) stop = poll(draw);
  onLeave(() => stop());
  return h("div", { class: "stack" },
    h("section", { class: "card" },
      h("p", {}, "把我们保存的与您有关的全部数据制成一个文件：身份、登录、授权原文、报告、查看记录、分享、异议、消息等。"),
      h("p", { class: "quiet" }, "文件是 ZIP 压缩包，用电脑打开其中的 index.html 即可阅读。文件没有加密，请妥善保管。"),
      action("导出我的数据", request, { test: "export-request" })),
    list);
}

function card(each) {
  const [word, tone] = STATES[each.state];
  return h("section", { class: "card", test: "export-item", "data-state": each.state },
    h("p", { class: "row-title plain" }, `${moment(each.requested_at)} 申请`,
      h("span", { class: `badge ${tone}` }, word)),
    h("p", {}, each.state_text),
    facts([["大小", each.size === null ? null : size(each.size)], ["编号", each.id]]),
    each.state === "ready" && fetching(each));
}

function fetching(each) {
  const place = h("div", {});
  const get = async () => {
    const filePath = await api.archive(each);
    fill(place, h("div", { class: "file", role: "status", test: "export-fetched" },
      h("p", {}, "✓ 文件已下载到本机"),
      wx.canIUse("saveFileToDisk")
        && h("button", { class: "button", type: "button", test: "export-save",
          click: () => wx.saveFileToDisk({ filePath }) }, "另存")));
  };
  return h("div", {}, action("下载", get, { test: "export-download" }), place);
}
