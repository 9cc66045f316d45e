// The very text that was agreed to, whether or not it is still in force.

import * as api from "../api.js";
import { h } from "../dom.js";
import { paragraphs } from "../parts/consent.js";

export async function agreementText({ params }) {
  const text = await api.agreementText(params.hash);
  return h("article", { class: "card" }, h("h2", {}, text.title), paragraphs(text),
    h("p", { class: "quiet small" }, `文本摘要（SHA-256）：${text.text_hash}`));
}
