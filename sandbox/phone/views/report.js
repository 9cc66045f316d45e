// One report: one sentence, eight counts, what can be done, the sections last.

import * as api from "../api.js";
import { fill, h } from "../dom.js";
import { day, moment, periodText, state, waiting } from "../format.js";
import { action } from "../parts/action.js";
import { agreeing, consentPart } from "../parts/consent.js";
import { facts } from "../parts/facts.js";
import { problemBox } from "../parts/problem.js";
import { poll } from "../poller.js";
import { asProblem } from "../problem.js";
import { markSeen } from "../store.js";
import { actions } from "./report_actions.js";
import { counts, results, sections, sentence } from "./report_content.js";

const SLOW = 20_000;

export async function report({ params, onLeave, again }) {
  const head = h("div", { "aria-live": "polite" });
  const rest = h("div", { class: "stack" });
  const offline = h("p", { class: "quiet", role: "status" });
  const { status } = await api.report(params.id);
  let latest = status;
  await show(status);
  if (waiting(status.state)) {
    const stop = poll(ask);
    const late = setTimeout(() => waiting(latest.state) && showState(latest), untilSlow(latest));
    onLeave(() => {
      clearTimeout(late);
      stop();
    });
  }
  return h("div", { class: "stack" },
    params.known && h("p", { role: "status", test: "known" }, "刚申请过同样的报告，直接为您打开。"),
    head, offline, rest);

  async function show(now) {
    latest = now;
    if (!waiting(now.state)) markSeen(now.id);
    const readable = now.may.includes("read");
    if (now.state === "ready" && readable) {
      return showContent(now).catch((problem) => askConsent(now, problem));
    }
    showState(now);
    return fill(rest, actions(now), now.ready_at && readable && contentOnRequest(now),
      now.ready_at && !readable && h("p", { class: "quiet", test: "only-follow" },
        "您的权限只能看办理进度，不能看报告内容。"));
  }
  function showState(now) {
    fill(head, h("section", { class: "card" }, stateLine(now), details(now)));
  }
  async function showContent(now) {
    const snapshot = await api.content(now.id);
    fill(head, sentence(snapshot, stateLine(now)));
    fill(rest, counts(snapshot), results(snapshot), actions(now),
      h("section", { class: "card" }, h("h2", {}, "报告信息"), details(now)),
      sections(snapshot, now.may.includes("object") && objectTo));
  }
  /** Without a standing consent nothing is shown, one's own report included. */
  async function askConsent(now, problem) {
    if (problem.code !== "consent_required") throw problem;
    const part = now.may.includes("sign") && await consentPart("credit-report", now.subject_id);
    showState(now);
    fill(rest, problemBox(problem), part && agreeing(part, again), actions(now, { readable: false }));
  }
  function objectTo(record, title, section) {
    const query = new URLSearchParams({ record: record.id, title, section });
    return `#/reports/${params.id}/object?${query}`;
  }
  /** What no longer counts is opened only when asked for: each look is recorded. */
  function contentOnRequest(now) {
    const open = action("查看报告内容", () => showContent(now), { kind: "", test: "show-content" });
    return h("section", { class: "card" }, open);
  }
  async function ask() {
    try {
      const answer = await api.report(params.id);
      fill(offline);
      await show(answer.status);
      return !waiting(answer.status.state);
    } catch (error) {
      if (!asProblem(error).passing) return again();
      fill(offline, "网络不通，恢复后这里会自动更新。");
      return false;
    }
  }
}

function stateLine(status) {
  const { word, tone } = state(status.state);
  return h("div", { class: "state-line", test: "report-state", "data-state": status.state },
    h("p", {}, h("span", { class: `badge ${tone}` }, word)),
    h("p", {}, status.state_text),
    waiting(status.state)
      && h("p", { class: "quiet", test: "report-wait" }, untilSlow(status) > 0
        ? "可以离开，办好后见首页“待办”。" : "比平常慢，请稍候；可以离开，办好后见首页“待办”。"));
}

const untilSlow = ({ requested_at: since }) => Math.max(0, Date.parse(since) + SLOW - Date.now());

const fieldText = (fields) => (
  fields.length ? fields.map(({ label }) => label).join("、") : null);

function details(status) {
  return facts([
    ["主体", status.subject_name],
    ["种类", status.edition_label, "report-edition"],
    ["查询时段", status.period && periodText(status.period), "report-period"],
    ["涉及领域", fieldText(status.fields), "report-fields"],
    ["用途", status.purpose_label],
    ["申请人", status.requested_by, "report-requested-by"],
    ["申请时间", moment(status.requested_at)],
    ["有效期至", status.expires_at && day(status.expires_at)],
    ["页数", status.pages && `${status.pages} 页`],
    ["报告编号", status.number, "report-number"],
  ]);
}
