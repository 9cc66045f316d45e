// Writing to the butler: an answer while it goes on; after the end a word, or reopening it.

import * as api from "../api.js";
import { fill, h } from "../dom.js";
import { moment } from "../format.js";
import { typing } from "../live.js";
import { action } from "../parts/action.js";
import { form } from "../parts/form.js";
import { imagesPart } from "../parts/images.js";
import { messagesPart } from "../parts/messages.js";
import { writing } from "../parts/writing.js";
import { draft } from "../store.js";
import { active } from "./ticket_head.js";

/**
 * `node`; `show(one)` draws what may be written now, and keeps what was; `sent()` hears of each
 * step. The butler is told that one types.
 */
export async function write(page, { number, id, sent }) {
  const name = `ticket-${number}`;
  const node = h("div", { class: "stack" });
  const known = draft.of(name);
  let images = imagesPart({ known: known.images });
  const [messages, text] = await Promise.all([messagesPart("ticket"), writing({
    page, number, known, label: "写给信用管家", test: "answer-text", missing: "请填写内容。", typed: () => typing(id),
    wordless: () => images.values().images.length > 0,
  })]);
  let drawn = "";
  let last = null;

  const by = (step) => async (values) => {
    await messages.ask();
    await step(number, values);
    text.sent();
    draft.drop(name);
    images = imagesPart();
    drawn = "";
    show(last);
    text.control.focus({ preventScroll: true });
    await sent();
  };
  function show(one) {
    last = one;
    const mode = modeOf(one);
    if (drawn === mode + one.reopen_until) return;
    drawn = mode + one.reopen_until;
    const at = document.activeElement === text.control && text.control.selectionStart;
    fill(node, mode && forms[mode](one, { name, extras: [text, images, messages] }, by));
    if (at !== false && node.contains(text.control)) {
      text.control.focus({ preventScroll: true });
      text.control.setSelectionRange(at, at);
    }
  }
  return { node, show, focus: () => text.control.focus() };
}

/** What may be written; what is merged goes on elsewhere. */
function modeOf(one) {
  if (one.state === "merged") return "";
  if (active(one)) return "answer";
  return one.may_reopen ? "reopen" : "word";
}

const forms = {
  answer: (one, parts, by) => form({
    ...parts, word: "发送", test: "answer-send", send: by(api.writeToButler),
  }),
  reopen: (one, parts, by) => [
    h("p", { test: "reopen-until" }, `没有解决的，可以在 ${moment(one.reopen_until)} 前重新打开，重新承诺 24 小时内答复。`),
    form({
      ...parts, word: "重新打开，继续办理", test: "ticket-reopen", kind: "", send: by(api.reopenTicket),
      also: { word: "仅留言，不会重新计时", test: "answer-send", send: by(api.writeToButler) },
    })],
  word: (one, parts, by) => [
    h("p", { test: "only-word" }, "工单已结束，在这里留言不会重新计时；有新问题的，请另提一张工单。"),
    form({ ...parts, word: "仅留言，不会重新计时", test: "answer-send", kind: "", send: by(api.writeToButler) }),
    h("a", { class: "button", href: "#/tickets/new", test: "ticket-anew" }, "另提一张工单")],
};

/** Not needed any more, while it goes on. */
export const withdrawal = (number, sent) => h("details", { class: "card" },
  h("summary", { test: "ticket-withdraw-open" }, "不再需要"),
  h("p", {}, "信用管家不再办理；七天内改了主意，可以重新打开。"),
  action("不再需要，结束工单", async () => sent(await api.withdrawTicket(number)),
    { kind: "danger", test: "ticket-withdraw" }));
