// Where a ticket stands: state and reason, the promise, who has it, and its history.

import { h } from "../dom.js";
import { moment } from "../format.js";
import { facts } from "../parts/facts.js";
import { office } from "../parts/office.js";
import { nameOf } from "../parts/subject.js";
import { isOverdue, stateBadge } from "./tickets.js";

const ACTIVE = ["open", "waiting"];

export const active = (one) => ACTIVE.includes(one.state);

/** `said` is what is known of the office; `write` leads to where one answers. */
export function head(one, { subjects, said, write }) {
  const subject = subjects.find((each) => each.id === one.subject_id);
  return h("section", { class: "card", test: "ticket", "data-state": one.state, "data-cycle": String(one.cycle) },
    h("p", { class: "labels" }, stateBadge(one),
      isOverdue(one) && h("span", { class: "badge bad", test: "ticket-overdue" }, "已超过 24 小时")),
    h("p", { class: "big" }, one.item.name),
    one.reason_text && h("p", { test: "ticket-reason" }, one.reason_text),
    one.merged_into && merged(one),
    one.state === "waiting" && h("button", { class: "button primary", type: "button", test: "ticket-go-write",
      click: write }, "去补充"),
    one.promise && promise(one, said),
    facts([
      ["工单编号", one.number, "ticket-number"],
      ["为谁咨询", subject ? nameOf(subject) : null],
      ["服务点", one.place.name],
      ["信用管家", one.butler || (active(one) ? "正在安排" : null), "ticket-butler"],
      ["提交时间", moment(one.opened_at)],
      ["来源", one.source === "mini_program" ? null : [one.source_text, one.source_reference].filter(Boolean).join("：")],
      ["结束时间", one.ended_at && moment(one.ended_at)],
    ]));
}

const merged = (one) => h("div", { class: "stack" },
  h("p", {}, "与另一张工单是同一件事，请在那里继续。"),
  h("a", { class: "button primary", href: `#/tickets/${one.merged_into}`, test: "ticket-merged-into" },
    `打开工单 ${one.merged_into}`));

/** Who is late says so, and where else one is helped. */
function promise(one, said) {
  const { promise: given } = one;
  if (!isOverdue(one)) {
    const due = !given.answered_at && active(one) && `最迟 ${moment(given.due_at)}。`;
    return (given.text || due) && h("p", { class: given.late ? "note" : "quiet", test: "ticket-promise" },
      [given.text, due].filter(Boolean).join(""));
  }
  return h("div", { class: "problem", test: "ticket-promise" },
    h("p", { class: "problem-title" }, given.text),
    h("p", {}, `应在 ${moment(given.due_at)} 前答复。着急的，可以直接打信用办的电话。`),
    said && office(said.office));
}

export const history = ({ history: lines }) => h("details", { class: "card" },
  h("summary", { test: "ticket-history-open" }, "办理过程"),
  h("ol", { class: "rows", test: "ticket-history" }, lines.map((line) => h("li", { class: "look" },
    h("p", { class: "row-title" }, line.text), h("p", { class: "quiet" }, moment(line.at))))));
