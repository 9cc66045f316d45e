// What a report says. Records are drawn when their section is opened, a screenful at a time.

import { fill, h } from "../dom.js";
import { grouped, moment } from "../format.js";
import { countGrid, facts, unbroken } from "../parts/facts.js";

const NOTHING = "查询期内无相关信息";
const BLANK = "— —";
const AT_ONCE = 20;
// One record by nature: how many there are says nothing.
const SINGLE = ["registration", "identity"];
const UNSTATED = "unstated";

/** The report in one sentence, and whose it is; `state` is shown beneath. */
export function sentence(snapshot, state) {
  return h("section", { class: "card" },
    h("p", { class: "sentence", test: "report-summary" }, unbroken(snapshot.summary)),
    h("p", { test: "report-subject" }, nameOf(snapshot.subject)),
    h("p", { class: "labels" }, snapshot.labels.map((each) => h("span", { class: "label" }, each))),
    state);
}

const nameOf = ({ kind, name, id_kind: document, id_number: number }) => (
  kind === "person" ? `${name}　${document} ${number}` : name);

/** What a certificate found in each field of administration; nothing for the other editions. */
export function results({ edition, counts: kinds, results: found }) {
  if (edition !== "no-violation") return null;
  const none = found.filter(({ counts: each }) => each.every((count) => count === 0));
  const others = found.filter((each) => !none.includes(each));
  const clean = none.filter(({ code }) => code !== UNSTATED);
  const unstated = none.find(({ code }) => code === UNSTATED);
  return h("section", { class: "card" }, h("h2", {}, "各领域查询结果"),
    others.length > 0 && facts(others.map((each) => [each.label, unbroken(said(each, kinds)),
      `result-${each.code}`])),
    clean.length > 0 && h("div", { test: "results-clean" },
      h("p", {}, `✓ 以下 ${clean.length} 个领域未查询到：`),
      h("p", { class: "quiet" }, clean.map(({ label }) => label).join("、"))),
    unstated && h("p", { test: "results-unstated" }, `✓ ${unstated.label}的记录：未查询到`));
}

const said = ({ counts: each }, kinds) => kinds.map(({ label }, index) => [label, each[index]])
  .filter(([, count]) => count > 0).map(([label, count]) => `${label} ${grouped(count)} 条`).join("，");

export function counts(snapshot) {
  return h("section", { class: "card" }, h("h2", {}, "信用信息概要"),
    countGrid(snapshot.counts, { list: "counts", each: "count" }));
}

/** `objectTo(record, title, section)` gives the address of the objection's form, where one may object. */
export function sections(snapshot, objectTo) {
  return h("section", { class: "card sections" }, h("h2", {}, "报告内容"),
    snapshot.sections.map((each) => section(each, objectTo)),
    h("details", { class: "section" }, h("summary", {}, h("span", {}, "报告说明")),
      h("div", { class: "prose" },
        snapshot.notes.map((note) => h("p", {}, note)),
        h("p", { class: "quiet" },
          `${snapshot.issuer}，${moment(snapshot.generated_at)}生成，版本 ${snapshot.form}`))));
}

function section({ code, ordinal, title, groups, paragraphs }, objectTo) {
  const total = groups.reduce((sum, group) => sum + group.records.length, 0);
  const size = total ? `${grouped(total)} 条` : "无";
  const inside = h("div", { class: "inside" });
  const under = (heading) => objectTo && ((record, named) => objectTo(record, named, heading));
  const node = h("details", { class: "section", test: `section-${code}` },
    h("summary", {}, h("span", {}, `${ordinal}、${title}`),
      !SINGLE.includes(code) && groups.length > 0 && h("span", { class: "quiet" }, size)),
    inside);
  node.addEventListener("toggle", () => {
    if (inside.hasChildNodes()) return;
    fill(inside, groups.map((each) => group(each, under(each.title || title))),
      paragraphs.map((each) => h("p", {}, each)));
  });
  return node;
}

function group({ title, records }, objectTo) {
  return h("div", { class: "group" },
    title && h("h3", {}, unbroken(
      records.length ? `${title}（${grouped(records.length)} 条）` : title)),
    records.length === 0 && h("p", { class: "empty" }, NOTHING),
    records.length === 1 && fields(records[0], objectTo),
    records.length > 1 && many(records, objectTo));
}

function many(records, objectTo) {
  const list = h("ol", { class: "records" });
  const more = h("button", { class: "button", type: "button", test: "more-records", click: next });
  let shown = 0;

  function next() {
    const part = records.slice(shown, shown + AT_ONCE);
    const items = part.map((each, index) => h("li", {}, record(each, shown + index + 1, objectTo)));
    list.append(...items);
    shown += part.length;
    if (shown === records.length) more.remove();
    more.textContent = `再看 ${AT_ONCE} 条（已显示 ${grouped(shown)} / ${grouped(records.length)}）`;
    if (shown > part.length) items[0].querySelector("summary").focus();
  }

  const place = h("div", { class: "group" }, list, more);
  next();
  return place;
}

function record(each, ordinal, objectTo) {
  const date = each.fields.find(({ value }) => /^\d{4}-\d\d-\d\d$/.test(value));
  return h("details", { class: "record", test: "record" },
    h("summary", {}, h("span", {}, `${ordinal}. ${titleOf(each)}`),
      date && h("span", { class: "quiet" }, date.value),
      each.note && h("span", { class: "badge waiting" }, "异议处理中")),
    fields(each, objectTo));
}

const titleOf = (record) => record.fields[0].value || BLANK;

function fields(record, objectTo) {
  return h("div", { class: "inside" },
    record.note && h("p", { class: "note", test: "record-note" }, record.note),
    facts(record.fields.map(({ label, value }) => [label, value || BLANK])),
    objectTo && h("a", { class: "button slim", test: "object", "data-record": record.id,
      href: objectTo(record, titleOf(record)) }, "对这条信息有异议"));
}
