// The first page: readable by everybody; for whom I act and what waits for me once signed in.

import * as api from "../api.js";
import { fill, h } from "../dom.js";
import { can } from "../duties.js";
import { problemBox } from "../parts/problem.js";
import { subjectCard } from "../parts/subject.js";
import { asProblem } from "../problem.js";
import { beginning } from "../services.js";
import { signedIn } from "../session.js";
import { acting, agreedTo, enterpriseOf, seen } from "../store.js";
import { tasks } from "../todo.js";
import { about, entries } from "./home_entries.js";

const MOST_TO_RATE = 3;

export async function home(page) {
  const top = h("div", { class: "stack" });
  const news = h("div", {});
  const [said] = await Promise.all([beginning(), drawTop(top, news, page)]);
  return h("div", { class: "stack" },
    said?.banner && h("p", { class: "card banner", role: "status", test: "banner" }, said.banner),
    top, entries(said, news), about(said));
}

async function drawTop(top, news, page) {
  if (!signedIn()) return fill(top, welcome());
  try {
    return fill(top, await mine(page, news));
  } catch (error) {
    const problem = asProblem(error);
    const over = problem.status === 401;
    return fill(top, over ? welcome(problem.detail) : problemBox(problem, page.again));
  }
}

function welcome(note) {
  return h("section", { class: "card welcome" },
    note && h("p", { role: "status", test: "session-over" }, note),
    h("p", { class: "big" }, "查信用、开报告、验真伪"),
    h("p", { class: "quiet" }, "不登录也可以看服务说明、读协议、验报告真伪。"),
    h("a", { class: "button primary", href: "#/sign-in", test: "sign-in-entry" }, "登录办事"));
}

async function mine(page, news) {
  const [me, act, privacy, unread] = await Promise.all([
    api.me(), acting(), agreedTo("privacy"), api.unread(),
  ]);
  const { subject, subjects } = act;
  const follows = can(subject, "follow");
  const [reports, applications, tickets] = await Promise.all([
    follows ? itemsOf(api.reports(subject.id)) : [],
    can(subject, "electricity") ? itemsOf(api.applications(subject.id)) : [],
    can(subject, "ask") ? itemsOf(api.tickets(subject.id)).then(asked) : [],
  ]);
  const list = tasks({ me, subject, subjects, reports, applications, tickets, privacy, seen, now: Date.now() });
  if (unread) fill(news, h("span", { class: "badge count-badge", test: "unread" }, `${unread} 条未读`));
  return [subjectCard(act, page.again), quick(me, act), todo(list)];
}

const itemsOf = async (ask) => (await ask()).items;

/** Of the latest that were resolved it is asked whether they may still be rated. */
async function asked(tickets) {
  const latest = tickets.filter((each) => each.state === "resolved").slice(0, MOST_TO_RATE);
  const ratings = await Promise.all(latest.map((each) => api.rating(each.number)));
  const unrated = latest.filter((_, index) => ratings[index]?.rating.may_rate && !ratings[index].rating.rating);
  return tickets.map((each) => ({ ...each, unrated: unrated.includes(each) }));
}

/** The shortest way to a report: here, the consent, the request. */
function quick(me, { subject, subjects }) {
  const own = subjects.find((each) => each.kind === "self");
  const firm = subject.kind === "enterprise" ? subject : enterpriseOf(subjects);
  const to = (each) => `#/request?subject=${each.id}&purpose=self-check`;
  return h("section", { class: "card" },
    h("a", { class: "button primary", test: "quick-self",
      href: me.verified ? to(own) : "#/real-name" }, "查我的信用报告"),
    firm && can(firm, "request")
      && h("a", { class: "button", test: "quick-enterprise", href: to(firm) }, "查企业的信用报告"));
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
