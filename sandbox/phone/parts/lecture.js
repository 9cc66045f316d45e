// A lecture in a few words: its badge, when it is, who may watch it, what to do before that.

import { h } from "../dom.js";
import { clock, moment, size } from "../format.js";

const TONES = { upcoming: "waiting", live: "bad", ended: "over", replay: "good" };
const DAY = 10;

export const phaseBadge = ({ phase, phase_words: words }) => (
  h("span", { class: `badge phase ${TONES[phase]}`, test: "phase", "data-phase": phase }, words));

/** 2026年12月1日 15:00 至 16:30, on one day; else both in full. */
export function when({ begins_at: begins, ends_at: ends }) {
  const [from, until] = [moment(begins), moment(ends)];
  const [day] = from.split(" ");
  return until.startsWith(day) && day.length >= DAY - 1 ? `${from} 至 ${until.split(" ")[1]}` : `${from} 至 ${until}`;
}

export const speakerOf = ({ speaker, speaker_post: post }) => [speaker, post].filter(Boolean).join("，");

/** Its cover; where it has none, a place of the same size. */
export const cover = ({ cover_url: url }, kind = "cover") => (url
  ? h("img", { class: kind, src: url, alt: "", loading: "lazy" })
  : h("span", { class: `${kind} no-cover`, "aria-hidden": "true" }, "云讲堂"));

/** What the replay takes, before anybody plays it. */
export const takes = ({ video_size: video, listening_size: sound, pages }) => [
  video && `看视频约 ${size(video)}`,
  sound && `${pages ? "听讲看课件" : "只听声音"}约 ${size(sound)}`,
].filter(Boolean).join("；");

export const lasts = ({ duration_ms: duration, pages }) => [
  duration && `时长 ${clock(duration)}`, pages && `课件 ${pages} 页`].filter(Boolean).join("，");

const FIRST = {
  replay_needs_sign_in: ["登录后观看", (id) => `/sign-in?then=${encodeURIComponent(`/lectures/${id}/replay`)}`],
  replay_needs_real_name: ["去实名认证", (id) => `/real-name?then=${encodeURIComponent(`/lectures/${id}/replay`)}`],
  replay_needs_registration: ["去报名", (id) => `/lectures/${id}`],
  lecture_not_begun: ["回到讲座", (id) => `/lectures/${id}`],
};

/** What to do before the replay may be watched; null for any other problem. */
export function firstStep({ code, title, detail }, { id }) {
  if (!FIRST[code]) return null;
  const [word, to] = FIRST[code];
  return h("section", { class: "card", test: "first-step", "data-code": code },
    h("p", { class: "big" }, title), h("p", {}, detail),
    h("a", { class: "button primary", href: `#${to(id)}`, test: "first-step-go" }, word));
}
