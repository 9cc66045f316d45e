// What I have agreed to; each taken back in one tap.

import * as api from "../api.js";
import { fill, h } from "../dom.js";
import { moment } from "../format.js";
import { action } from "../parts/action.js";
import { paged } from "../parts/paged.js";
import { nameOf } from "../parts/subject.js";

export async function consents() {
  const subjects = await api.subjects();
  const named = (id) => subjects.find((each) => each.id === id);
  const list = await paged({
    ask: api.consents, row: (consent) => row(consent, named(consent.subject_id)),
    test: "consents", empty: "您还没有给出任何授权。",
  });
  return h("section", { class: "card" },
    h("p", { class: "quiet" }, "点标题看您同意时的原文。撤回后不再据此查询和展示；已交给别人的报告可以另行作废。"), list);
}

function row(consent, subject) {
  const { agreement } = consent;
  const place = h("div", { class: "consent-row", test: "consent-item", tabindex: "-1",
    "data-agreement": agreement });

  function draw(withdrawnAt) {
    const undo = async () => {
      await api.withdraw(consent.id);
      draw(new Date().toISOString());
      place.focus();
    };
    fill(place,
      h("a", { class: "row-title", test: "consent-text", href: `#/texts/${consent.text_hash}` },
        `《${consent.title}》`),
      subject && h("p", {}, `为${nameOf(subject)}`),
      h("p", { class: "quiet" }, `${moment(consent.given_at)} 同意，版本 ${consent.version}`),
      withdrawnAt
        ? h("p", { role: "status", test: "withdrawn" }, `✕ 已于 ${moment(withdrawnAt)} 撤回`)
        : action("撤回", undo, { kind: "", test: "withdraw" }));
  }

  draw(consent.withdrawn_at);
  return place;
}
