// The certificate of a lecture: what it takes, how much is still to be watched, asking for it, having it.

import { fill, h } from "../dom.js";
import * as api from "../lectures_api.js";
import { go, here } from "../router.js";
import { action } from "./action.js";

/** How I stand with the certificate of a lecture; null where nobody knows who I am. */
export const prospectOf = ({ id }, signedIn) => (signedIn ? api.certificateProspect(id) : null);

/** What is missing, in percent of the whole. */
function wanting(percent, needed) {
  if (percent >= needed) return `✓ 已看 ${percent}%，可以领取学习证书。`;
  return percent ? `看满 ${needed}% 可以领取学习证书，还差 ${needed - percent}%。` : `看满回放的 ${needed}% 可以领取学习证书。`;
}

/**
 * What there is to say of it now, and again with `show(percent)` as more was watched: `node` is null where
 * there is nothing to say. Told beforehand: it is made out to a name that is proven.
 */
export function certificatePart({ id, certificate_percent: needed }, prospect) {
  if (!needed && !prospect?.certificate) return { node: null, show() {} };
  const node = h("div", { class: "group", test: "certificate-part" });
  let named = prospect?.real_named;
  const words = h("p", { test: "still-needed" });
  let drawn = null;

  const ask = async () => {
    try {
      const { id: made } = await api.askCertificate(id);
      go(`/certificates?made=${made}`);
    } catch (problem) {
      if (problem.code !== "certificate_needs_real_name") throw problem;
      named = false;
      draw(needed);
    }
  };
  function draw(percent) {
    if (!prospect) fill(node, h("p", {}, wanting(0, needed)), h("p", { test: "name-first" }, "证书写您的真实姓名，须登录并完成实名认证。"));
    else if (prospect.certificate) fill(node, has(prospect.certificate));
    else fill(node, words, named ? percent >= needed && claim() : nameFirst(percent));
  }
  const claim = () => action("领取学习证书", ask, { test: "claim" });
  const nameFirst = (percent) => [
    h("p", { test: "name-first" }, "证书写您的真实姓名，领取前须完成实名认证。"),
    h("a", { class: `button ${percent >= needed ? "primary" : ""}`, test: "name-first-go",
      href: `#/real-name?then=${encodeURIComponent(here())}` }, "去实名认证")];

  /** The number is always the newest; a button that is there already stays, whatever it says at this moment. */
  function show(percent) {
    words.textContent = wanting(percent, needed);
    if (drawn !== null && (percent === drawn || Math.min(drawn, percent) >= needed)) return;
    drawn = percent;
    draw(percent);
  }
  show(prospect?.watched_percent ?? 0);
  return { node, show };
}

const has = ({ number }) => [
  h("p", { class: "agreed", test: "certificate-held", "data-number": number }, "✓ 您已领取这个讲座的学习证书。"),
  h("a", { class: "button", href: "#/certificates", test: "go-certificates" }, "查看学习证书")];
