// WeChat's own dialogue that asks whether messages may be sent; its answer goes to the stand-in.

import { h } from "../dom.js";

const ANSWERS = "sandbox.subscribe";
export const HABITS = [["accept", "总是允许"], ["reject", "总是拒绝"], ["ask", "每次询问"]];

/** What this developer's phone answers; WeChat keeps it as “总是保持以上选择”. */
export const habit = () => localStorage.getItem(ANSWERS) ?? "accept";
export const keepHabit = (answer) => localStorage.setItem(ANSWERS, answer);

/** `{id: accept | reject}`, told to the stand-in, which pushes it to the back end. */
export async function answered(openid, ids) {
  const answer = habit() === "ask" ? await asked(ids.length) : habit();
  const choices = Object.fromEntries(ids.map((id) => [id, answer]));
  const response = await fetch("/sandbox/wx/subscriptions", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ openid, choices }),
  });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return choices;
}

function asked(count) {
  return new Promise((resolve) => {
    const close = (answer) => () => {
      dialog.remove();
      resolve(answer);
    };
    const button = (word, answer) => h("button", {
      class: "button", type: "button", test: `subscribe-${answer}`, click: close(answer),
    }, word);
    const dialog = h("dialog", { class: "card", test: "subscribe", "aria-label": "订阅消息" },
      h("p", { class: "big" }, `“信用越秀”申请发送 ${count} 类服务消息`),
      h("div", { class: "pair" }, button("拒绝", "reject"), button("允许", "accept")));
    dialog.addEventListener("cancel", close("reject"));
    document.body.append(dialog);
    dialog.showModal();
  });
}
