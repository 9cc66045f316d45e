// Where a closed service and too old a mini program lead: a sentence, and where else one is helped.

import { h } from "../dom.js";
import { office } from "../parts/office.js";
import { beginning, closed, outdated } from "../services.js";

const NAMES = { "/reports": "已有的报告", "/electricity": "已有的用电申请", "/delegations": "已有的代办授权", "/objections": "已提出的异议",
  "/enterprises": "已绑定的企业", "/tickets": "已提的咨询" };

let asked = false;

/** What to show instead of a page: while its service is closed, or when these pages are too old. */
export async function instead({ service, path }) {
  if (asked && !service && path !== "/") return null;
  asked = true;
  const said = await beginning();
  if (said && outdated(said)) return tooOld(said);
  const shut = closed(said, service);
  return shut && closedCard(said, shut, "");
}

export async function closedPage({ params }) {
  const said = await beginning();
  const shut = closed(said, params.code);
  if (shut) return closedCard(said, shut, params.see ?? "");
  return h("section", { class: "card" }, h("p", { class: "big" }, "✓ 这项服务正常办理"),
    h("a", { class: "button primary", href: `#${params.see ?? "/"}` }, "继续办理"));
}

function closedCard(said, { title, sentence, code }, see) {
  return h("section", { class: "card", test: "closed", "data-service": code },
    h("p", { class: "big" }, `${title}：暂停办理`),
    h("p", { test: "closed-sentence" }, sentence),
    h("p", {}, "着急办理的，可以联系信用服务窗口："),
    office(said.office),
    NAMES[see] && h("a", { class: "button", href: `#${see}`, test: "closed-see" }, `查看${NAMES[see]}`),
    h("a", { class: "button", href: "#/" }, "回首页"));
}

function tooOld(said) {
  return h("section", { class: "card", test: "outdated" },
    h("p", { class: "big" }, "请更新小程序"),
    h("p", {}, "您手机上的版本太旧，不能继续使用。请关闭小程序，在微信里下拉“最近使用的小程序”，删除后重新搜索打开。您的报告和授权都还在。"),
    h("p", {}, "更新后仍不能使用的，可以联系信用服务窗口："),
    office(said.office),
    h("button", { class: "button primary", type: "button", click: () => location.reload() }, "重新打开"));
}
