// Before anything is played: with picture or by ear, what each takes, and where to begin.

import { h } from "../dom.js";
import { clock, size } from "../format.js";
import { lasts } from "../parts/lecture.js";

const STORED = "watch_mode";
const LITTLE = 5_000;

export const modeNow = () => wx.getStorageSync(STORED) || "video";
export const keepMode = (mode) => wx.setStorageSync(STORED, mode);

/** `begin({mode, at})` once somebody has chosen; `far` is how far they are, if that is known. */
export function choice({ one, files, far, at, begin }) {
  const ways = [
    files.video && ["video", "看视频", `约 ${size(one.video_size ?? files.video.size)}${files.hls ? "，网络慢时自动降低清晰度" : ""}`],
    files.audio && ["sound", one.pages ? "听讲看课件" : "只听声音", `约 ${size(one.listening_size ?? files.audio.size)}，省流量`],
  ].filter(Boolean);
  const known = ways.some(([mode]) => mode === modeNow()) ? modeNow() : ways[0][0];
  const boxes = ways.map(([mode]) => h("input", { type: "radio", name: "mode", value: mode, test: "mode", checked: mode === known }));
  const resume = at ?? far?.resume_ms ?? 0;
  const goesOn = resume >= LITTLE && resume < one.duration_ms - 1_000;
  const go = (from) => () => {
    const mode = boxes.find((box) => box.checked).value;
    keepMode(mode);
    begin({ mode, at: from });
  };
  const button = (word, from, test, kind = "primary") => (
    h("button", { class: `button ${kind}`, type: "button", test, click: go(from) }, word));
  return h("section", { class: "card", test: "choice" },
    h("p", { class: "big" }, one.title), h("p", { class: "quiet", test: "takes" }, `${lasts(one)}。下面写明全部看完要用多少流量。`),
    h("fieldset", {}, h("legend", {}, "怎么看"), ways.map(([, word, note], index) => h("label", { class: "choice" }, boxes[index],
      h("span", { class: "row-main" }, h("span", {}, word), h("span", { class: "quiet" }, note))))),
    goesOn && at === null && h("p", { test: "resume", "data-at": String(resume) }, `上次看到 ${clock(resume)}。`),
    goesOn ? [button(`${at === null ? "接着看" : "从这里看"}（${clock(resume)}）`, resume, "go-on"), button("从头看", 0, "from-start", "")]
      : button("开始播放", resume < LITTLE ? resume : 0, "from-start"));
}
