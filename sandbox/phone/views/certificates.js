// My certificates of attendance, with their papers once these are made.

import * as api from "../lectures_api.js";
import { fill, h } from "../dom.js";
import { day, moment } from "../format.js";
import { facts } from "../parts/facts.js";
import { fileRow } from "../parts/file.js";
import { paged } from "../parts/paged.js";
import { poll } from "../poller.js";

export async function certificates({ params, onLeave }) {
  const place = h("div", {});
  let stop = () => {};

  /** Whether the papers of all that are shown are made. */
  async function draw() {
    let waits = false;
    const ask = async (cursor) => {
      const page = await api.certificates(cursor);
      waits ||= page.items.some((one) => !one.ready);
      return page;
    };
    const row = (one) => card(one, one.id === params.made);
    fill(place, await paged({ ask, row, test: "certificates",
      empty: "还没有学习证书。看满规定的时长并完成实名认证，就可以在讲座页面领取。" }));
    return !waits;
  }
  if (!await draw()) stop = poll(draw);
  onLeave(() => stop());
  return h("div", { class: "stack" }, h("section", { class: "card", "aria-label": "学习证书" }, place),
    h("a", { class: "button", href: "#/lectures" }, "去云讲堂"));
}

const card = (one, fresh) => h("div", { class: "asked", test: "certificate", "data-number": one.number,
  "data-ready": String(one.ready) },
fresh && h("p", { class: "agreed", role: "status", test: "certificate-made" }, "✓ 证书已签发"),
h("p", { class: "row-title" }, `《${one.title}》`),
one.sample && h("p", { class: "note" }, "样例证书，不具有效力"),
facts([["证书编号", h("span", { class: "code" }, one.number)], ["主讲人", one.speaker || null],
  ["讲座日期", one.held_on && day(one.held_on)], ["观看", `${one.watched_percent}%，${one.watched_minutes || "不足 1"} 分钟`],
  ["签发时间", moment(one.issued_at)]]),
one.ready
  ? fileRow({ word: "下载证书（PDF）", test: "certificate-file", get: () => api.certificatePaper(one),
    note: "证书上有二维码，别人扫一扫就能核验真伪。" })
  : h("p", { role: "status" }, "证书文件正在生成，通常需要几秒钟。"));
