// How much of a recording I have truly watched, and what is still needed for the certificate.

import { fill, h } from "../dom.js";
import { certificatePart } from "../parts/certificate.js";
import { here } from "../router.js";
import { signedIn } from "../session.js";

export function progressPart(one, prospect) {
  const certificate = certificatePart(one, prospect);
  const bar = h("progress", { class: "bar-of", max: "100", value: "0", "aria-label": "已看" });
  const words = h("p", { test: "watched" });
  const kept = h("p", { class: "quiet", role: "status", test: "kept-here" });
  const node = h("section", { class: "card", "aria-label": "观看进度" });
  const guest = () => fill(node, h("p", {}, "登录后会记住看到哪里，并累计观看进度。"),
    h("a", { class: "button", href: `#/sign-in?then=${encodeURIComponent(here())}`, test: "go-sign-in" }, "去登录"));

  function show({ watched_percent: percent }) {
    bar.value = percent;
    words.dataset.percent = String(percent);
    words.textContent = `已看 ${percent}%`;
    certificate.show(percent);
  }
  if (signedIn()) fill(node, words, bar, certificate.node, kept, h("p", { class: "quiet small" }, "只计真正播放过的部分，拖动跳过的不算。"));
  else guest();
  return {
    node,
    show,
    guest,
    /** Whether it cannot be told to the server now. */
    away(is) { kept.textContent = is ? "暂时连不上服务器，观看记录先存在这部手机里，连上后自动补报。" : ""; },
  };
}
