// Asking a credit butler: first about what, then where and in which words.

import * as api from "../api.js";
import { can } from "../duties.js";
import { h } from "../dom.js";
import { facts } from "../parts/facts.js";
import { faultLine, form } from "../parts/form.js";
import { imagesPart } from "../parts/images.js";
import { messagesPart } from "../parts/messages.js";
import { asTenant, placePart } from "../parts/place.js";
import { row } from "../parts/row.js";
import { notYours, subjectCard } from "../parts/subject.js";
import { writing } from "../parts/writing.js";
import { replace } from "../router.js";
import { acting, draft } from "../store.js";

const FROM = { report: "信用报告", lecture: "云讲堂" };

export async function ticketNew(page) {
  const act = await acting(page.params.subject);
  const top = subjectCard(act, () => (page.params.subject ? replace("/tickets/new") : page.again()));
  if (!can(act.subject, "ask")) return h("div", { class: "stack" }, top, notYours("咨询信用管家"));
  const items = await api.serviceItems();
  const item = items.find((each) => each.code === page.params.item);
  return h("div", { class: "stack" }, top,
    ...item ? await asking(page, act.subject, item) : choosing(items, page.params));
}

const originOf = ({ source, reference = "" }) => (source in FROM ? { source, reference } : null);

/** Where it was opened from, and for whom, goes along to the form. */
const carried = (params) => (
  { ...originOf(params), ...params.subject && { subject: params.subject } });

function choosing(items, params) {
  const line = (each) => row(each.name, each.expects, `#/tickets/new?${
    new URLSearchParams({ item: each.code, ...carried(params) })}`, "service-item");
  const groups = [...new Set(items.map((each) => each.kind))].map((kind) => (
    items.filter((each) => each.kind === kind)));
  return [h("p", { class: "quiet" }, "请先选择要咨询的事项；说不准的，选第一项。"),
    ...groups.map((group) => h("section", { class: "card" },
      h("h2", {}, group[0].kind_label), h("ul", { class: "rows" }, group.map(line))))];
}

async function asking(page, subject, item) {
  const { params } = page;
  const name = `ticket-new-${subject.id}`;
  const known = draft.of(name);
  const [place, messages, text] = await Promise.all([api.suggestedPlace(subject.id), messagesPart("ticket"), writing({
    page, number: "new", known, label: "想问什么", test: "ticket-text", missing: "请写下您的问题。",
    hint: "写清楚事情的经过和想要的结果；请不要写身份证号、银行卡号。",
  })]);

  async function send(values) {
    await messages.ask();
    const origin = originOf(params);
    const made = await api.askButler({
      subject_id: subject.id, item: item.code, ...values, ...origin && { origin },
    });
    text.sent();
    draft.drop(name);
    replace(`/tickets/${made.number}?made=1`);
  }
  const another = `#/tickets/new?${new URLSearchParams(carried(params))}`;
  return [itemCard(item, another), h("section", { class: "card" },
    originOf(params) && h("p", { class: "quiet", test: "ticket-origin" },
      `从${FROM[params.source]} ${params.reference ?? ""} 提问，编号会告诉信用管家。`),
    form({
      name,
      extras: [chosenItem(item), placePart({ known, suggested: place && asTenant(place) }), text, imagesPart({ known: known.images }), messages],
      word: "提交",
      test: "ticket-submit",
      send,
    }))];
}

const itemCard = (item, another) => h("section", { class: "card", test: "item", "data-code": item.code },
  h("p", { class: "labels" }, h("span", { class: "label", test: "item-kind" }, item.kind_label),
    item.sample && h("span", { class: "label" }, "样例")),
  h("p", { class: "big" }, item.name),
  facts([["请您提供", item.gives], ["您会得到", item.expects], ["费用", item.price ?? "免费", "item-price"],
    ["答复时间", `${item.clocks[0].promise_hours} 小时内，节假日、夜间也计算在内`]]),
  h("a", { class: "button slim", href: another, test: "item-other" }, "换一项"));

/** Chosen on the page before; what is wrong with it is said here. */
function chosenItem() {
  const fault = faultLine("fault-item", "fault-item");
  return {
    node: fault.node,
    owns: (pointer) => pointer === "/item",
    blame: fault.blame,
    focus: () => document.querySelector("[data-test=item-other]").focus(),
  };
}
