// Rating who resolved a ticket: stars and a word, to be changed for 72 hours; every version is kept.

import * as api from "../api.js";
import { h } from "../dom.js";
import { moment } from "../format.js";
import { form, input } from "../parts/form.js";
import { starsPart, starsShown, starsText } from "../parts/stars.js";
import { replace } from "../router.js";
import { draft } from "../store.js";

const LOW = 2;

export async function rating({ params: { number } }) {
  const known = await api.rating(number);
  if (!known) return none(number);
  const { rating: one, etag } = known;
  return h("div", { class: "stack" },
    one.may_rate ? asking(number, one, etag) : h("section", { class: "card" },
      h("p", { class: "big" }, one.rating ? "评价已定" : "评价的期限已过"), one.rating && given(one.rating)),
    one.rating?.versions.length > 1 && versions(one.rating),
    one.earlier.length > 0 && h("section", { class: "card" }, h("h2", {}, "此前办结时的评价"),
      h("ol", { class: "rows" }, one.earlier.map((each) => h("li", { class: "look" }, given(each))))),
    h("a", { class: "button", href: `#/tickets/${number}` }, "回到工单"));
}

function asking(number, one, etag) {
  const name = `rating-${number}-${one.cycle}`;
  const was = { stars: one.rating?.stars, text: one.rating?.text, ...draft.of(name) };
  const low = h("p", { class: "note", role: "status", test: "rating-low" });
  const stars = starsPart({ chosen: was.stars, changed: (count) => {
    low.textContent = count && count <= LOW ? "两星及以下会自动转为投诉，由信用办另派人在 24 小时内处理。" : "";
    low.hidden = !low.textContent;
  } });
  const text = input({ name: "text", label: "想说的话（选填）", test: "rating-text", many: true, rows: "4",
    maxlength: "500", hint: "不超过 500 个字" }, was.text);

  async function send(values) {
    try {
      await api.rate(number, etag, values);
    } catch (problem) {
      if (problem.status !== 412 || !await same(number, values)) throw problem;
    }
    draft.drop(name);
    replace(`/tickets/${number}`);
  }
  return h("section", { class: "card", test: "rating" },
    h("p", { class: "quiet" }, `${moment(one.resolved_at)}办结。${until(one)}`),
    form({ name, extras: [stars, { node: low }, text], word: one.rating ? "保存修改" : "提交评价", test: "rating-submit", send }));
}

/** Stale after a lost answer: our own first try has done it. */
async function same(number, { stars, text }) {
  const { rating: now } = (await api.rating(number)).rating;
  return now?.stars === stars && now.text === text;
}

const until = ({ rating: was }) => (was ? `还可修改到 ${moment(was.closes_at)}。` : "提交后 72 小时内可以修改。");

export const given = ({ stars, text }) => h("div", {}, starsShown(stars), text && h("p", { class: "words" }, text));

const versions = ({ versions: all }) => h("details", { class: "card" }, h("summary", { test: "rating-versions" }, "修改记录"),
  h("ol", { class: "rows" }, all.map((each) => h("li", { class: "look" },
    h("p", { class: "row-title" }, starsText(each.stars)), each.text && h("p", { class: "words" }, each.text),
    h("p", { class: "quiet" }, moment(each.at))))));

const none = (number) => h("section", { class: "card" },
  h("p", {}, "办结以后，由咨询的本人评价。"),
  h("a", { class: "button", href: `#/tickets/${number}` }, "回到工单"));
