// A replay as it is watched: the player with slides, chapters, subtitles, and what is told of it.

import { fill, h } from "../dom.js";
import { fileRow } from "../parts/file.js";
import { problemBox } from "../parts/problem.js";
import { size } from "../format.js";
import * as api from "../lectures_api.js";
import { signedIn } from "../session.js";
import { captionsPart } from "./captions.js";
import { chaptersPart } from "./chapters.js";
import { keepMode } from "./choice.js";
import { progressPart } from "./progress.js";
import { sitting } from "./sitting.js";
import { slidesPart } from "./slides.js";
import { stage } from "./stage.js";

const SPEEDS = [0.75, 1, 1.25, 1.5, 2];
// A page that is shown longer than the player is silent was not looked at.
const SILENT = 1_000;

/**
 * `mode` video or sound, from `at` on; `far` is how far the person is, `prospect` how they stand with the
 * certificate, if that is known.
 */
export function player(page, { one, files, mode, at, far, prospect }) {
  const id = one.id;
  const progress = progressPart(one, prospect);
  const notice = h("div", { role: "status", test: "play-notice" });
  const slides = files.slides?.pages.length ? slidesPart({ slides: files.slides, cues: files.cues, seek, stale }) : null;
  const chapters = files.chapters.length ? chaptersPart(files.chapters, seek) : null;
  const captions = files.subtitles ? captionsPart(files.subtitles) : null;
  const body = h("div", { class: "stack player", test: "player" });
  const modes = h("div", {});
  const rates = speeds((rate) => place.faster(rate));
  const controls = h("div", { class: "controls" });
  let seenAt = 0;
  let asked = 0;

  const place = stage({ files, title: one.title, renewed, heard: {
    time, played: (stretch) => sits?.played(stretch), paused: () => sits?.tell(), speed, slow, trouble, over,
  } });
  const sits = signedIn() ? sitting(id, { stands: place.stands, heard: progress.show, away: progress.away, over: unheard }) : null;

  function time(ms, playing) {
    const shown = slides?.time(ms);
    const now = performance.now();
    if (shown && playing && now - seenAt < SILENT) sits?.looked(shown, now - seenAt);
    seenAt = now;
    chapters?.time(ms);
    captions?.time(ms);
  }
  function seek(ms) {
    place.seek(ms);
    time(ms, false);
    place.play();
  }
  async function renewed() {
    const now = await api.replay(one);
    if (now.slides) slides?.renew(now.slides);
    return now;
  }
  /** A picture cannot be had: perhaps its address ran out. Once in a while, for it may be the network. */
  function stale() {
    if (Date.now() - asked < 30_000) return;
    asked = Date.now();
    renewed().catch(() => {});
  }
  function switched(to) {
    const going = place.stands().playing;
    keepMode(to);
    slow(false);
    place.put(to, place.at(), going);
    drawModes();
    arrange();
  }
  function drawModes() {
    const other = place.kind() === "video" ? "sound" : "video";
    if (!files.video || !files.audio) return;
    fill(modes, h("button", { class: "switch", type: "button", test: "switch-mode", "data-to": other,
      click: () => switched(other) }, other === "video" ? "改为看视频" : listening()));
  }
  /** Who listens looks at the slides first; the player itself is never moved, for that would stop it. */
  function arrange() {
    if (!slides) return;
    if (place.kind() === "sound") body.prepend(slides.node);
    else controls.after(slides.node);
  }
  const listening = () => (slides ? "改为听讲看课件" : "改为只听声音");
  function slow(is) {
    const may = files.audio && place.kind() === "video";
    fill(notice, is && h("div", { class: "note", test: "slow" }, h("p", {}, "网络较慢，正在缓冲…"),
      may && h("button", { class: "button slim", type: "button", test: "slow-sound", click: () => {
        switched("sound");
        place.play();
      } }, `${listening()}（省流量）`)));
  }
  function speed(rate) {
    rates.value = String(rate);
  }
  function trouble(is) {
    fill(notice, is && h("p", { class: "note", test: "play-trouble" }, "网络断开了，连上后从这里接着播放…"));
  }
  /** Nothing more can be watched: who was signed out signs in, who may not any more is told. */
  function over(problem) {
    stop();
    if (problem.status === 401 && one.access !== "public") page.again();
    else fill(body, problemBox(problem, page.again));
  }
  function unheard(problem) {
    if (one.access !== "public" || problem.status !== 401) return over(problem);
    return progress.guest();
  }
  async function stop() {
    place.stop();
    await sits?.stop();
  }

  page.onLeave(stop);
  if (far) progress.show(far);
  place.put(mode, at, true);
  drawModes();
  fill(controls, h("label", { class: "speed", for: "speed" }, h("span", {}, "速度"), rates), captions?.turn, modes);
  fill(body, place.node, captions?.line, notice, controls, progress.node, chapters?.node, papers(files));
  arrange();
  return body;
}

function speeds(faster) {
  const select = h("select", { id: "speed", test: "speed", change: () => faster(Number(select.value)) },
    SPEEDS.map((each) => h("option", { value: String(each) }, `${each} 倍`)));
  select.value = "1";
  return select;
}

function papers({ slides, attachments }) {
  const document = slides?.document;
  if (!document && !attachments.length) return null;
  return h("section", { class: "card" }, h("h2", {}, "资料"),
    document && fileRow({ word: "下载课件", note: `全部课件，PDF 文件（${size(document.size)}）`, test: "slides-file",
      get: () => api.fileAt(document.url, "课件.pdf") }),
    attachments.map((file) => fileRow({ word: "下载", note: `${file.name}（${size(file.size)}）`, test: "attachment",
      get: () => api.fileAt(file.url, file.name) })));
}
