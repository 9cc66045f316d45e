// What is being written to a butler, kept on the server as it is typed: another phone goes on with it.

import * as api from "./api.js";
import { asProblem } from "./problem.js";

const PAUSE = 1_500;
// The server takes so many an hour, and nobody types for hours.
const APART = 6_000;

/**
 * The draft of a ticket by its number, `new` for one to come. `known` is what this phone remembers of
 * it: {text, saved}, where `saved` is what the server had when it was typed. `elsewhere` is the other
 * text where two phones wrote. `said(words)` hears whether it is kept.
 */
export async function keptDraft(page, number, { text: mine = "", saved: base = "" }, said) {
  let saved = await api.ticketDraft(number).then((draft) => draft.text, () => base);
  const own = mine.trim() !== base && mine.trim() !== saved;
  let wanted = own ? mine : saved;
  let known = wanted === mine ? saved : wanted;
  let timer = null;
  let busy = false;
  let at = 0;

  const arm = () => {
    clearTimeout(timer);
    timer = setTimeout(save, Math.max(PAUSE, at + APART - Date.now()));
  };
  async function save() {
    clearTimeout(timer);
    if (busy || wanted === known) return;
    const text = wanted;
    busy = true;
    at = Date.now();
    try {
      saved = (await api.keepTicketDraft(number, text)).text;
      known = text;
      said(saved ? "✓ 草稿已保存，换一部手机也能接着写。" : "");
    } catch (error) {
      said("草稿没有保存到服务器，写的内容还在这里。");
      if (!asProblem(error).passing) known = text;
    } finally {
      busy = false;
    }
    if (wanted !== known) arm();
  }

  wx.onAppHide(save);
  page.onLeave(() => {
    wx.offAppHide(save);
    save();
  });
  return {
    text: wanted,
    elsewhere: own && base !== saved ? saved : "",
    saved: () => saved,
    typed(text) {
      wanted = text;
      arm();
    },
    /** It went with what it became; one that was on its way then is taken back. */
    sent() {
      clearTimeout(timer);
      wanted = "";
      if (!busy) known = "";
      saved = "";
      said("");
    },
  };
}
