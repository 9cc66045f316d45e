// A file to take along: fetched with one tap, then opened or saved.

import { fill, h } from "../dom.js";
import { action } from "./action.js";

/** `get` gives its path on this phone. */
export function fileRow({ word, note, get, test }) {
  const place = h("div", {});
  const work = async () => {
    const filePath = await get();
    fill(place, h("div", { class: "file", role: "status", test: `${test}-fetched` },
      h("p", {}, "✓ 文件已下载到本机"),
      wx.canIUse("saveFileToDisk") && h("button", { class: "button slim", type: "button", test: `${test}-save`,
        click: () => wx.saveFileToDisk({ filePath }) }, "另存")));
  };
  return h("div", { class: "group" }, note && h("p", { class: "quiet" }, note), action(word, work, { kind: "", test }), place);
}
