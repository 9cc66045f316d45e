// What waits for me: a verb, a date where there is one, and the page where it is done.

import { can } from "./duties.js";
import { day, daysUntil, waiting } from "./format.js";

const SOON = 7;

/** Tasks of a person and of the subject acted for, the most pressing first. */
export function tasks({ me, subject, reports, applications, tickets, privacy, seen, now }) {
  return [
    ...own({ me, privacy }),
    ...suspended(subject),
    ...tickets.flatMap(ofTicket),
    ...applications.flatMap(ofApplication),
    ...reports.flatMap((report) => ofReport({ report, subject, seen, now })),
  ];
}

function own({ me, privacy }) {
  const list = [];
  if (!privacy) list.push({ text: "同意隐私保护指引", note: "办理业务前需要", to: "/agreements/privacy" });
  if (me.counter) {
    const note = `办理编号 ${me.counter.number}`;
    list.push({ text: "到信用服务窗口办实名认证", note, to: "/counter" });
  } else if (!me.verified) list.push({ text: "完成实名认证", note: "约 2 分钟，需要刷脸", to: "/real-name" });
  if (!me.phone) list.push({ text: "绑定手机号", note: "便于告诉您办理进度", to: "/phone" });
  return list;
}

function suspended(subject) {
  if (!subject.suspended) return [];
  return [{ text: "代办已暂停", note: "等待新任法定代表人确认", to: "/delegations" }];
}

const STEPS = {
  draft: "继续填写用电申请", report_blocked: "选择用电申请怎样继续", report_ok: "签署用电承诺书",
  returned: "补交用电申请材料", survey: "确认用电勘查时间",
};

function ofApplication({ id, next, state, number, address, business_label: business }) {
  if (next.by !== "applicant") return [];
  const until = next.due ? `${day(next.due.on)}前，` : "";
  return [{ text: STEPS[state], note: `${until}${number || address || business || "尚未填完"}`, to: `/electricity/${id}` }];
}

/** `unrated` is set for one whose resolution may still be rated. */
function ofTicket({ number, state, item, unrated }) {
  const to = `/tickets/${number}`;
  if (state === "waiting") return [{ text: "答复信用管家的提问", note: `${item.name}，${number}`, to }];
  return unrated ? [{ text: "评价信用管家的服务", note: `${item.name}，${number}`, to: `${to}/rating` }] : [];
}

function ofReport({ report, subject, seen, now }) {
  const to = `/reports/${report.id}`;
  if (waiting(report.state)) {
    return [{ text: "等待报告出具", note: `${day(report.requested_at)}申请`, to }];
  }
  if (report.state === "failed" && !seen(report.id)) {
    return [{ text: "查看报告未能出具的原因", note: `${day(report.requested_at)}申请`, to }];
  }
  if (report.state !== "ready") return [];
  if (!seen(report.id)) {
    const text = can(subject, "read") ? "查看已出具的报告" : "报告已出具";
    return [{ text, note: `${day(report.ready_at)}出具`, to }];
  }
  if (daysUntil(report.expires_at, now) <= SOON) {
    return [{ text: `报告将于${day(report.expires_at)}到期`, note: "需要时请重新申请", to }];
  }
  return [];
}
