// Where it is about: a building, a street, a park; looked up by name, or not known.

import * as api from "../api.js";
import { fill, h } from "../dom.js";
import { attempt } from "./action.js";
import { faultLine } from "./form.js";

const ANYWHERE = { id: "", name: "全区／不确定", note: "由信用办安排信用管家" };

/** A part of a form that sends `place_id`. `known` was chosen before, `suggested` may be what fits. */
export function placePart({ known = {}, suggested = null }) {
  const fault = faultLine("fault-place_id", "fault-place_id");
  const list = h("div", { class: "options-list" });
  const said = h("p", { class: "quiet", role: "status", test: "place-found" });
  const slot = h("div", {});
  const q = h("input", { type: "search", id: "place-q", test: "place-q", autocomplete: "off", maxlength: "40",
    enterkeyhint: "search", keydown: (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      find();
    } });
  const button = h("button", { class: "button slim", type: "button", test: "place-find", click: () => find() }, "查找");
  let chosen = known.place ?? suggested;
  let found = [];

  const find = () => attempt({ button, slot, word: "查找", work: async () => {
    const page = await api.places(q.value.trim());
    found = page.items.map(asOption);
    said.textContent = words(found.length, page.next);
    draw();
  } });
  function draw() {
    const rows = [chosen, suggested, ...found, ANYWHERE].filter(Boolean);
    fill(list, rows.filter((one, index) => rows.findIndex((each) => each.id === one.id) === index).map(option));
  }
  const option = (place) => h("label", { class: "choice" },
    h("input", { type: "radio", name: "place_id", value: place.id, test: "place", checked: place.id === chosen?.id,
      "aria-describedby": "fault-place_id", change: () => {
        chosen = place;
        fault.blame("");
      } }),
    h("span", { class: "row-main" }, h("span", {}, place.name), place.note && h("span", { class: "quiet" }, place.note)));

  draw();
  const node = h("fieldset", { class: "field" }, h("legend", {}, "在哪个楼宇、街道或园区"),
    h("div", { class: "finding", role: "search" },
      h("label", { for: "place-q", class: "quiet" }, "按名称或地址查找"), q, button),
    slot, said, list, fault.node);
  return {
    node,
    values: () => ({ place_id: chosen?.id ?? "" }),
    state: () => ({ place: chosen }),
    check: () => {
      if (!chosen) fault.blame("请选择服务点，不清楚的选“全区／不确定”。");
      return Boolean(chosen);
    },
    owns: (pointer) => pointer === "/place_id",
    blame: fault.blame,
    focus: () => (list.querySelector("input") ?? q).focus(),
  };
}

/** Suggested, for there the enterprise is. */
export const asTenant = (place) => ({ ...asOption(place), note: `企业所在地，${asOption(place).note}` });

const asOption = ({ id, name, kind_label: kind, address, hours }) => (
  { id, name, note: [kind, address, hours].filter(Boolean).join("，") });

function words(count, more) {
  if (!count) return "没有找到，换个名称试试，或者选“全区／不确定”。";
  return more ? `先列出 ${count} 处，名称写得更完整可以缩小范围。` : `找到 ${count} 处。`;
}
