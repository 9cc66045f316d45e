// The certificate of a lecture: how much of it is still to be watched, and asking for it.

import { fill, h } from "../dom.js";
import * as api from "../lectures_api.js";
import { go, here } from "../router.js";
import { action } from "./action.js";

/** What is missing, in percent of the whole. */
export const wanting = (percent, needed) => (percent >= needed
  ? `✓ 已看 ${percent}%，可以领取学习证书。` : `看满 ${needed}% 可以领取学习证书，还差 ${needed - percent}%。`);

/** A part that shows itself once `enough` was watched; asked for again it is the same certificate. */
export function claimPart({ id }) {
  const node = h("div", { class: "group" });
  const ask = async () => {
    try {
      const { id: made } = await api.askCertificate(id);
      go(`/certificates?made=${made}`);
    } catch (problem) {
      if (problem.code !== "certificate_needs_real_name") throw problem;
      fill(node, h("p", { role: "alert", test: "name-first" }, problem.detail),
        h("a", { class: "button primary", test: "name-first-go",
          href: `#/real-name?then=${encodeURIComponent(here())}` }, "去实名认证"));
    }
  };
  let shown = false;
  return {
    node,
    enough(is) {
      if (is === shown) return;
      shown = is;
      fill(node, is && action("领取学习证书", ask, { test: "claim" }));
    },
  };
}
