// What stands against somebody, reason by reason: the record, who keeps it, what can be done.

import { h } from "../dom.js";

/** With a way to each record: an objection, or one's own record of usage. */
export const reasonsList = (reasons) => h("ol", { class: "prose" },
  reasons.map((reason) => h("li", { test: "reason", "data-code": reason.code },
    h("p", {}, reason.sentence),
    h("p", { class: "quiet" }, reason.advice),
    reason.record_id
      ? h("a", { class: "button", test: "reason-object", href: objection(reason) }, "对这条信息提出异议")
      : h("a", { class: "button", test: "reason-usage", href: "#/usage-records" }, "查看用电信用记录"))));

function objection({ report_id: id, record_id: record, section, sentence }) {
  const query = new URLSearchParams({ record, title: sentence, section });
  return `#/reports/${id}/object?${query}`;
}
