// Complaining about a ticket: in words, by when it is decided, and what came of it.

import * as api from "../api.js";
import { h } from "../dom.js";
import { moment } from "../format.js";
import { listen } from "../live.js";
import { action } from "../parts/action.js";
import { facts } from "../parts/facts.js";
import { form } from "../parts/form.js";
import { messagesPart } from "../parts/messages.js";
import { office } from "../parts/office.js";
import { onceAtATime } from "../poller.js";
import { beginning } from "../services.js";
import { draft } from "../store.js";

const TONES = { opened: "waiting", taken: "waiting", upheld: "good", not_upheld: "over", withdrawn: "over" };
const OPEN = ["opened", "taken"];

const isOpen = (one) => OPEN.includes(one.state);
/** Late with the answer still to come. */
const isLate = (one) => one.overdue && isOpen(one);

export const complaintBadges = (one) => h("p", { class: "labels" },
  h("span", { class: `badge ${TONES[one.state]}` }, one.state_text),
  isLate(one) && h("span", { class: "badge bad", test: "complaint-overdue" }, "已超过 24 小时"));

export async function complaint(page) {
  const { number } = page.params;
  const [list, said, { id }] = await Promise.all([api.complaints(number), beginning(), api.ticket(number)]);
  if (!list) return none(number);
  const renew = onceAtATime(async () => {
    const now = await api.complaints(number).catch(() => null);
    if (now && stands(now) !== stands(list)) page.again();
  });
  page.onLeave(listen([`ticket:${id}`], { event: renew, reset: renew }));
  const standing = list.find(isOpen);
  const asked = (!standing || !standing.text) && await asking(number, standing, page.again);
  const once = list.length > 0 && !standing;
  return h("div", { class: "stack" },
    !once && asked,
    ...list.map((one) => shown(one, said, page.again)),
    once && h("details", {}, h("summary", { test: "complaint-again" }, "仍不满意，再次投诉"), asked),
    h("a", { class: "button", href: `#/tickets/${number}` }, "回到工单"));
}

/** What has become of all of them. */
const stands = (list) => JSON.stringify(list.map(({ state, steps }) => [state, steps.length]));

async function asking(number, standing, again) {
  const name = `complaint-${number}`;
  const messages = await messagesPart("ticket");
  async function send(values) {
    await messages.ask();
    await api.complain(number, values);
    draft.drop(name);
    again();
  }
  return h("section", { class: "card" },
    h("p", { class: "big" }, standing ? "补充说明" : "对服务不满意"),
    h("p", {}, standing ? "您的评价已经转为投诉，评价时写的话信用办也会看到。可以再说明哪里不满意，便于查清。"
      : "由信用办处理，不经手被投诉的信用管家，24 小时内给您答复。"),
    form({
      name,
      fields: [{ name: "text", label: "哪里不满意", test: "complaint-text", many: true, rows: "5", maxlength: "500",
        hint: "5 到 500 个字", missing: "请写明哪里不满意。" }],
      extras: [messages],
      word: standing ? "提交说明" : "提交投诉",
      test: "complaint-submit",
      send,
    }));
}

function cause({ cause: by, stars }) {
  if (by === "stars") return `评价 ${stars} 星，自动转为投诉`;
  return stars ? `您提出，评价 ${stars} 星` : "您提出";
}

function shown(one, said, again) {
  const withdraw = async () => {
    await api.withdrawComplaint(one.number);
    again();
  };
  return h("section", { class: "card", test: "complaint", "data-state": one.state },
    complaintBadges(one),
    h("p", {}, one.time_text),
    isLate(one) && said && h("div", { class: "problem" },
      h("p", {}, "应当办结的时间已过，我们很抱歉。可以直接打信用办的电话。"), office(said.office)),
    facts([
      ["投诉编号", one.number, "complaint-number"],
      ["起因", cause(one)],
      ["投诉内容", one.text || null],
      ["办理期限", isOpen(one) ? moment(one.due_at) : null, "complaint-due"],
      ["处理单位", one.handled_by],
      ["处理结果", one.reason || null, "complaint-reason"],
    ]),
    one.answers.length > 0 && h("div", {}, h("h3", {}, "信用办答复"), h("ol", { class: "rows", test: "complaint-answers" },
      one.answers.map((each) => h("li", { class: "look" }, h("p", { class: "words" }, each.text),
        h("p", { class: "quiet" }, moment(each.at)))))),
    h("details", {}, h("summary", {}, "办理过程"), h("ol", { class: "rows", test: "complaint-steps" },
      one.steps.map((step) => h("li", { class: "look" }, h("p", { class: "row-title" }, step.text),
        h("p", { class: "quiet" }, `${moment(step.at)}，${step.by}`))))),
    one.may_withdraw && h("details", {}, h("summary", { test: "complaint-withdraw-open" }, "撤回投诉"),
      action("确认撤回", withdraw, { kind: "plain-danger", test: "complaint-withdraw" })));
}

const none = (number) => h("section", { class: "card" },
  h("p", {}, "投诉由咨询的本人提出。"),
  h("a", { class: "button", href: `#/tickets/${number}` }, "回到工单"));
