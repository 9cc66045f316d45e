// Subtitles beneath the player, with sound alone too; large type makes them larger.

import { h } from "../dom.js";
import * as api from "../lectures_api.js";

const STORED = "captions";
const TIME = /(?:(\d+):)?(\d{2}):(\d{2})\.(\d{3})/g;

/** Those of a WebVTT file: {from, to, text}. */
export function cuesOf(text) {
  return text.replace(/\r\n?/g, "\n").split(/\n{2,}/).flatMap((block) => {
    const lines = block.split("\n");
    const timed = lines.findIndex((line) => line.includes("-->"));
    if (timed < 0) return [];
    const [from, to] = [...lines[timed].matchAll(TIME)].map(([, hours = 0, minutes, seconds, ms]) => (
      ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(ms)));
    return to === undefined ? [] : [{ from, to, text: plain(lines.slice(timed + 1).join("\n")) }];
  });
}

const ENTITIES = { amp: "&", lt: "<", gt: ">", nbsp: " ", lrm: "", rlm: "" };
const plain = (text) => text.replace(/<[^>]*>/g, "").replace(/&(\w+);/g, (all, name) => ENTITIES[name] ?? all);

/** `url` of the file; a line, and a switch for it. */
export function captionsPart(url) {
  const line = h("p", { class: "caption", test: "caption", hidden: true });
  const turn = h("button", { class: "switch", type: "button", role: "switch", test: "captions", click: change });
  let on = wx.getStorageSync(STORED) !== false;
  let cues = null;
  let latest = 0;

  async function draw() {
    turn.setAttribute("aria-checked", String(on));
    turn.textContent = `字幕：${on ? "✓ 已开" : "已关"}`;
    if (on && cues === null) {
      cues = [];
      cues = await api.textAt(url).then(cuesOf, () => null);
      if (cues === null) turn.textContent = "字幕没有取到，点一下重试";
    }
    time(latest);
  }
  function change() {
    on = cues === null ? true : !on;
    wx.setStorageSync(STORED, on);
    draw();
  }
  function time(ms) {
    latest = ms;
    const text = (on && cues || []).filter(({ from, to }) => from <= ms && ms < to).map((each) => each.text).join("\n");
    if (line.textContent !== text) line.textContent = text;
    line.hidden = !on;
  }
  draw();
  return { line, turn, time };
}
