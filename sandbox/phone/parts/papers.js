// Papers of an application: which are needed, what is there of each, and files added or removed.

import * as api from "../api.js";
import { fill, h } from "../dom.js";
import { day, size } from "../format.js";
import { Problem } from "../problem.js";
import { action } from "./action.js";
import { faultLine } from "./form.js";
import { notGiven, pictures } from "./pictures.js";

const MOST_AT_ONCE = 9;
const KINDS = ["pdf", "jpg", "jpeg", "png"];

/**
 * `one` is the application, `guide` what holds for each, `papers` what is shown, if not all of its
 * way; `wanted` are the codes that may be added to now, `removable(material)` says whether a file
 * may still go; `changed(one)` hears of each.
 */
export function papersPart({ one, guide, papers, wanted, removable = () => false, changed = () => {} }) {
  const node = h("div", { class: "papers" });
  const lines = new Map();
  let now = one;

  function draw(focus = "") {
    lines.clear();
    fill(node, (papers ?? listed(now, guide)).map((paper) => shown(paper)));
    if (focus) node.querySelector(`[data-paper=${focus}] h3`)?.focus();
  }
  function shown(paper) {
    const fault = faultLine(`fault-paper-${paper.code}`, `fault-paper-${paper.code}`);
    const files = now.materials.filter((each) => each.paper === paper.code);
    const open = wanted.includes(paper.code);
    lines.set(paper.code, fault);
    return h("section", { class: "paper", test: "paper", "data-paper": paper.code },
      h("h3", { tabindex: "-1" }, paper.label), mark(paper, files, now),
      paper.hint && open && h("p", { class: "hint" }, paper.hint),
      files.length > 0 && h("ul", { class: "rows" }, files.map(file)), fault.node,
      open && h("div", { class: "pair" },
        action("拍照或选图片", () => add(paper, () => pictures(MOST_AT_ONCE)), { kind: "", test: `photo-${paper.code}` }),
        action("选文件", () => add(paper, documents), { kind: "", test: `file-${paper.code}` })));
  }
  const file = (each) => h("li", { class: "look", test: "material" },
    h("p", {}, each.name), h("p", { class: "quiet" }, `${size(each.size)}，${day(each.added_at)}上传`),
    h("div", { class: "pair" },
      action("查看", () => open(now.id, each), { kind: "slim", test: "material-open" }),
      removable(each) && action("删除", () => drop(each), { kind: "slim plain-danger", test: "material-remove" })));

  async function add(paper, choose) {
    lines.get(paper.code).blame("");
    for (const { path, size: bytes } of await choose()) {
      if (bytes > guide.most_file_bytes) throw tooLarge(guide.most_file_bytes);
      renew(await api.addMaterial(now.id, paper.code, path));
    }
    draw(paper.code);
  }
  async function drop(each) {
    await api.removeMaterial(now.id, each);
    renew((await api.application(now.id)).application);
    draw(each.paper);
  }
  function renew(application) {
    now = application;
    changed(application);
  }

  draw();
  return {
    node,
    blame: (detail, pointer = "") => (pointer ? lines.get(codeOf(pointer))?.blame(detail)
      : lines.forEach((each) => each.blame(detail))),
    owns: (pointer) => lines.has(codeOf(pointer)),
    focus: () => {
      const [faulty] = [...lines].find(([, { node: line }]) => !line.hidden) ?? [];
      if (faulty) node.querySelector(`[data-paper=${faulty}] h3`).focus();
    },
  };
}

const codeOf = (pointer) => pointer.replace("/papers/", "");

/** The papers of this way, and first of all the one that report and promise take the place of. */
function listed(one, guide) {
  const business = guide.businesses.find((each) => each.code === one.business);
  const all = business?.ways.find((each) => each.proof === "title").papers ?? [];
  const needed = new Set(one.papers.map((each) => each.code));
  const replaced = all.filter((each) => !needed.has(each.code))
    .map((each) => ({ ...each, replaced: true, hint: "" }));
  return [...replaced, ...one.papers];
}

/** Where a paper stands, in words. */
function mark(paper, files, one) {
  const later = one.later.find((each) => each.paper === paper.code);
  if (paper.replaced && one.returned?.papers.includes(paper.code)) return badge("bad", "需补交");
  if (paper.replaced) return badge("good", "以信用报告和承诺代替，不用提交");
  if (one.missing.includes(paper.code) && one.state === "returned") return badge("bad", "需补交");
  if (files.length) return badge("good", "已上传");
  if (later) return badge("waiting", `绿色通道，可在${day(later.due.on)}前补交${later.due.provisional ? "（暂定）" : ""}`);
  if (paper.required) return badge("waiting", "还没有上传");
  return badge("over", "选交");
}

const badge = (tone, word) => h("p", {}, h("span", { class: `badge wrap ${tone}` }, word));

function documents() {
  return new Promise((resolve, reject) => wx.chooseMessageFile({
    count: MOST_AT_ONCE, type: "file", extension: KINDS,
    success: ({ tempFiles }) => resolve(tempFiles), fail: (told) => notGiven(told, resolve, reject),
  }));
}

const tooLarge = (most) => new Problem({ status: 422, title: "文件太大",
  detail: `每个文件不超过 ${size(most)}，请压缩后再上传。` });

async function open(id, one) {
  const filePath = await api.material(id, one);
  if (one.media_type === "application/pdf") wx.openDocument({ filePath, fileType: "pdf", showMenu: true });
  else wx.previewImage({ urls: [filePath] });
}
