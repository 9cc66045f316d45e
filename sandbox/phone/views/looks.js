// Who looked at the credit of whom I act for.

import * as api from "../api.js";
import { h } from "../dom.js";
import { moment } from "../format.js";
import { paged } from "../parts/paged.js";
import { subjectCard } from "../parts/subject.js";
import { acting } from "../store.js";

export async function looks({ again }) {
  const act = await acting();
  const list = await paged({
    ask: api.looks(act.subject.id), row, test: "looks", empty: "还没有人看过。",
  });
  return h("div", { class: "stack" }, subjectCard(act, again),
    h("section", { class: "card" },
      h("p", { class: "quiet" }, "每一次查看、下载和验真都记在这里，包括您自己的。"), list));
}

function row(look) {
  return h("div", { class: "look", test: "look-item", "data-action": look.action },
    h("p", { class: "row-title" }, `${look.who}${look.action_text}`),
    h("p", { class: "quiet" }, moment(look.at)),
    h("p", { class: "quiet" }, look.reason),
    h("p", { class: "quiet code" }, look.report_number));
}
