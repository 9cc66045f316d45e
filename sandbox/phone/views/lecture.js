// One lecture: what it is about and when, how to get in, places, the replay, papers, questions.

import { h } from "../dom.js";
import { moment, size } from "../format.js";
import * as api from "../lectures_api.js";
import { certificatePart, prospectOf } from "../parts/certificate.js";
import { fileRow } from "../parts/file.js";
import { facts } from "../parts/facts.js";
import { cover, lasts, phaseBadge, speakerOf, takes, when } from "../parts/lecture.js";
import { outline } from "../parts/outline.js";
import { Problem, isWithdrawn } from "../problem.js";
import { signedIn } from "../session.js";
import { tellLeft } from "../watching/left.js";
import { livePart } from "./lecture_live.js";
import { placePart } from "./lecture_place.js";
import { questionsPart } from "./lecture_questions.js";

export async function lecture(page) {
  const { id } = page.params;
  const { one, gone } = await shownOrGone(id);
  if (gone) return gone;
  if (signedIn()) await tellLeft();
  const [live, far, prospect] = await Promise.all([api.live(id), farWith(one), prospectOf(one, signedIn())]);
  const [place, questions] = await Promise.all([placePart(one, live), questionsPart(one)]);
  // Who must have a place to watch sees to that first.
  const first = one.access === "registered" && !far;
  return h("div", { class: "stack", test: "lecture", "data-phase": live.phase },
    h("section", { class: "card" },
      cover(one), h("p", { class: "labels" }, phaseBadge({ phase: live.phase, phase_words: live.phase_label })),
      h("p", { class: "big", test: "lecture-title" }, one.title), said(one)),
    livePart(page, live), first ? [place, replayCard(one, far, live)] : [replayCard(one, far, live), place],
    certificateCard(one, prospect),
    one.outline && h("section", { class: "card" }, h("h2", {}, "讲什么"), outline(one.outline)),
    papers(one), questions);
}

/** The lecture; withdrawn it is its certificate alone, for whom had earned it, and to others a problem. */
async function shownOrGone(id) {
  try {
    return { one: await api.lecture(id) };
  } catch (problem) {
    if (!isWithdrawn(problem) || !signedIn()) throw problem;
    await tellLeft();
    const prospect = await api.certificateProspect(id);
    return { gone: h("div", { class: "stack", test: "lecture-gone" },
      h("section", { class: "card" }, h("p", { class: "big" }, problem.title), h("p", {}, problem.detail)),
      certificateCard({ id, ...prospect }, prospect),
      h("a", { class: "button", href: "#/lectures", test: "to-lectures" }, "回到云讲堂")) };
  }
}

const said = (one) => facts([
  ["系列", one.series || null], ["主题", one.topic || null], ["主讲人", speakerOf(one) || null],
  ["适合", one.audience || null], ["时间", when(one), "lecture-when"],
  ["回放", one.duration_ms ? lasts(one) : null],
]);

/** Null where nothing was watched, or nobody knows who I am. */
async function farWith({ id, duration_ms: duration }) {
  if (!signedIn() || !duration) return null;
  const far = await api.progress(id);
  return far.watched_ms || far.resume_ms ? far : null;
}

function replayCard(one, far, { phase }) {
  if (!one.duration_ms) return null;
  return h("section", { class: "card", test: "replay-card" }, h("h2", {}, "回放"),
    one.access !== "public" && h("p", { test: "access" }, `回放只供${one.access_words}观看。`),
    takes(one) && h("p", { class: "quiet", test: "replay-takes" }, `全部看完，${takes(one)}。`),
    far && h("p", { test: "replay-far" }, `您已看 ${far.watched_percent}%。`),
    phase === "upcoming"
      ? h("p", { test: "replay-opens" }, `回放从 ${moment(one.begins_at)} 讲座开始时起可以观看。`)
      : h("a", { class: "button primary", href: `#/lectures/${one.id}/replay`, test: "go-replay" }, far ? "接着看回放" : "进入回放"));
}

function certificateCard(one, prospect) {
  const { node } = certificatePart(one, prospect);
  return node && h("section", { class: "card", test: "certificate-card" }, h("h2", {}, "学习证书"), node);
}

function papers(one) {
  if (!one.documents.length) return null;
  return h("section", { class: "card" }, h("h2", {}, "资料"),
    one.documents.map((file) => fileRow({
      word: "下载", note: `${file.name}（${size(file.size)}）`, test: "document", get: () => fetched(one, file),
    })));
}

/** Where the replay may be watched its papers may be had. */
async function fetched(one, { name }) {
  const { attachments } = await api.replay(one);
  const found = attachments.find((each) => each.name === name);
  if (!found) throw new Problem({ status: 404, title: "没有这个文件", detail: "资料可能刚刚换过，请重新打开这个讲座。" });
  return api.fileAt(found.url, name);
}
