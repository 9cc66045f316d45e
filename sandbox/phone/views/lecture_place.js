// A place in a lecture: taken while there are some, waited for after that, given up; once it is over,
// registering for its replay alone; and its calendar entry.

import { fill, h } from "../dom.js";
import * as api from "../lectures_api.js";
import { action } from "../parts/action.js";
import { fileRow } from "../parts/file.js";
import { messagesPart } from "../parts/messages.js";
import { here } from "../router.js";
import { signedIn } from "../session.js";

export async function placePart(one, live) {
  const over = Date.parse(one.ends_at) <= Date.now();
  const calendar = !over && fileRow({ word: "加到手机日历", test: "calendar", get: () => api.calendar(one),
    note: "下载日历文件，打开后手机会在开讲前提醒。" });
  if (one.places === null) return calendar && h("section", { class: "card" }, h("h2", {}, "提醒"), calendar);
  const slot = h("div", { class: "stack" });
  if (signedIn()) await draw(slot, one, live);
  else fill(slot, over ? endedFirst(one) : [left(live), signInFirst("登录后报名")]);
  return h("section", { class: "card", test: "place-card" }, h("h2", {}, "报名"), slot, calendar);
}

async function draw(slot, one, live) {
  const [mine, messages] = await Promise.all([api.registration(one.id), messagesPart("lecture")]);
  const renew = async () => draw(slot, one, await api.live(one.id));
  if (Date.parse(one.ends_at) <= Date.now()) fill(slot, ended(one, mine, renew));
  else if (standing(mine)) fill(slot, taken(one, mine, renew));
  else fill(slot, open(one, live, messages, renew));
}

const standing = (mine) => ["confirmed", "waiting"].includes(mine?.state);

const left = ({ places_left: count }) => h("p", { test: "places-left", "data-left": String(count) },
  count > 0 ? `还剩 ${count} 个名额，先到先得。` : "名额已满。可以候补：有人取消时按先后补上，会发消息告诉您。");

const signInFirst = (word) => (
  h("a", { class: "button primary", href: `#/sign-in?then=${encodeURIComponent(here())}`, test: "go-sign-in" }, word));

/** Nobody needs a place any more; a replay that is only for who registered may still be registered for. */
const forReplay = ({ access, duration_ms: duration }) => access === "registered" && duration > 0;
const ANYBODY = "讲座已结束。报名后可以看回放，不限名额。";

const endedFirst = (one) => (forReplay(one)
  ? [h("p", {}, ANYBODY), signInFirst("登录后报名看回放")] : tooLate(one));

const tooLate = ({ access }) => h("p", { test: "too-late" }, access === "registered"
  ? "讲座已结束，报名截止。回放发布后，可以在这里报名看回放。" : "讲座已结束，报名截止。");

function ended(one, mine, renew) {
  if (["confirmed", "replay"].includes(mine?.state)) {
    return h("p", { class: "agreed", role: "status", test: "registered", "data-state": mine.state },
      `✓ 您已报名。讲座已结束${forReplay(one) ? "，可以看回放" : ""}。`);
  }
  if (!forReplay(one)) return tooLate(one);
  const register = async () => {
    await api.register(one.id);
    await renew();
  };
  return [h("p", {}, ANYBODY), action("报名看回放", register, { test: "register" })];
}

function open(one, live, messages, renew) {
  const register = async () => {
    await messages.ask();
    await api.register(one.id);
    await renew();
  };
  return [left(live), messages.node,
    action(live.places_left > 0 ? "报名" : "候补报名", register, { test: "register" })];
}

function taken(one, mine, renew) {
  const waits = mine.state === "waiting";
  const give = async () => {
    await api.giveUpPlace(one.id);
    await renew();
  };
  return [h("p", { class: mine.state === "confirmed" ? "agreed" : "", role: "status", test: "registered",
    "data-state": mine.state }, waits ? waiting(mine) : confirmed(one)),
  h("details", {}, h("summary", { test: "cancel-open" }, waits ? "退出候补" : "取消报名"),
    h("p", {}, waits ? "退出后再候补，要重新排队。" : "取消后名额让给候补的人，再报名要重新排队。"),
    action(waits ? "确认退出" : "确认取消", give, { kind: "plain-danger", test: "cancel-place" }))];
}

const waiting = ({ place }) => `您在候补名单第 ${place} 位，有名额时会发消息告诉您。`;

/** Nobody is reminded of what has begun. */
const confirmed = ({ begins_at: begins }) => (
  Date.parse(begins) > Date.now() ? "✓ 您已报名，开讲前会发消息提醒您。" : "✓ 您已报名，讲座已经开始。");
