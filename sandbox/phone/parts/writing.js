// A text to a butler: counted as it is read, kept as it is typed.

import { h } from "../dom.js";
import { grouped } from "../format.js";
import { keptDraft } from "../kept.js";
import { input } from "./form.js";

const MOST = 2_000;

/**
 * A part of a form that sends `text`; `typed()` hears of each change by the writer, `wordless()` says
 * whether something else goes that needs no words.
 */
export async function writing({ page, number, known, label, hint, missing, test, typed = () => {}, wordless = () => false }) {
  const state = h("p", { class: "quiet", role: "status", test: "draft-state" });
  const kept = await keptDraft(page, number, known, (words) => { state.textContent = words; });
  const count = h("p", { class: "quiet count-line", test: "text-count" });
  const part = input({ name: "text", label, hint, missing, test, many: true, rows: "5" }, kept.text);
  const control = part.node.querySelector("textarea");
  const theirs = kept.elsewhere && elsewhere(kept.elsewhere, (text) => {
    put(text);
    control.focus();
    theirs.remove();
  });

  function draw() {
    const length = characters(control.value.trim());
    count.textContent = `${grouped(length)} / ${grouped(MOST)} 字`;
    count.classList.toggle("fault", length > MOST);
  }
  function put(text) {
    control.value = text;
    control.dispatchEvent(new Event("input", { bubbles: true }));
  }
  function check() {
    if (!wordless() && !part.check()) return false;
    const length = characters(control.value.trim());
    if (length > MOST) part.blame(`最多 ${grouped(MOST)} 个字，现在有 ${grouped(length)} 个，请精简。`);
    return length <= MOST;
  }
  control.addEventListener("input", () => {
    draw();
    kept.typed(control.value);
    typed();
  });
  draw();
  control.after(count);
  part.node.append(state, ...(theirs ? [theirs] : []));
  return {
    ...part,
    control,
    state: () => ({ text: control.value, saved: kept.saved() }),
    check,
    sound: check,
    /** It was sent: empty for the next. */
    sent() {
      control.value = "";
      draw();
      kept.sent();
    },
  };
}

function elsewhere(text, take) {
  const node = h("details", { test: "draft-elsewhere" }, h("summary", {}, "另一部手机上还写着一份草稿"),
    h("p", { class: "words" }, text),
    h("button", { class: "button slim", type: "button", test: "draft-take", click: () => take(text) }, "改用那份草稿"));
  return node;
}

const segmenter = globalThis.Intl?.Segmenter && new Intl.Segmenter("zh", { granularity: "grapheme" });

/** As they are seen: an emoji is one. */
const characters = (text) => (segmenter ? [...segmenter.segment(text)] : [...text]).length;
