// Which edition of the report; for a certificate also which period and which fields.

import { fill, h } from "../dom.js";
import { choices, ticks } from "../parts/choices.js";
import { period } from "../parts/dates.js";

/** A part of a form. Only what the chosen edition asks for is shown and sent. */
export function editionPart(editions, known, wanted) {
  const first = editions.find((each) => each.code === (known.edition ?? wanted)) ?? editions[0];
  const more = h("div", { class: "stack" });
  let edition = null;
  let parts = [];

  function choose(code) {
    edition = editions.find((each) => each.code === code);
    parts = edition.fields.length ? [
      period({ known, longest: edition.longest_years }), fieldTicks(edition.fields, known.fields),
    ] : [];
    fill(more, parts.map((each) => each.node));
  }
  choose(first.code);
  const which = editions.length > 1 && choices({
    name: "edition", legend: "要哪一种", list: editions, chosen: first.code, changed: choose,
  });
  const said = (how) => Object.assign({ edition: edition.code },
    ...parts.map((each) => (each[how] ?? each.values)()));

  return {
    node: h("div", { class: "stack" }, which ? which.node : only(first), more),
    check: () => parts.every((each) => each.check()),
    values: () => said("values"),
    state: () => said("state"),
    owns: (pointer) => [which, ...parts].some((each) => each && each.owns(pointer)),
    blame: (detail, pointer) => [which, ...parts].filter(Boolean)
      .filter((each) => !detail || each.owns(pointer)).forEach((each) => each.blame(detail)),
    focus: () => (parts[0] ?? which)?.focus(),
  };
}

const only = ({ label, note }) => h("div", { test: "edition-only" },
  h("p", { class: "big" }, label), note && h("p", { class: "quiet" }, note));

function fieldTicks(fields, known) {
  const part = ticks({
    name: "fields", legend: "证明哪些领域", list: fields, whole: true,
    chosen: known ?? fields.map(({ code }) => code), missing: "请至少选择一个领域。",
  });
  const node = h("details", { class: "whole", open: Boolean(known) && known.length < fields.length },
    h("summary", { test: "fields-open" }, `证明哪些领域（默认全部 ${fields.length} 个）`), part.node);
  const check = () => {
    node.open ||= part.codes().length === 0;
    return part.check();
  };
  return { ...part, node, check };
}
