// The replay of a lecture: what to do before, how to watch, and then the player.

import { fill, h } from "../dom.js";
import * as api from "../lectures_api.js";
import { certificatePart, prospectOf } from "../parts/certificate.js";
import { firstStep } from "../parts/lecture.js";
import { Problem } from "../problem.js";
import { signedIn } from "../session.js";
import { choice } from "../watching/choice.js";
import { tellLeft } from "../watching/left.js";
import { player } from "../watching/player.js";

export async function replay(page) {
  const { id } = page.params;
  const one = await api.lecture(id);
  if (!one.duration_ms) return none(id);
  if (one.access !== "public" && !signedIn()) throw signInFirst(one);
  let files;
  try {
    await tellLeft();
    files = await api.replay(one);
  } catch (problem) {
    const first = firstStep(problem, one);
    if (first) return first;
    throw problem;
  }
  const [far, prospect] = await Promise.all([signedIn() ? api.progress(id) : null, prospectOf(one, signedIn())]);
  const body = h("div", { class: "stack" });
  const at = momentOf(page.params.at, one);
  const begin = ({ mode, at: from }) => {
    fill(body, player(page, { one, files, mode, at: from, far, prospect }));
    body.querySelector("[data-test=media]").focus({ preventScroll: true });
  };
  const certificate = certificatePart(one, prospect).node;
  return fill(body, choice({ one, files, far, at, begin }),
    certificate && h("section", { class: "card", "aria-label": "学习证书" }, certificate));
}

/** Where a link leads to, as one from what was found on a slide. */
function momentOf(text, { duration_ms: whole }) {
  const ms = Number(text);
  return text && ms >= 0 && ms < whole ? Math.round(ms) : null;
}

const none = (id) => h("section", { class: "card", test: "no-replay" },
  h("p", { class: "big" }, "还没有回放"), h("p", {}, "回放整理好后会放在这里，请过几天再来看看。"),
  h("a", { class: "button", href: `#/lectures/${id}` }, "回到讲座"));

const signInFirst = ({ access_words: words }) => new Problem({
  status: 401, title: "请先登录", detail: `这个讲座的回放只供${words}观看，请先登录。`,
});
