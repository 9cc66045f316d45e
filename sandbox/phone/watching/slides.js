// The slides beside the recording: the page of the moment, and the moment of a page.

import { fill, h } from "../dom.js";
import { clock } from "../format.js";

/** `seek(ms)` goes to a moment; `stale()` hears that a picture cannot be had any more. */
export function slidesPart({ slides, cues, seek, stale }) {
  let pages = slides.pages;
  let page = 0;
  let follows = cues.length > 0;
  const picture = h("img", { class: "slide", test: "slide", alt: "", error: stale });
  const open = h("button", { class: "plain-button", type: "button", test: "slide-open", click: whole }, picture);
  const count = h("p", { class: "count-of", test: "slide-count" });
  const said = h("p", { class: "quiet", role: "status", test: "slide-said" });
  const back = h("button", { class: "button slim", type: "button", test: "slide-follow", hidden: true,
    click: () => follow() }, "跟上讲解");
  const strip = h("ol", { class: "strip", test: "previews" });
  const turn = (word, by, test) => h("button", { class: "button", type: "button", test,
    click: () => choose(page + by) }, word);
  const [before, after] = [turn("‹ 上一页", -1, "slide-before"), turn("下一页 ›", 1, "slide-after")];
  let latest = 0;

  const momentOf = (one) => cues.find((cue) => cue.page === one)?.at_ms ?? null;
  const pageAt = (ms) => cues.findLast((cue) => cue.at_ms <= ms)?.page ?? cues[0]?.page ?? 1;

  function show(one) {
    if (one === page) return;
    page = one;
    draw();
  }
  function draw() {
    const { url } = pages[page - 1];
    picture.src = url;
    picture.alt = `课件第 ${page} 页`;
    open.setAttribute("aria-label", `看课件第 ${page} 页的大图`);
    count.textContent = `第 ${page} / ${pages.length} 页`;
    count.dataset.page = String(page);
    before.disabled = page === 1;
    after.disabled = page === pages.length;
    for (const [index, each] of [...strip.children].entries()) mark(each.firstChild, index + 1 === page);
    back.hidden = follows || !cues.length;
  }
  function mark(button, is) {
    if (is) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
    const { offsetLeft: left, offsetWidth: width } = button.parentNode;
    if (is) strip.scrollLeft = left - (strip.clientWidth - width) / 2;
  }
  /** Whoever turns a page is taken to its moment, where it has one. */
  function choose(one) {
    const moment = momentOf(one);
    follows = moment !== null;
    said.textContent = follows ? "" : `第 ${one} 页没有标注讲解时间，只翻页，视频不动。`;
    show(one);
    draw();
    if (moment !== null) seek(moment);
  }
  function follow() {
    follows = true;
    said.textContent = "";
    show(pageAt(latest));
    draw();
  }
  function whole() {
    wx.previewImage({ current: pages[page - 1].url, urls: pages.map(({ url }) => url) });
  }
  fill(strip, pages.map(({ page: one, preview }) => h("li", {}, h("button", { class: "preview", type: "button",
    test: "preview", "data-page": String(one), click: () => choose(one) },
  h("img", { src: preview, alt: "", loading: "lazy" }), h("span", {}, label(one, momentOf(one)))))));
  show(pageAt(0));

  return {
    node: h("section", { class: "card slides", "aria-label": "课件" }, open,
      count, h("div", { class: "pair turning" }, before, after), said, back, strip),
    /** The page of a moment, unless somebody reads another; returns the page that is shown. */
    time(ms) {
      latest = ms;
      if (follows) show(pageAt(ms));
      return page;
    },
    renew(now) {
      pages = now.pages;
      draw();
    },
  };
}

const label = (page, moment) => (moment === null ? `${page} 页` : `${page} 页 ${clock(moment)}`);
