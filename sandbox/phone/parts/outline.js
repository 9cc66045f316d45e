// An outline as its editor wrote it: the back end's clean markup, built anew from what is allowed.

import { h } from "../dom.js";

const TAGS = new Set(["p", "br", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "hr", "strong", "b", "em", "i",
  "u", "sub", "sup", "a", "table", "thead", "tbody", "tr", "th", "td"]);
const KEPT = { td: ["colspan", "rowspan"], th: ["colspan", "rowspan"] };
const DROPPED = new Set(["script", "style", "iframe", "object", "embed", "template", "svg", "math"]);
// Under a heading of the page itself.
const HEADINGS = { h2: "h3", h3: "h4", h4: "h5" };

/** Nothing of the text is ever run or loaded: what is not known here is left out, its words stay. */
export function outline(html) {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  return h("div", { class: "outline", test: "outline" }, children(body));
}

const children = (node) => [...node.childNodes].flatMap(built);

function built(node) {
  if (node.nodeType === Node.TEXT_NODE) return [document.createTextNode(node.data)];
  if (node.nodeType !== Node.ELEMENT_NODE) return [];
  const tag = node.localName;
  if (DROPPED.has(tag)) return [];
  if (!TAGS.has(tag)) return children(node);
  if (tag === "a") return [link(node)];
  const made = h(HEADINGS[tag] ?? tag, kept(node, KEPT[tag] ?? []), children(node));
  return [tag === "table" ? h("div", { class: "wide", tabindex: "0", role: "group", "aria-label": "表格" }, made) : made];
}

const kept = (node, names) => Object.fromEntries(names.map((name) => [name, node.getAttribute(name)]));

function link(node) {
  const href = node.getAttribute("href") ?? "";
  if (!href.startsWith("https://")) return h("span", {}, children(node));
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" }, children(node));
}
