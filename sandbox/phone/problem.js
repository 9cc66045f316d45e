// What went wrong, as the back end says it (RFC 9457) or as the network leaves it.

const CLOSED = "service_closed";
const WITHDRAWN = "lecture_withdrawn";

/** `status` 0 means that no answer came; `faults` are the faulty fields by JSON Pointer. */
export class Problem extends Error {
  constructor({ status = 0, code = "", title, detail, errors, retryAfter = 0, traceId = "" }) {
    super(detail ?? title);
    this.status = status;
    this.code = code;
    this.title = title;
    this.detail = detail ?? "";
    this.faults = errors ?? [];
    this.retryAfter = retryAfter;
    this.lost = false;
    this.traceId = traceId;
  }

  /** Whether the very same action can succeed a little later. */
  get passing() {
    if (this.code === CLOSED) return false;
    return this.status === 0 || this.status === 429 || this.status >= 500
      || (this.status === 409 && this.retryAfter > 0);
  }
}

/** Nothing to try again: the service is closed for a while, and says why. */
export const isClosed = (problem) => problem.code === CLOSED;

/** Nothing to try again, and other lectures to go to. */
export const isWithdrawn = (problem) => problem.code === WITHDRAWN;

/** Whatever was thrown as a Problem; a mistake of our own is logged, not told. */
export function asProblem(error) {
  if (error instanceof Problem) return error;
  console.error(error);
  return new Problem({ code: "page", title: "页面出错了", detail: "请重试，或回首页重新进入。" });
}

export function unreachable(errMsg = "") {
  const late = errMsg.includes("timeout");
  return new Problem({
    code: late ? "timeout" : "network",
    title: late ? "网络太慢，没有等到回应" : "网络不通",
    detail: "您填写的内容都还在。请检查网络后重试。",
  });
}

export function refused({ statusCode, data, header }) {
  const said = typeof data === "object" && data?.title ? data : {};
  return new Problem({
    status: statusCode,
    code: said.code,
    title: said.title ?? "服务暂时不可用",
    detail: said.detail ?? "请稍后再试。",
    errors: said.errors,
    retryAfter: Number(field(header, "Retry-After")) || 0,
    traceId: said.trace_id,
  });
}

/** A response header; WeChat gives their names as the server wrote them. */
export function field(header, name) {
  const key = Object.keys(header).find((each) => each.toLowerCase() === name.toLowerCase());
  return key ? header[key] : "";
}
