// Questions to the speaker: asked until a week after, mine with how they stand, those that were answered.

import { fill, h } from "../dom.js";
import { day } from "../format.js";
import * as api from "../lectures_api.js";
import { form } from "../parts/form.js";
import { paged } from "../parts/paged.js";
import { here } from "../router.js";
import { signedIn } from "../session.js";
import { draft } from "../store.js";

const WEEK = 7 * 24 * 3600 * 1000;
const MOST = 500;
const TONES = { open: "waiting", answered: "good", left: "over", hidden: "bad" };

export async function questionsPart(one) {
  const node = h("section", { class: "card", test: "questions-card" });
  await draw(node, one);
  return node;
}

async function draw(node, one, said = "") {
  const { id, ends_at: ends } = one;
  const may = Date.now() < Date.parse(ends) + WEEK;
  const [mine, answered] = await Promise.all([
    signedIn() ? paged({ ask: api.myQuestions(id), row: own, test: "my-questions", empty: "" }) : [],
    paged({ ask: api.answeredQuestions(id), row: known, test: "questions", empty: "还没有答复过的问题。" }),
  ]);
  const any = mine.some((each) => each.matches("ul"));
  const asked = () => draw(node, one, "✓ 已提交。答复后会发消息告诉您。");
  fill(node, h("h2", {}, "问主讲人"),
    may ? asking(id, asked) : h("p", { class: "quiet" }, "讲座结束已满 7 天，不再接受提问。"),
    h("p", { class: "agreed", role: "status", test: "question-sent" }, said),
    any && [h("h3", {}, "我的提问"), h("div", {}, mine)],
    h("h3", {}, "大家的提问和答复"), h("div", {}, answered));
}

function asking(id, asked) {
  if (!signedIn()) {
    return h("a", { class: "button", href: `#/sign-in?then=${encodeURIComponent(here())}` }, "登录后提问");
  }
  const name = `question-${id}`;
  const send = async (values) => {
    await api.askSpeaker(id, values);
    draft.drop(name);
    await asked();
  };
  return form({
    name,
    fields: [{ name: "text", label: "我想问", hint: "请不要写姓名、电话和案件号。答复后问题和答复会公开，不显示您是谁。",
      missing: "请写下您的问题。", test: "question-text", many: true, rows: "3", maxlength: String(MOST) }],
    word: "提问", test: "question-send", kind: "", send,
  });
}

const own = (one) => h("div", { class: "asked", test: "my-question", "data-state": one.state },
  h("p", { class: "labels" }, h("span", { class: `badge wrap ${TONES[one.state]}` }, one.state_label),
    h("span", { class: "quiet" }, day(one.asked_at))),
  h("p", { class: "words" }, one.text),
  one.answer && h("p", { class: "words answer" }, one.answer),
  one.reason && h("p", { class: "quiet" }, `理由：${one.reason}`));

const known = (one) => h("div", { class: "asked", test: "question" },
  h("p", { class: "words" }, h("span", { class: "quiet" }, "问："), one.text),
  h("p", { class: "words answer" }, h("span", { class: "quiet" }, "答："), one.answer),
  h("p", { class: "quiet small" }, `${day(one.answered_at)}答复`));
