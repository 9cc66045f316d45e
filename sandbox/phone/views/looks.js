// Who looked at the credit of whom I act for.

import * as api from "../api.js";
import { can } from "../duties.js";
import { h } from "../dom.js";
import { moment } from "../format.js";
import { paged } from "../parts/paged.js";
import { notYours, subjectCard } from "../parts/subject.js";
import { acting } from "../store.js";

const KINDS = {
  self: "本人",
  agent: "经办人",
  helper: "亲友",
  legal_representative: "法定代表人",
  recipient: "收到分享的人",
  holder: "持有报告的人",
  staff: "工作人员",
};

export async function looks({ again }) {
  const act = await acting();
  const top = subjectCard(act, again);
  if (!can(act.subject, "read")) return h("div", { class: "stack" }, top, notYours("查看记录"));
  const list = await paged({
    ask: api.looks(act.subject.id), row, test: "looks", empty: "还没有人看过。",
  });
  return h("div", { class: "stack" }, top,
    h("section", { class: "card" },
      h("p", { class: "quiet" }, "每一次查看、下载和验真都记在这里，包括您自己的。"), list));
}

function row(look) {
  const kind = KINDS[look.who_kind];
  return h("div", { class: "look", test: "look-item", "data-action": look.action,
    "data-who-kind": look.who_kind },
  h("p", { class: "row-title" }, `${look.who}${look.action_text}`),
  !look.who.includes(kind) && h("p", { class: "labels" }, h("span", { class: "label" }, kind)),
  h("p", { class: "quiet" }, moment(look.at)),
  h("p", { class: "quiet" }, look.reason),
  h("p", { class: "quiet", test: "look-authority", "data-stands": String(look.authority.stands) },
    `依据：${look.authority.text}（${look.authority.state}）`),
  h("p", { class: "quiet code" }, look.report_number));
}
