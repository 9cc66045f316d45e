// How one gets into a live lecture, by the time of the server: reserved before, entered when it is near.

import { h } from "../dom.js";
import { moment } from "../format.js";
import { action } from "../parts/action.js";
import { Problem } from "../problem.js";

const LONGEST_TIMER = 2 ** 31 - 1;
const RESERVED = 4;

export function livePart(page, live) {
  changing(page, live);
  if (!["upcoming", "live"].includes(live.phase) || live.kind === "none") return null;
  return h("section", { class: "card", test: "live", "data-near": String(live.near) }, h("h2", {}, "直播"),
    live.kind === "channels" ? channelParts(live) : otherParts(live));
}

/** It is another page when it opens, begins and ends. */
function changing(page, { opens_at: opens, begins_at: begins, ends_at: ends }) {
  const left = [opens, begins, ends].filter(Boolean).map((at) => Date.parse(at) - Date.now()).filter((ms) => ms > 0);
  const next = Math.min(...left) + 1_000;
  if (next >= LONGEST_TIMER) return;
  const timer = setTimeout(page.again, next);
  page.onLeave(() => clearTimeout(timer));
}

function channelParts(live) {
  const name = live.finder_user_name;
  const enter = action(live.phase === "live" ? "看直播" : "进入直播间", () => asked(wx.openChannelsLive, { finderUserName: name }),
    { test: "live-open" });
  if (live.near) return [h("p", {}, "在微信视频号直播。"), enter];
  const said = h("p", { class: "agreed", role: "status", test: "live-reserved" });
  const reserve = async () => {
    const { noticeId } = await asked(wx.getChannelsLiveNoticeInfo, { finderUserName: name });
    const { state } = await asked(wx.reserveChannelsLive, { noticeId });
    said.textContent = state === RESERVED ? "✓ 已预约，开播时微信会提醒您。" : "";
  };
  return [h("p", {}, "在微信视频号直播，可以先预约，开播时微信会提醒。"), action("预约直播", reserve, { test: "live-reserve" }), said];
}

function otherParts({ address, opens_at: opens }) {
  if (!address) return [h("p", { test: "live-opens" }, `直播入口将在 ${moment(opens)} 开放，到时请回到这里。`)];
  return [h("a", { class: "button primary", href: address, target: "_blank", rel: "noopener noreferrer", test: "live-link" },
    "进入直播（打开新页面）")];
}

const asked = (call, options) => new Promise((resolve, reject) => call({ ...options, success: resolve,
  fail: () => reject(new Problem({ status: 422, title: "没有打开视频号", detail: "请在微信里搜索这个视频号，或稍后再试。" })) }));
