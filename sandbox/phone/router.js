// Which page is shown: the part of the address after #, a table of patterns, and the title bar.

import { fill, h } from "./dom.js";
import { problemBox } from "./parts/problem.js";
import { onTrouble } from "./retry.js";
import { asProblem } from "./problem.js";
import { signedIn } from "./session.js";

const SLOW = 200;

let routes = [];
let guard = null;
let strip = null;
let screen = null;
const trouble = h("p", { class: "trouble", role: "status", test: "net-status" });
let leaving = [];
let turn = 0;
let depth = -1;

export const here = () => location.hash.slice(1) || "/";
export const go = (path) => { location.hash = path; };
export const replace = (path) => {
  history.replaceState(history.state, "", `#${path}`);
  show();
};

/**
 * `table` rows: path, title, view; `signedIn` for who must be; `note` and `tool` beneath the title.
 * `guarded(route)` may give what to show instead of a page, `marking()` a strip for above each.
 */
export function start(table, { root, guarded, marking }) {
  routes = table.map((row) => ({ ...row, parts: row.path.split("/") }));
  guard = guarded;
  strip = marking;
  screen = root;
  onTrouble((is) => { trouble.textContent = is ? "网络不稳定，正在自动重试…" : ""; });
  window.addEventListener("hashchange", show);
  show();
}

/** Shows the page of the address afresh. */
export async function show() {
  const mine = ++turn;
  entered();
  leaving.forEach((each) => each());
  leaving = [];
  const { route, params } = found();
  const page = { params, onLeave: (work) => leaving.push(work), again: show };
  const loading = () => mine === turn && draw(route, h("p", { class: "loading" }, "正在加载…"));
  const slow = setTimeout(loading, SLOW);
  const body = await opened(route, page);
  clearTimeout(slow);
  if (mine !== turn) return;
  draw(route, body);
  screen.querySelector("h1").focus({ preventScroll: true });
}

async function opened(route, page) {
  const locked = route.signedIn && !signedIn();
  try {
    const instead = await guard(route);
    if (instead) return instead;
    return locked ? gate() : await route.view(page);
  } catch (problem) {
    return problem.status === 401 ? gate(problem.detail) : problemBox(asProblem(problem), show);
  }
}

function gate(why = "登录后才能看到这些内容。") {
  const href = `#/sign-in?then=${encodeURIComponent(here())}`;
  return h("section", { class: "card" },
    h("p", { role: "status" }, why),
    h("a", { class: "button primary", href, test: "go-sign-in" }, "去登录"));
}

function draw(route, body) {
  document.title = route.title === "信用越秀" ? route.title : `${route.title} · 信用越秀`;
  const home = route.path === "/";
  const bar = h("header", { class: home ? "bar home" : "bar" },
    !home && h("button", { class: "back", type: "button", test: "back", click: back }, "‹ 返回"),
    h("h1", { tabindex: "-1" }, route.title),
    route.note && h("p", {}, route.note),
    route.tool?.());
  fill(screen, bar, strip(), trouble, h("main", { "data-page": route.path }, body));
  screen.scrollTop = 0;
  window.scrollTo(0, 0);
}

// Each entry of the history carries its depth, so that going back never leaves the mini program.
function entered() {
  if (history.state) depth = history.state.depth;
  else history.replaceState({ depth: ++depth }, "");
}

function back() {
  if (depth > 0) history.back();
  else replace("/");
}

function found() {
  const [path, query = ""] = here().split("?");
  const steps = path.split("/");
  for (const route of routes) {
    const params = matched(route.parts, steps);
    const asked = Object.fromEntries(new URLSearchParams(query));
    if (params) return { route, params: { ...asked, ...params } };
  }
  return { route: routes[0], params: {} };
}

function matched(parts, steps) {
  if (parts.length !== steps.length) return null;
  const params = {};
  for (const [index, part] of parts.entries()) {
    if (part.startsWith(":")) params[part.slice(1)] = steps[index];
    else if (part !== steps[index]) return null;
  }
  return params;
}
