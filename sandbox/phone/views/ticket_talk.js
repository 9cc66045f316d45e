// What citizen and butler wrote to each other, one's own to the right; new ones appear by themselves.

import * as api from "../api.js";
import { fill, h } from "../dom.js";
import { moment } from "../format.js";
import { action } from "../parts/action.js";
import { shownImages } from "../parts/images.js";

const EARLY = 30_000;
// The last words are what one comes for.
const FIRST_SHOWN = 10;
const CHECKS = {
  pending: "内容检测中，不影响办理和计时",
  review: "内容待人工核验，不影响办理和计时",
  risky: "内容未通过核验，信用管家默认看不到",
};

/** `node`, and `renew()`, which asks for what is new and leaves the rest as it is. */
export async function talk(page, number) {
  const list = h("ol", { class: "talk", test: "messages" });
  const more = h("div", { hidden: true });
  const shown = new Map();
  let first = null;
  let aging = null;

  /** Those of a page; one that was shown stays where it is unless it changed. */
  function draw(items) {
    for (const one of items) {
      const is = sign(one);
      const was = shown.get(one.n);
      if (was?.is === is) continue;
      const node = message(one);
      if (was) was.node.replaceWith(node);
      else list.insertBefore(node, after(one.n));
      shown.set(one.n, { is, node, ends: endOf(one) });
    }
    age();
  }
  const after = (n) => {
    const later = [...shown.keys()].filter((each) => each > n);
    return later.length ? shown.get(Math.min(...later)).node : null;
  };
  async function renew() {
    const { items } = await api.ticketMessages(number);
    if (first === null) lead(items.at(-FIRST_SHOWN)?.n);
    draw(items.filter(({ n }) => n >= first));
  }
  async function earlier() {
    const { items, before } = await api.ticketMessages(number, first);
    const [top] = list.children;
    draw(items);
    lead(before);
    top.tabIndex = -1;
    top.focus();
  }
  function lead(n) {
    first = n ?? 0;
    more.hidden = first <= 1;
    fill(more, !more.hidden && action("查看更早的消息", earlier, { kind: "slim", test: "messages-before" }));
  }
  /** Addresses of images are good for minutes: asked for anew before they are over. */
  function age() {
    clearTimeout(aging);
    const next = Math.min(...[...shown.values()].map(({ ends }) => ends));
    if (next === Infinity) return;
    aging = setTimeout(() => {
      for (const each of shown.values()) if (each.ends <= next) Object.assign(each, { is: "", ends: Infinity });
      renew().catch(age);
    }, Math.max(EARLY, next - Date.now() - EARLY));
  }

  await renew();
  page.onLeave(() => clearTimeout(aging));
  return { node: [more, h("div", { role: "log", "aria-label": "往来消息" }, list)], renew };
}

const endOf = ({ images }) => (
  Math.min(...images.map((each) => (each.expires_at ? Date.parse(each.expires_at) : Infinity))));

/** What is seen of a message; the address of an image is new each time. */
const sign = ({ text, check, images }) => JSON.stringify(
  [text, check, images.map(({ id, state, shown, words }) => [id, state, shown, words])]);

const message = (one) => h("li", { class: one.by === "citizen" ? "message mine" : "message", test: "message",
  "data-by": one.by, "data-n": String(one.n), "data-check": one.check },
h("p", { class: "quiet small" }, `${one.name}，${moment(one.at)}${one.by_phone ? "，电话中" : ""}`),
one.text && h("p", { class: "words" }, one.text),
shownImages(one.images),
one.by === "citizen" && CHECKS[one.check] && h("p", { class: "quiet small" }, CHECKS[one.check]));
