// A problem on the page: what happened, what to do, and the number to quote when asking for help.

import { h } from "../dom.js";
import { isClosed, isWithdrawn } from "../problem.js";

/** `retry` is offered when it may work later; `faults` are those not shown elsewhere. */
export function problemBox(problem, retry = null, faults = problem.faults) {
  return h("div", { class: "problem", role: "alert", test: "problem", "data-code": problem.code },
    h("p", { class: "problem-title" }, problem.title),
    problem.detail && h("p", {}, problem.detail),
    faults.length > 1 && h("ul", {}, faults.map((fault) => h("li", {}, fault.detail))),
    problem.traceId && h("p", { class: "quiet small" }, `求助时请提供编号 ${problem.traceId}`),
    isClosed(problem) && h("a", { class: "button", href: "#/counter", test: "closed-counter" },
      "信用服务窗口：电话、地址、时间"),
    isWithdrawn(problem) && h("a", { class: "button", href: "#/lectures", test: "to-lectures" }, "回到云讲堂"),
    retry && problem.passing
      && h("button", { class: "button", type: "button", test: "retry", click: retry }, "重试"));
}
