// Beneath a ticket: its rating, and the complaint about it.

import { h } from "../dom.js";
import { moment } from "../format.js";
import { complaintBadges } from "./complaint.js";
import { given } from "./rating.js";

/** `known` as `api.rating` gives it: nothing before a resolution, or for whom it is not to rate. */
export function rated(one, known) {
  const to = `#/tickets/${one.number}/rating`;
  const last = known?.rating;
  if (!last || (!last.may_rate && !last.rating)) return null;
  if (!last.rating) {
    return one.state === "resolved" && h("section", { class: "card", test: "to-rate" },
      h("h2", {}, "请您评价"), h("p", {}, "您的评价会计入信用管家的考核。"),
      h("a", { class: "button primary", href: to, test: "rate" }, "评价这次服务"));
  }
  return h("section", { class: "card", test: "rated" }, h("h2", {}, "您的评价"), given(last.rating),
    last.may_rate && h("p", { class: "quiet", test: "rating-until" }, `还可修改到 ${moment(last.rating.closes_at)}。`),
    h("a", { class: "button", href: to, test: "rate" }, last.may_rate ? "修改评价" : "查看评价"));
}

/** `list` as `api.complaints` gives it. */
export function complained({ number }, list) {
  if (!list) return null;
  const to = `#/tickets/${number}/complaint`;
  if (!list.length) return h("p", { class: "links" }, h("a", { href: to, test: "complain" }, "对服务不满意？向信用办投诉"));
  const [last] = list;
  return h("section", { class: "card", test: "complained", "data-state": last.state }, h("h2", {}, "投诉"),
    complaintBadges(last), h("p", {}, last.time_text), last.reason && h("p", { class: "words" }, last.reason),
    h("a", { class: "button", href: to, test: "complain" }, "查看投诉"));
}
