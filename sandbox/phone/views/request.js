// Asking for a report: for whom, for what, with whose consent.

import * as api from "../api.js";
import { h } from "../dom.js";
import { attempt } from "../parts/action.js";
import { consentPart } from "../parts/consent.js";
import { problemBox } from "../parts/problem.js";
import { subjectCard } from "../parts/subject.js";
import { replace } from "../router.js";
import { acting } from "../store.js";

export async function request({ params, again }) {
  const act = await acting();
  return h("div", { class: "stack" }, subjectCard(act, again),
    act.subject.kind === "self" ? notForPersons(act) : await asking(act.subject, params.purpose));
}

function notForPersons({ subject, subjects }) {
  const several = subjects.length > 1;
  const next = subject.name ? ["#/enterprises", "去绑定企业"] : ["#/real-name", "去实名认证"];
  return h("section", { class: "card", test: "only-enterprises" },
    h("p", {}, "目前可以申请企业的信用报告。"),
    several
      ? h("p", {}, "请在上面切换到您的企业。")
      : h("a", { class: "button primary", href: next[0] }, next[1]));
}

async function asking(subject, wanted) {
  const [list, consent] = await Promise.all([
    api.purposes(), consentPart("credit-report", subject.id),
  ]);
  const purpose = purposes(list, wanted);
  const slot = h("div", {});
  const word = "申请报告";
  const button = h("button",
    { class: "button primary", type: "submit", test: "request-report" }, word);

  async function work() {
    await consent.settle();
    const { report, known } = await api.requestReport({
      subject_id: subject.id, purpose: purpose.chosen(),
    });
    replace(`/reports/${report.id}${known ? "?known=1" : ""}`);
  }
  function submit(event) {
    event.preventDefault();
    if (!purpose.check() || !consent.check()) return;
    attempt({ button, slot, word, work, explain: (problem) => problemBox(problem) });
  }
  return h("form", { class: "card", novalidate: true, submit },
    purpose.node, consent.node, h("div", { class: "action" }, button, slot));
}

function purposes(list, wanted) {
  const fault = h("p", { class: "fault", hidden: true, test: "fault-purpose" }, "请选择报告的用途。");
  const radios = list.map(({ code }) => h("input", {
    type: "radio", name: "purpose", value: code, checked: code === wanted, test: "purpose",
    change: () => { fault.hidden = true; },
  }));
  const node = h("fieldset", {}, h("legend", {}, "报告用在哪里"),
    radios.map((radio, index) => h("label", { class: "choice" }, radio, list[index].label)), fault);
  const chosen = () => radios.find((radio) => radio.checked)?.value;
  function check() {
    fault.hidden = Boolean(chosen());
    if (!fault.hidden) radios[0].focus();
    return fault.hidden;
  }
  return { node, chosen, check };
}
