// What was asked of the credit butlers for whom I act, newest first.

import * as api from "../api.js";
import { can } from "../duties.js";
import { fill, h } from "../dom.js";
import { day, moment } from "../format.js";
import { listen } from "../live.js";
import { paged } from "../parts/paged.js";
import { notYours, subjectCard } from "../parts/subject.js";
import { onceAtATime } from "../poller.js";
import { asProblem } from "../problem.js";
import { beginning, closed } from "../services.js";
import { acting } from "../store.js";

const TONES = { open: "waiting", waiting: "waiting", resolved: "good", closed: "over", merged: "over" };

export const stateBadge = (one) => h("span", { class: `badge ${TONES[one.state]}` }, one.state_text);

/** Overdue is said as plainly as kept. */
export const isOverdue = ({ promise }) => Boolean(promise?.late && !promise.answered_at);

export async function tickets({ again, onLeave }) {
  const act = await acting();
  const top = subjectCard(act, again);
  if (!can(act.subject, "ask")) return h("div", { class: "stack" }, top, notYours("咨询信用管家"));
  const list = () => paged({
    ask: api.tickets(act.subject.id), row: item, test: "tickets", empty: "还没有咨询过。",
  });
  const [first, said] = await Promise.all([list(), beginning()]);
  const asked = h("div", {}, first);
  const renew = onceAtATime(async () => {
    try {
      const now = h("div", {}, await list());
      // Whoever has loaded more is reading there.
      if (rows(now) >= rows(asked) && !asked.isEqualNode(now)) fill(asked, ...now.childNodes);
    } catch (error) {
      if (!asProblem(error).passing) again();
    }
  });
  onLeave(listen([], { event: renew, reset: renew }));
  return h("div", { class: "stack" }, top, entry(closed(said, "tickets")),
    h("section", { class: "card" }, h("h2", {}, "我的咨询"), asked));
}

const rows = (node) => node.querySelectorAll("li").length;

const entry = (shut) => h("section", { class: "card" },
  h("p", { class: "big" }, "有问题，问信用管家"),
  h("p", {}, "信用报告、信用修复、异议、承诺、惠企政策，都可以问。24 小时内答复。"),
  shut
    ? h("p", { class: "note", test: "closed-sentence" }, `暂停受理新的咨询：${shut.sentence}`)
    : h("a", { class: "button primary", href: "#/tickets/new", test: "ticket-new" }, "我要咨询"));

const item = (one) => h("a", { class: "row", href: `#/tickets/${one.number}`, test: "ticket-item",
  "data-state": one.state, "data-number": one.number },
h("span", { class: "row-main" },
  h("span", { class: "labels" }, h("span", { class: "row-title" }, one.item.name), stateBadge(one),
    isOverdue(one) && h("span", { class: "badge bad" }, "已超过 24 小时")),
  h("span", { class: "clipped" }, one.said),
  h("span", { class: "quiet" }, promiseLine(one)),
  h("span", { class: "quiet" }, `${day(one.opened_at)}提交，`, h("span", { class: "unbroken" }, one.number))),
h("span", { class: "chevron", "aria-hidden": "true" }));

function promiseLine({ state, promise }) {
  if (!promise) return "";
  if (promise.answered_at || promise.late) return promise.text;
  return ["open", "waiting"].includes(state) ? `最迟 ${moment(promise.due_at)} 答复` : "";
}
