// One exchange with the back end as a promise: an answer, or a Problem.

import { API } from "./config.js";
import { Problem, refused, unreachable } from "./problem.js";

function made(call, options) {
  return new Promise((resolve, reject) => {
    call({ ...options, success: resolve, fail: ({ errMsg }) => reject(unreachable(errMsg)) });
  });
}

function accepted(answer) {
  if (answer.statusCode >= 300) throw refused(answer);
  return answer;
}

/** `path` with `data` as JSON, or as the query of a GET. */
export async function send({ path, ...rest }) {
  return accepted(await made(wx.request, { url: API + path, ...rest }));
}

/** One file by its path on the phone. WeChat hands the answer back as text. */
export async function upload({ path, ...rest }) {
  const answer = await made(wx.uploadFile, { url: API + path, ...rest });
  return accepted({ ...answer, data: parsed(answer.data) });
}

/** A file by an address that is itself the permission; returns its path on the phone. */
export async function download(url, filePath) {
  const answer = await made(wx.downloadFile, { url, filePath });
  if (answer.statusCode === 200) return answer.filePath;
  const detail = "下载地址只在短时间内有效，请重新下载。";
  throw new Problem({ status: answer.statusCode, title: "文件地址已失效", detail });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
