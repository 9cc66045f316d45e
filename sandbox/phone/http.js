// One exchange with the back end as a promise: an answer, or a Problem.

import { API } from "./config.js";
import { Problem, refused, unreachable } from "./problem.js";
import { persist } from "./retry.js";

const TIMEOUT = 20_000;
const UPLOAD = 60_000;
const NOT_MODIFIED = 304;

function made(call, options) {
  return new Promise((resolve, reject) => {
    call({ ...options, success: resolve, fail: ({ errMsg }) => reject(unreachable(errMsg)) });
  });
}

function accepted(answer) {
  if (answer.statusCode >= 300 && answer.statusCode !== NOT_MODIFIED) {
    throw refused({ ...answer, data: said(answer.data) });
  }
  return answer;
}

/**
 * `path` with `data` as JSON, or as the query of a GET. A lost answer is asked for again, unless it
 * is of a POST without a key: that is sent once, if it is not `repeatable`.
 */
export function send({ path, repeatable = false, timeout = TIMEOUT, ...rest }) {
  const request = { url: API + path, timeout, ...rest };
  const work = async () => accepted(await made(wx.request, request));
  const safe = repeatable || rest.method !== "POST" || rest.header?.["Idempotency-Key"];
  return safe ? persist(work) : work();
}

/**
 * One file by its path on the phone; what is kept of it goes with a key. WeChat hands the answer
 * back as text.
 */
export function upload({ path, ...rest }) {
  return persist(async () => {
    const answer = await made(wx.uploadFile, { url: API + path, timeout: UPLOAD, ...rest });
    return accepted({ ...answer, data: parsed(answer.data) });
  });
}

/** A file by an address that is itself the permission; returns its path on the phone. */
export async function download(url, filePath) {
  const answer = await persist(() => made(wx.downloadFile, { url, filePath }));
  if (answer.statusCode === 200) return answer.filePath;
  const detail = "下载地址只在短时间内有效，请重新下载。";
  throw new Problem({ status: answer.statusCode, title: "文件地址已失效", detail });
}

/** A file of the person's own, by their session; returns its path on the phone. */
export async function downloadOwn({ path, filePath, header }) {
  const answer = await persist(() => made(wx.downloadFile, { url: API + path, filePath, header }));
  if (answer.statusCode === 200) return answer.filePath;
  throw refused({ ...answer, data: {} });
}

/** Where bytes were asked for, a refusal comes as bytes too. */
function said(data) {
  if (!(data instanceof ArrayBuffer)) return data;
  const bytes = Array.from(new Uint8Array(data), (byte) => `%${byte.toString(16).padStart(2, "0")}`);
  return parsed(decodeURIComponent(bytes.join("")));
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
