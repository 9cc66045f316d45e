// The counter (信用服务窗口): where the real name is proven when a phone cannot do it.

import * as api from "../api.js";
import { h } from "../dom.js";
import { moment } from "../format.js";
import { facts } from "../parts/facts.js";
import { office } from "../parts/office.js";
import { beginning } from "../services.js";
import { signedIn } from "../session.js";

export async function counter() {
  const [me, said] = await Promise.all([signedIn() ? api.me() : null, beginning()]);
  if (me?.counter) return counterCard(me.counter);
  return h("section", { class: "card" },
    h("p", { class: "big" }, "信用服务窗口"),
    h("p", {}, "手机上办不了的，窗口可以当面办理。请携带有效身份证件。"),
    said && office(said.office));
}

/** What the counter has done with a case, as its person may know it. */
export function progress({ state_text: state, steps }) {
  return h("div", {},
    facts([["办理进度", state, "counter-state"]]),
    steps.length > 0 && h("ol", { class: "rows", test: "counter-steps" }, steps.map((step) => (
      h("li", { class: "look" }, h("p", { class: "row-title" }, step.text),
        h("p", { class: "quiet" }, moment(step.at)))))));
}

export function counterCard(given) {
  const again = given.reason_code === "document_not_served"
    ? "换用居民身份证再试" : "24 小时后或换身份证，再用手机试";
  return h("section", { class: "card", test: "counter", role: "status" },
    h("p", { class: "big" }, "请到信用服务窗口办理实名认证"),
    h("p", {}, given.reason),
    office(given, given.number),
    h("p", {}, "请携带有效身份证件，并说出上面的办理编号。"),
    progress(given),
    h("a", { class: "button", href: "#/real-name?again=1", test: "counter-again" }, again),
    h("a", { class: "button", href: "#/" }, "回首页"));
}
