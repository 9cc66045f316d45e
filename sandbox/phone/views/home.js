// The first page: readable by everybody; for whom I act and what waits for me once signed in.

import * as api from "../api.js";
import { fill, h, icon } from "../dom.js";
import { problemBox } from "../parts/problem.js";
import { subjectCard } from "../parts/subject.js";
import { asProblem } from "../problem.js";
import { signedIn } from "../session.js";
import { acting, agreement, seen, standing } from "../store.js";
import { tasks } from "../todo.js";

const ENTRIES = [
  ["reports", "report", "信用报告", "申请、查看、下载"],
  ["verify", "verify", "扫码验真", "不用登录，验报告真伪"],
  ["consents", "consent", "我的授权", "看得见，随时撤回"],
  ["enterprises", "enterprise", "我的企业", "绑定后为企业办事"],
  ["looks", "look", "谁看过我的信用", "每次查看都有记录"],
  ["me", "person", "我的", "实名、手机、退出"],
];

export async function home(page) {
  const top = h("div", { class: "stack" });
  await drawTop(top, page);
  return h("div", { class: "stack" }, top, entries(), about());
}

async function drawTop(top, page) {
  if (!signedIn()) return fill(top, welcome());
  try {
    return fill(top, await mine(page));
  } catch (error) {
    const problem = asProblem(error);
    const over = problem.status === 401;
    return fill(top, over ? welcome(problem.detail) : problemBox(problem, page.again));
  }
}

function welcome(note) {
  return h("section", { class: "card welcome" },
    note && h("p", { role: "status" }, note),
    h("p", { class: "big" }, "查信用、开报告、验真伪"),
    h("p", { class: "quiet" }, "不登录也可以看服务说明、读协议、验报告真伪。"),
    h("a", { class: "button primary", href: "#/sign-in", test: "sign-in-entry" }, "登录办事"));
}

async function mine(page) {
  const [me, act, privacy] = await Promise.all([
    api.me(), acting(), agreement("privacy").then((text) => text && standing(text)),
  ]);
  const reports = (await api.reports(act.subject.id)()).items;
  const list = tasks({ me, subjects: act.subjects, reports, privacy, seen, now: Date.now() });
  return [subjectCard(act, page.again), todo(list)];
}

function todo(list) {
  return h("section", { class: "card", test: "todo" },
    h("h2", {}, "待办"),
    list.length === 0
      ? h("p", { class: "empty" }, "没有需要您办的事。")
      : h("ul", { class: "rows" }, list.map((task) => h("li", {},
        h("a", { class: "row", href: `#${task.to}`, test: "todo-item" },
          h("span", { class: "row-main" }, h("span", { class: "row-title" }, task.text),
            h("span", { class: "quiet" }, task.note)),
          h("span", { class: "chevron", "aria-hidden": "true" }))))));
}

function entries() {
  return h("nav", { "aria-label": "服务" }, h("ul", { class: "entries" },
    ENTRIES.map(([path, sign, name, note]) => h("li", {},
      h("a", { class: "entry", href: `#/${path}`, test: `entry-${path}` },
        icon(sign),
        h("span", { class: "entry-name" }, name),
        h("span", { class: "quiet" }, note))))));
}

function about() {
  return h("section", { class: "about" },
    h("details", { open: !signedIn() }, h("summary", {}, "这里能办什么"),
      h("dl", { class: "prose" },
        h("dt", {}, "公共信用信息报告"),
        h("dd", {}, "企业的法定代表人可以为企业申请，用于办理用电、投标、融资等。报告客观列出公共信用信息，不评分、不评级。"),
        h("dt", {}, "扫码验真"),
        h("dd", {}, "收到别人的报告时，核对它是否由本平台出具、是否还有效、有没有被改动。"),
        h("dt", {}, "我的授权与查看记录"),
        h("dd", {}, "只有您同意后才会查询；谁在什么时候看过，您都能看到，授权可以随时撤回。"))),
    h("p", { class: "links" },
      h("a", { href: "#/agreements/privacy" }, "隐私保护指引"),
      h("a", { href: "#/agreements/identity" }, "实名认证同意书"),
      h("a", { href: "#/agreements/credit-report" }, "报告查询授权书")),
    h("p", { class: "quiet small" }, "演示环境，数据均为样例"));
}
