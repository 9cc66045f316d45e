// One agreement in full; who is signed in can agree to it here.

import { h } from "../dom.js";
import { agreeing, paragraphs, ticked } from "../parts/consent.js";
import { signedIn } from "../session.js";
import { agreement, standing } from "../store.js";

export async function agreementPage({ params, again }) {
  const text = await agreement(params.name);
  if (!text) return h("p", { class: "empty" }, "没有这份协议。");
  const mine = text.scope === "person" && signedIn();
  const part = mine && ticked(text, null, await standing(text), { whole: false });
  return h("div", { class: "stack" },
    h("article", { class: "card" }, h("h2", {}, text.title), paragraphs(text)),
    part && agreeing(part, again));
}
