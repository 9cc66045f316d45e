// What a role may do for a subject; what it may not is not offered. The back end decides all the same.

const ALL = ["follow", "read", "request", "revoke", "share", "object", "sign", "promise", "electricity", "ask"];
const OF_SCOPE = {
  report: ["follow", "read", "request", "revoke", "share", "object"],
  promise: ["promise"],
  electricity: ["electricity"],
  tickets: ["ask"],
  ask: ["ask"],
  read: ["read", "follow"],
  follow: ["follow"],
};

/** What an invitation may offer: only what is served. */
export const SCOPES = {
  agent: [["report", "信用报告：申请、查看、分享、提异议"], ["promise", "信用承诺：填写、签署，须同时选信用报告"],
    ["electricity", "信用办电：填写、提交，须同时选信用报告和信用承诺"],
    ["tickets", "信用管家：咨询、跟进"]],
  helper: [["follow", "看办理进度，不能看内容"], ["read", "查看报告内容"], ["ask", "向信用管家咨询、跟进"]],
};

// Delegations given before may cover more than is offered now.
const SHORT = { report: "信用报告", promise: "信用承诺", electricity: "用电申请", tickets: "咨询求助",
  read: "查看报告", follow: "看进度", ask: "提问" };

/** Whoever acts by own right: oneself, or a legal representative. */
export const principal = ({ role }) => role === "self" || role === "legal_representative";

export function can(subject, duty) {
  if (subject.suspended) return false;
  const duties = principal(subject) ? ALL : subject.scope.flatMap((each) => OF_SCOPE[each] ?? []);
  return duties.includes(duty);
}

export const scopeText = (scope) => scope.map((each) => SHORT[each] ?? each).join("、");
