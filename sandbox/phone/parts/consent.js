// Agreeing to one text: the text itself, and a tick that nobody has set beforehand.

import * as api from "../api.js";
import { fill, h } from "../dom.js";
import { day } from "../format.js";
import { action } from "./action.js";
import { agreement as agreementNamed, standing } from "../store.js";

/** The part for a signed-in person: says so when this very text is agreed to already. */
export async function consentPart(name, subjectId = null) {
  const agreement = await agreementNamed(name);
  return ticked(agreement, subjectId, await standing(agreement, subjectId));
}

/** `check()` demands the tick; `settle()` gives the consent unless it stands. */
export function ticked(agreement, subjectId = null, given = null, { whole = true } = {}) {
  const node = h("div", { class: "consent" });
  const fault = h("p", { class: "fault", id: `fault-${agreement.name}`, hidden: true },
    `请阅读《${agreement.title}》，同意后勾选。`);
  let text = agreement;
  let consent = given;
  let box = null;

  function draw() {
    box = h("input", { type: "checkbox", test: `agree-${text.name}`,
      "aria-describedby": fault.id, change: () => { fault.hidden = true; } });
    fill(node, consent
      ? h("p", { class: "agreed", test: `agreed-${text.name}` },
        `✓ 您已于 ${day(consent.given_at)} 同意《${text.title}》`)
      : h("label", { class: "tick" }, box, h("span", {}, `我已阅读并同意《${text.title}》`)),
    fault, whole && wholeText(text));
  }
  async function settle() {
    if (consent) return;
    try {
      consent = await api.consent(text, subjectId);
    } catch (problem) {
      if (problem.code === "agreement_changed") {
        text = await agreementNamed(text.name);
        draw();
      }
      throw problem;
    }
  }
  function check() {
    fault.hidden = Boolean(consent) || box.checked;
    if (!fault.hidden) box.focus();
    return fault.hidden;
  }

  draw();
  return { node, check, settle, given };
}

/** A text to agree to by itself; nothing to press once it is agreed to. */
export function agreeing(part, done) {
  const agree = async () => {
    if (!part.check()) return;
    await part.settle();
    done();
  };
  return h("section", { class: "card" },
    part.node, !part.given && action("同意", agree, { test: "agree" }));
}

function wholeText(agreement) {
  return h("details", { class: "whole" },
    h("summary", { test: `read-${agreement.name}` }, `阅读《${agreement.title}》全文`),
    paragraphs(agreement));
}

export function paragraphs(agreement) {
  return h("div", { class: "prose", test: "agreement-text" },
    h("p", { class: "quiet small" }, `版本 ${agreement.version}`),
    agreement.text.split("\n").filter((line) => line.trim()).map((line) => h("p", {}, line)));
}
