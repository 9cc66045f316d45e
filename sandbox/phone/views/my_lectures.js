// Lectures that I registered for, and those that I watched with how far.

import { h } from "../dom.js";
import { clock, day, moment } from "../format.js";
import * as api from "../lectures_api.js";
import { paged } from "../parts/paged.js";
import { row } from "../parts/row.js";
import { tellLeft } from "../watching/left.js";

export async function myLectures() {
  await tellLeft();
  const [watched, registered] = await Promise.all([
    paged({ ask: api.watched, row: seen, test: "watched-list", empty: "还没有看过回放。" }),
    paged({ ask: api.registrations, row: place, test: "registered-list", empty: "还没有报名讲座。" }),
  ]);
  return h("div", { class: "stack" },
    h("section", { class: "card" }, h("h2", {}, "看过的"), h("div", {}, watched)),
    h("section", { class: "card" }, h("h2", {}, "报名的"), h("div", {}, registered)),
    h("a", { class: "button", href: "#/certificates", test: "my-certificates" }, "我的学习证书"),
    h("a", { class: "button", href: "#/lectures" }, "看全部讲座"));
}

const seen = (one) => h("div", { class: "hit", test: "watched-item", "data-percent": String(one.watched_percent) },
  h("p", { class: "row-title" }, one.title),
  h("progress", { class: "bar-of", max: "100", value: String(one.watched_percent), "aria-label": `《${one.title}》已看` }),
  h("p", { class: "quiet" }, `已看 ${one.watched_percent}%，`, h("span", { class: "unbroken" }, `最近一次 ${day(one.changed_at)}`)),
  one.shown
    ? h("a", { class: "button slim", href: `#/lectures/${one.lecture_id}/replay`, test: "go-on" }, going(one))
    : [h("p", { class: "quiet" }, "讲座已下线，不再提供观看。"), one.certificate_reached
      && h("a", { class: "button slim", href: `#/lectures/${one.lecture_id}`, test: "gone-certificate" }, "学习证书")]);

const going = ({ resume_ms: at, duration_ms: whole }) => (
  at > 0 && at < whole - 1_000 ? `接着看（${clock(at)}）` : "再看一遍");

const place = (one) => row(one.title,
  [one.state_label, one.place && `候补第 ${one.place} 位`, one.begins_at && moment(one.begins_at)].filter(Boolean).join("，"),
  `#/lectures/${one.lecture_id}`, "registered-item");
