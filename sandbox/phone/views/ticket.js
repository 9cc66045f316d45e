// One ticket: where it stands, what was written, what may be done; what happens is seen as it happens.

import * as api from "../api.js";
import { h, redraw } from "../dom.js";
import { listen, telling } from "../live.js";
import { onceAtATime, poll } from "../poller.js";
import { asProblem } from "../problem.js";
import { beginning } from "../services.js";
import { head, history } from "./ticket_head.js";
import { complained, rated } from "./ticket_judge.js";
import { talk } from "./ticket_talk.js";
import { withdrawal, write } from "./ticket_write.js";

const LONGEST_TIMER = 2 ** 31 - 1;

export async function ticket(page) {
  const { number } = page.params;
  const top = h("div", {});
  const stands = h("p", { class: "unseen", role: "status" });
  const judged = h("div", { class: "stack" });
  const rest = h("div", { class: "stack" });
  const offline = h("p", { class: "quiet", role: "status", test: "live-state" });
  const typing = h("p", { class: "quiet typing", role: "status", test: "typing" });
  const [all, subjects, said, messages] = await Promise.all([
    read(number), api.subjects(), beginning(), talk(page, number),
  ]);
  const [{ id }] = all;
  const writer = await write(page, { number, id, sent: () => renewed() });
  const made = page.params.made && h("p", { class: "card agreed", role: "status", test: "ticket-made" },
    `✓ 已提交，工单编号 ${number}。有了答复，会发到“消息”。`);
  let overdue = null;

  function show([now, ratings, complaints]) {
    redraw(top, now, () => head(now, { subjects, said, write: writer.focus }));
    stands.textContent = `${now.state_text}。${now.reason_text}`;
    if (made) made.hidden = now.state !== "open" || Boolean(now.promise?.answered_at);
    writer.show(now);
    redraw(judged, [now.state, ratings], () => [rated(now, ratings)]);
    redraw(rest, [now, complaints], () => [
      complained(now, complaints), history(now), now.may_withdraw && withdrawal(number, renewed)]);
    clearTimeout(overdue);
    const left = now.promise && !now.promise.answered_at ? Date.parse(now.promise.due_at) - Date.now() : 0;
    if (left > 0 && left < LONGEST_TIMER) overdue = setTimeout(renewed, left + 1_000);
  }
  const renewed = onceAtATime(async () => {
    try {
      const [now] = await Promise.all([read(number), messages.renew()]);
      offline.textContent = "";
      show(now);
    } catch (error) {
      if (!asProblem(error).passing) return page.again();
      offline.textContent = "网络不通，恢复后这里会自动更新。";
    }
  });

  show(all);
  const stop = listen([`ticket:${id}`], {
    event: ({ streams }) => streams.includes(`ticket:${id}`) && renewed(),
    presence: ({ typing: who }) => { typing.textContent = who.length ? "信用管家正在输入…" : ""; },
    reset: renewed,
  });
  // Where no socket holds, as behind some gates, the page asks by itself.
  const asking = poll(async () => { if (!telling()) await renewed(); });
  page.onLeave(() => {
    clearTimeout(overdue);
    stop();
    asking();
  });
  return h("div", { class: "stack" },
    made, top, judged, stands, offline,
    h("section", { class: "card" }, h("h2", {}, "往来消息"), ...messages.node, typing, writer.node),
    rest);
}

/** All that changes by what happens elsewhere. */
const read = (number) => Promise.all([api.ticket(number), api.rating(number), api.complaints(number)]);
