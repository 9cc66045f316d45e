// Cloud lectures: looked through by series, or found by what is said in them.

import { h } from "../dom.js";
import { clock, moment } from "../format.js";
import * as api from "../lectures_api.js";
import { action } from "../parts/action.js";
import { marked } from "../parts/found.js";
import { cover, lasts, phaseBadge, speakerOf, when } from "../parts/lecture.js";
import { messagesPart } from "../parts/messages.js";
import { paged } from "../parts/paged.js";
import { go } from "../router.js";
import { signedIn } from "../session.js";

export async function lectures({ params, again }) {
  const { q = "", series = "" } = params;
  const [all, lists, told] = await Promise.all([
    api.lectureSeries(), q ? found(q) : lecturesOf(series), signedIn() ? toldOf(again) : null,
  ]);
  return h("div", { class: "stack" },
    h("section", { class: "card" }, search(q), !q && all.length > 1 && seriesSelect(all, series),
      q && h("a", { class: "button slim", href: "#/lectures", test: "lecture-all" }, "看全部讲座")),
    signedIn() && h("a", { class: "button", href: "#/lectures/mine", test: "my-lectures" }, "我报名和看过的讲座"),
    !q && chosen(all, series),
    lists,
    told);
}

function search(q) {
  const input = h("input", { type: "search", id: "lecture-q", value: q, test: "lecture-q", autocomplete: "off",
    maxlength: "40", enterkeyhint: "search", placeholder: "例如：信用修复" });
  const submit = (event) => {
    event.preventDefault();
    const wanted = input.value.trim();
    go(wanted ? `/lectures?q=${encodeURIComponent(wanted)}` : "/lectures");
  };
  return h("form", { class: "finding", role: "search", novalidate: true, submit },
    h("label", { for: "lecture-q", class: "quiet" }, "找讲座：题目、主讲人、公开的课件和字幕里的话都能找"),
    input, h("button", { class: "button", type: "submit", test: "lecture-find" }, "查找"));
}

function seriesSelect(all, series) {
  const select = h("select", { id: "lecture-series", test: "lecture-series",
    change: () => go(select.value ? `/lectures?series=${select.value}` : "/lectures") },
  h("option", { value: "" }, "全部系列"), all.map(({ id, title }) => h("option", { value: id }, title)));
  select.value = series;
  return h("div", { class: "field" }, h("label", { for: "lecture-series" }, "系列"), select);
}

function chosen(all, series) {
  const one = all.find((each) => each.id === series);
  return one?.summary && h("p", { class: "card" }, one.summary);
}

/** What is live or comes next stands above what one may watch again. */
async function lecturesOf(series) {
  const ask = (when) => {
    const [test, empty] = when === "coming" ? ["lectures-coming", "近期没有直播和预告。"] : ["lectures-over", "还没有往期讲座。"];
    return paged({ ask: api.lectures(series, when), row: item, test, empty });
  };
  const [coming, over] = await Promise.all([ask("coming"), ask("over")]);
  return [list("直播和预告", coming), list("回放和往期", over)];
}

const found = async (q) => list("找到的讲座", await hits(q));
const list = (title, rows) =>
  h("section", { class: "card", "aria-label": title }, h("h2", {}, title), h("div", {}, rows));

const item = (one) => h("a", { class: "row lecture-row", href: `#/lectures/${one.id}`, test: "lecture-item", "data-id": one.id },
  cover(one, "thumb"),
  h("span", { class: "row-main" },
    h("span", { class: "labels" }, phaseBadge(one)),
    h("span", { class: "row-title" }, one.title),
    h("span", { class: "quiet" }, speakerOf(one)),
    h("span", { class: "quiet" }, one.phase === "replay" && one.duration_ms ? lasts(one) : when(one))));

const hits = (q) => paged({ ask: api.findLectures(q), row: (one) => hit(one, q), test: "lecture-hits",
  empty: `没有找到“${q}”。换个说法，或者少写几个字试试。` });

const hit = (one, q) => h("div", { class: "hit", test: "lecture-hit", "data-id": one.lecture_id, "data-field": one.field },
  h("a", { class: "row", href: `#/lectures/${one.lecture_id}`, test: "lecture-hit-open" },
    h("span", { class: "row-main" },
      h("span", { class: "row-title" }, marked(one.title, q)),
      h("span", { class: "quiet" }, `${one.speaker}，${moment(one.begins_at)}`),
      h("span", {}, h("span", { class: "quiet" }, `${where(one)}：`), marked(one.snippet, q))),
    h("span", { class: "chevron", "aria-hidden": "true" })),
  one.at_ms !== null && h("a", { class: "touch", test: "lecture-hit-moment",
    href: `#/lectures/${one.lecture_id}/replay?at=${one.at_ms}` }, `从 ${clock(one.at_ms)} 看起`));

const where = ({ field_label: label, page }) => (page ? `${label}第 ${page} 页` : label);

/** Whether I am told of new ones. */
async function toldOf(again) {
  const [is, messages] = await Promise.all([api.following(), messagesPart("lecture")]);
  const change = async () => {
    if (is) await api.unfollow();
    else {
      await messages.ask();
      await api.follow();
    }
    await again();
  };
  return h("section", { class: "card", test: "following", "data-following": String(is) },
    h("p", {}, is ? "✓ 已关注云讲堂，有新讲座时会告诉您。" : "关注云讲堂，有新讲座时告诉您。"),
    !is && messages.node,
    action(is ? "不再关注" : "关注云讲堂", change, { kind: "", test: "follow" }));
}
