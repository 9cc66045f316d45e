// One application: where it stands, what happens next by whom and by when, and all that can be done.

import * as api from "../api.js";
import { h } from "../dom.js";
import { day, moment } from "../format.js";
import { action } from "../parts/action.js";
import { facts } from "../parts/facts.js";
import { form } from "../parts/form.js";
import { papersPart } from "../parts/papers.js";
import { poll } from "../poller.js";
import { draft } from "../store.js";
import { due, stateBadge, toneOf } from "./electricity.js";
import { blocked, drafted, filledIn, promising } from "./electricity_draft.js";

const BEFORE = ["draft", "report_blocked", "report_ok"];
const OVER = ["closed", "withdrawn", "rejected"];
const POWERED = ["energised", "closed"];

export async function electricityOne(page) {
  const [{ application: one }, guide, subjects] = await Promise.all([
    api.application(page.params.id), api.electricityGuide(), api.subjects(),
  ]);
  const subject = subjects.find((each) => each.id === one.subject_id)
    ?? subjects.find((each) => each.name === one.applicant) ?? null;
  if (waiting(one)) page.onLeave(poll(async () => {
    const { application: now } = await api.application(one.id);
    return now.steps.length > one.steps.length && page.again();
  }));
  return h("div", { class: "stack" }, head(one), next(one),
    one.breach && breach(one),
    one.returned && returned(one, guide, page),
    asked(one) && survey(one, page),
    ...await before(one, guide, subject, page),
    one.green && manager(one, page),
    later(one).length > 0 && following(one, guide, page),
    supplied(one), !BEFORE.includes(one.state) && contents(one, guide),
    timeline(one), mayWithdraw(one) && withdrawal(one, page));
}

/** Somebody else makes the next step. */
const waiting = (one) => !BEFORE.includes(one.state) && !OVER.includes(one.state);

async function before(one, guide, subject, page) {
  if (one.state === "draft") return drafted(one, guide, subject, page);
  if (one.state === "report_blocked") return blocked(one, subject, page);
  if (one.state === "report_ok") return promising(one, page);
  return [];
}

const head = (one) => h("section", { class: "card", test: "application", "data-state": one.state },
  h("p", { class: "labels" }, stateBadge(one.state),
    one.green && h("span", { class: "badge good", test: "green" }, "绿色通道")),
  h("p", { class: "big" }, one.business_label || "用电申请"),
  facts([["申请编号", one.number || null, "application-number"], ["申请人", one.applicant],
    ["状态", toneOf(one.state).word === one.state_text ? null : one.state_text],
    ["办理方式", one.proof === "credit" ? "以信用报告和承诺代替产权证明" : "凭产权证明，按一般程序"]]));

/** Its sentence says by when; who is late is told so. */
const next = ({ next: ahead }) => h("section", { class: "card", test: "next", "data-by": ahead.by,
  "data-due": ahead.due?.on },
h("h2", {}, "下一步"),
h("p", { class: "labels" }, ahead.by && h("span", { class: "label" }, ahead.by === "applicant" ? "请您办理" : `由${ahead.by_label}办理`),
  ahead.overdue && h("span", { class: "badge bad", test: "overdue" }, "已超期")),
h("p", {}, ahead.text));

const breach = (one) => h("section", { class: "card", test: "breach", "data-breach": one.breach },
  h("p", { class: "labels" }, h("span", { class: `badge ${one.breach === "corrected" ? "good" : "bad"}` }, one.breach_text)),
  h("p", {}, BREACHES[one.breach]),
  h("a", { class: "button", href: `#/promises/${one.promise_id}`, test: "breach-promise" }, "查看承诺书和办理情况"));

const BREACHES = {
  open: "信用办发现承诺没有履行好，请在期限内改正，改正后不影响您的信用。",
  corrected: "您已按要求改正，谢谢。",
  confirmed: "违诺已经认定，会记入您的信用记录。认为不对的，可以在期限内提出异议。",
};

function returned(one, guide, page) {
  const papers = papersPart({
    one, guide, papers: askedFor(one.returned), wanted: one.returned.papers,
    removable: (each) => Date.parse(each.added_at) >= since(one),
  });
  const hand = async () => {
    papers.blame("");
    try {
      await api.papersHandedIn(one.id);
    } catch (problem) {
      problem.faults.forEach((fault) => papers.owns(fault.pointer) && papers.blame(fault.detail, fault.pointer));
      papers.focus();
      throw problem;
    }
    page.again();
  };
  return h("section", { class: "card", test: "returned" }, h("h2", {}, "请补交材料"),
    facts([["原因", one.returned.reason], ["期限", due(one.returned.due), "returned-due"]]),
    papers.node, action("补交完成", hand, { test: "application-hand-in" }));
}

/** The papers asked for, whatever way they belong to. */
const askedFor = ({ papers, labels }) => papers.map((code, index) => (
  { code, label: labels[index], hint: "", required: true }));
const since = ({ steps }) => Date.parse(steps.findLast((each) => each.state === "returned").at);

const asked = (one) => one.state === "survey" && one.survey && one.survey.agreed === null;
const time = ({ begins_at: from, ends_at: until }) => `${moment(from)} 至 ${moment(until).split(" ")[1]}`;

/** A day and its hours, each on one line. */
const whole = (survey) => time(survey).split(/(?<=日) /).map((part) => h("span", { class: "unbroken" }, `${part} `));

function survey(one, page) {
  const name = `survey-${one.id}`;
  const answer = async (data) => {
    await api.answerSurvey(one.id, data);
    draft.drop(name);
    page.again();
  };
  return h("section", { class: "card", test: "survey" }, h("h2", {}, "约定现场勘查"),
    h("p", { class: "big", test: "survey-time" }, whole(one.survey)),
    h("p", {}, "供电企业的工作人员上门查看，请安排人在场。"),
    action("这个时间可以", () => answer({ agreed: true }), { test: "survey-agree" }),
    h("details", {}, h("summary", { test: "survey-other" }, "希望换个时间"),
      form({
        name, fields: [{ name: "wish", label: "哪些时间方便", test: "survey-wish", maxlength: "200",
          hint: "如：下周一、周二上午", missing: "请填写方便的时间。" }],
        word: "提出改约", kind: "", test: "survey-wish-send",
        send: ({ wish }) => answer({ agreed: false, wish }),
      })));
}

function manager(one, page) {
  const name = `visit-${one.id}`;
  async function send(values) {
    await api.askVisit(one.id, values);
    draft.drop(name);
    page.again();
  }
  const visits = !POWERED.includes(one.state) && !OVER.includes(one.state);
  return h("section", { class: "card", test: "manager" }, h("h2", {}, "绿色通道"),
    !one.breach && h("p", {}, "您的用电记录良好，由客户经理全程跟进。"),
    one.manager && facts([["客户经理", one.manager.name],
      ["电话", h("a", { class: "touch", href: `tel:${one.manager.phone}` }, one.manager.phone)]]),
    one.home_visit && h("p", { class: "agreed", test: "visit-asked" }, "✓ 已预约上门服务，客户经理会与您联系。"),
    visits && h("details", {}, h("summary", { test: "visit-open" }, one.home_visit ? "修改上门时间" : "预约上门服务"),
      form({
        name, fields: [{ name: "wish", label: "什么时间、地点方便（选填）", test: "visit-wish", maxlength: "200" }],
        word: "预约上门服务", kind: "", test: "visit-ask", send,
      })));
}

const later = (one) => (OVER.includes(one.state) || one.state === "draft" ? []
  : one.later.filter((each) => !each.handed_in));

/** Papers that follow (容缺受理): each by its day. */
function following(one, guide, page) {
  const open = later(one);
  const papers = papersPart({
    one, guide, wanted: open.map((each) => each.paper), changed: () => page.again(),
    papers: open.map(({ paper, label }) => ({ code: paper, label, hint: "", required: true })),
  });
  return h("section", { class: "card", test: "following" }, h("h2", {}, "可以稍后补交的材料"), papers.node);
}

function supplied(one) {
  const rows = [
    ["勘查时间", one.survey && !asked(one) && `${time(one.survey)}${answered(one.survey)}`, "survey-set"],
    ["供电方案", one.plan || null, "plan"],
    ["接电日期", one.energised_on && day(one.energised_on), "energised-on"],
    ["户号", one.new_account || null, "new-account"],
  ].map(([name, value, test]) => [name, value || null, test]);
  return rows.some(([, value]) => value) && h("section", { class: "card" }, h("h2", {}, "供电企业答复"), facts(rows));
}

const answered = ({ agreed, wish }) => (agreed ? "（您已确认）" : `（您希望改约：${wish}）`);

function contents(one, guide) {
  const papers = papersPart({ one, guide, wanted: [] });
  return h("details", { class: "card" }, h("summary", { test: "contents" }, "申请内容和材料"),
    h("div", { class: "stack" }, filledIn(one),
      one.promise_id && h("a", { class: "button", href: `#/promises/${one.promise_id}`, test: "application-promise" },
        "查看承诺书"),
      papers.node));
}

const timeline = ({ steps }) => steps.length > 0 && h("section", { class: "card" }, h("h2", {}, "办理过程"),
  h("ol", { class: "rows", test: "application-steps" }, steps.map((step) => h("li", { class: "look",
    "data-state": step.state }, h("p", { class: "row-title" }, step.text),
  h("p", { class: "quiet" }, `${moment(step.at)}，${step.by_label}`)))));

const mayWithdraw = (one) => one.number
  && !POWERED.includes(one.state) && !OVER.includes(one.state);

function withdrawal(one, page) {
  const name = `withdraw-application-${one.id}`;
  async function send(values) {
    await api.withdrawApplication(one.id, values);
    draft.drop(name);
    page.again();
  }
  return h("details", { class: "card" }, h("summary", { test: "application-withdraw-open" }, "撤回申请"),
    h("p", {}, "撤回后供电企业不再办理；需要时可以重新申请。"),
    form({
      name, fields: [{ name: "reason", label: "撤回的理由（选填）", test: "application-withdraw-reason", maxlength: "200" }],
      word: "确认撤回", kind: "danger", test: "application-withdraw", send,
    }));
}
