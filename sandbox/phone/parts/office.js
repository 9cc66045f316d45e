// The credit service window (信用服务窗口): where somebody helps when the phone cannot.

import { h } from "../dom.js";
import { facts } from "./facts.js";

export function office({ telephone, address, hours }, number = null) {
  return h("div", { test: "office" }, facts([
    ["办理编号", number, "counter-number"],
    ["电话", h("a", { class: "touch", href: `tel:${telephone}`, test: "office-telephone" }, telephone)],
    ["地址", address],
    ["开放时间", hours],
  ]));
}
