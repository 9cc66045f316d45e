// The back end's operations by name. Reads return data; what moves something takes one key.

import { field } from "./problem.js";
import { download, send, upload } from "./http.js";
import { once } from "./keys.js";
import { call } from "./session.js";

const read = async (path, data) => (await call({ method: "GET", path, data })).data;
const readOpenly = async (path) => (await send({ method: "GET", path })).data;
const posted = (path, data = {}) => once({ method: "POST", path, data }, call);
const post = async (path, data) => (await posted(path, data)).data;
const remove = (path) => call({ method: "DELETE", path });
const paged = (path, filter = {}) => (cursor) => {
  const place = cursor ? { cursor } : {};
  return read(path, { ...filter, ...place, limit: 20 });
};

// Open to everybody
export const agreements = async () => (await readOpenly("/v1/agreements")).items;
export const purposes = async () => (await readOpenly("/v1/purposes")).items;
export const verifyCode = (code) => readOpenly(`/v1/verification/${code}`);
export const verifyNumber = async (data) =>
  (await send({ method: "POST", path: "/v1/verification", data })).data;
export const verifyFile = async (filePath) =>
  (await upload({ path: "/v1/verification/files", filePath, name: "file" })).data;

// The person
export const me = () => read("/v1/me");
export const setPhone = (code) => post("/v1/me/phone", { code });
export const beginCheck = (data) => post("/v1/me/identity-checks", data);
export const finishCheck = (id, receipt) =>
  post(`/v1/me/identity-checks/${id}/receipt`, { receipt });

// For whom the person acts
export const subjects = async () => (await read("/v1/subjects")).items;
export const bind = (data) => post("/v1/subjects", data);
export const unbind = (id) => remove(`/v1/subjects/${id}`);

// Consents
export const consents = paged("/v1/consents");
export const consent = (agreement, subjectId = null) => post("/v1/consents", {
  agreement: agreement.name, text_hash: agreement.text_hash, subject_id: subjectId,
});
export const withdraw = (id) => remove(`/v1/consents/${id}`);

// Credit reports
export async function requestReport(data) {
  const answer = await posted("/v1/credit-reports", data);
  return { report: answer.data, known: answer.statusCode === 200 };
}
export const reports = (subjectId) => paged("/v1/credit-reports", { subject_id: subjectId });
export const looks = (subjectId) => paged("/v1/looks", { subject_id: subjectId });
export const content = (id) => read(`/v1/credit-reports/${id}/content`);

export async function report(id) {
  const answer = await call({ method: "GET", path: `/v1/credit-reports/${id}` });
  return { status: answer.data, etag: field(answer.header, "ETag") };
}

export async function revoke(id, etag, data) {
  const path = `/v1/credit-reports/${id}/revocation`;
  return (await call({ method: "PUT", path, data, header: { "If-Match": etag } })).data;
}

/** The PDF's path on this phone. */
export async function pdf({ id, number }) {
  const { url } = await post(`/v1/credit-reports/${id}/file-addresses`);
  return download(url, `${wx.env.USER_DATA_PATH}/公共信用信息报告-${number}.pdf`);
}
