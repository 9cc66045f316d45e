// A day or a period, by a preset in one tap or picked: parts of a form.

import { h } from "../dom.js";
import { civil, day, periodText } from "../format.js";
import { choices } from "./choices.js";
import { faultLine } from "./form.js";

const OWN = "own";

/** An end date. `presets` rows: [words, {months, days}]; the one at `usual` is chosen. */
export function endDate({ name, legend, presets, known = {}, usual = 0, most = null }) {
  const start = known[name] ?? { preset: String(usual) };
  const date = dateField(`${name}-date`, "选择日期", start.date ?? "", { min: civil(), max: most });
  const own = h("div", { hidden: start.preset !== OWN }, date.node);
  const list = presets.map(([label, ahead], index) => (
    { code: String(index), label, note: `到${day(civil(ahead))}` }));
  const preset = choices({
    name, legend, list: [...list, { code: OWN, label: "自选日期" }], chosen: start.preset,
    changed: (code) => { own.hidden = code !== OWN; },
  });
  const chosen = () => preset.codes()[0];
  const value = () => (chosen() === OWN ? date.value() : civil(presets[Number(chosen())][1]));
  return {
    node: h("div", { class: "field" }, preset.node, own),
    check: () => chosen() !== OWN || date.check(),
    values: () => ({ [name]: value() }),
    state: () => ({ [name]: { preset: chosen(), date: date.value() } }),
    owns: preset.owns, blame: preset.blame, focus: preset.focus,
  };
}

/** A period up to today. `longest` in years, null for any. */
export function period({ known = {}, longest }) {
  const start = known.period ?? { preset: "1" };
  const years = [1, 3].filter((each) => !longest || each <= longest);
  const span = (count) => ({ from: civil({ months: -12 * count, days: 1 }), until: civil() });
  const list = years.map((each) => (
    { code: String(each), label: `近${each === 1 ? "一" : "三"}年`, note: periodText(span(each)) }));
  const from = dateField("period-from", "从", start.from ?? "", { max: civil() });
  const until = dateField("period-until", "到", start.until ?? civil(), { max: civil() });
  const own = h("div", { class: "dates", hidden: start.preset !== OWN }, from.node, until.node);
  const preset = choices({
    name: "period", legend: "查哪一段时间", chosen: start.preset,
    list: [...list, { code: OWN, label: "自选", note: longest && `最长 ${longest} 年` }],
    changed: (code) => { own.hidden = code !== OWN; },
  });
  const chosen = () => preset.codes()[0];
  const picked = () => ({ from: from.value(), until: until.value() });
  return {
    node: h("div", { class: "field" }, preset.node, own),
    check: () => chosen() !== OWN || (from.check() && until.check()),
    values: () => ({ period: chosen() === OWN ? picked() : span(Number(chosen())) }),
    state: () => ({ period: { preset: chosen(), ...picked() } }),
    owns: preset.owns, blame: preset.blame, focus: preset.focus,
  };
}

function dateField(name, label, value, limits) {
  const fault = faultLine(`fault-${name}`, `fault-${name}`);
  const control = h("input", { type: "date", id: name, name, value, test: name, ...limits,
    "aria-describedby": `fault-${name}`, input: () => fault.blame("") });
  function check() {
    if (control.value) return true;
    fault.blame("请选择日期。");
    control.focus();
    return false;
  }
  return {
    node: h("div", { class: "field" }, h("label", { for: name }, label), control, fault.node),
    value: () => control.value, check,
  };
}
