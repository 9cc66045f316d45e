// A button that does one thing: it waits visibly, is pressed once, and says what went wrong.

import { fill, h } from "../dom.js";
import { problemBox } from "./problem.js";
import { asProblem } from "../problem.js";
import { signedIn } from "../session.js";

/** Runs `work` for a button; a Problem is given to `explain`, which returns what to show. */
export async function attempt({ button, slot, word, work, explain = problemBox }) {
  if (button.getAttribute("aria-disabled") === "true") return;
  hold(button, "请稍候…");
  fill(slot);
  try {
    await work();
    release(button, word);
  } catch (error) {
    const problem = asProblem(error);
    release(button, word);
    fill(slot, explain(problem), problem.status === 401 && !signedIn() && signInAgain());
    if (problem.passing) again(button, problem.retryAfter);
  }
}

/** A button with a place beneath it for what went wrong. */
export function action(word, work, { kind = "primary", test } = {}) {
  const slot = h("div", {});
  const button = h("button", { class: `button ${kind}`, type: "button", test }, word);
  button.addEventListener("click", () => attempt({ button, slot, word, work }));
  return h("div", { class: "action" }, button, slot);
}

function again(button, seconds) {
  if (!seconds) {
    button.textContent = "重试";
    return;
  }
  hold(button, `请在 ${seconds} 秒后重试`);
  setTimeout(() => release(button, "重试"), seconds * 1000);
}

// Not the disabled property: the button would lose the focus, and a reader its place.
function hold(button, word) {
  button.setAttribute("aria-disabled", "true");
  button.textContent = word;
}

function release(button, word) {
  button.removeAttribute("aria-disabled");
  button.textContent = word;
}

const signInAgain = () => h("a", { class: "button", href: "#/sign-in" }, "重新登录");
