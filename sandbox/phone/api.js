// The back end's operations by name. Reads return data; what moves something takes one key.

import { field } from "./problem.js";
import { download, downloadOwn, send, upload } from "./http.js";
import { once } from "./keys.js";
import { call, markReviewer } from "./session.js";

export const read = async (path, data) => (await call({ method: "GET", path, data })).data;
export const readOpenly = async (path, data) => (await send({ method: "GET", path, data })).data;
const posted = (path, data = {}) => once({ method: "POST", path, data }, call);
export const post = async (path, data) => (await posted(path, data)).data;
const put = async (path, data) => (await call({ method: "PUT", path, data })).data;

/** Gone is gone: after a lost answer it was our own first try that removed it. */
export async function remove(path) {
  try {
    await call({ method: "DELETE", path });
  } catch (problem) {
    if (problem.status !== 404 || !problem.lost) throw problem;
  }
}

/** Null for what is not there. */
export const unlessNone = (asked) => asked.catch((problem) => {
  if (problem.status !== 404) throw problem;
  return null;
});
export const paged = (path, filter = {}, ask = read) => (cursor) => {
  const place = cursor ? { cursor } : {};
  return ask(path, { ...filter, ...place, limit: 20 });
};

// Open to everybody
export const agreements = async () => (await readOpenly("/v1/agreements")).items;
export const purposes = async () => (await readOpenly("/v1/purposes")).items;
export const editions = async () => (await readOpenly("/v1/editions")).items;
export const verifyCode = (code) => readOpenly(`/v1/verification/${code}`);
export const verifyNumber = async (data) =>
  (await send({ method: "POST", path: "/v1/verification", data, repeatable: true })).data;
export const verifyFile = async (filePath) =>
  (await upload({ path: "/v1/verification/files", filePath, name: "file" })).data;

export const erasureStatus = (number) => readOpenly(`/v1/erasures/${number}`);

// The person
export async function me() {
  const person = await read("/v1/me");
  markReviewer(person.reviewer);
  return person;
}
export const setPhone = (code) => post("/v1/me/phone", { code });
export const beginCheck = (data) => post("/v1/me/identity-checks", data);
export const finishCheck = (id, receipt) =>
  post(`/v1/me/identity-checks/${id}/receipt`, { receipt });

export const sessions = async () => (await read("/v1/sessions")).items;
export const endSession = (id) => remove(`/v1/sessions/${id}`);
export const erasurePlan = () => read("/v1/me/erasure");
export const erase = (confirm) => post("/v1/me/erasure", { confirm });
export const notices = paged("/v1/notices");
export const unread = async () => (await read("/v1/notices", { limit: 1 })).unread;
export const subscriptions = async (occasion) =>
  (await read("/v1/me/subscriptions", { for: occasion })).items;
export async function messagePreferences() {
  const answer = await call({ method: "GET", path: "/v1/me/message-preferences" });
  return { chosen: answer.data, etag: field(answer.header, "ETag") };
}
export const chooseMessages = (data, etag) => call({
  method: "PUT", path: "/v1/me/message-preferences", data, header: { "If-Match": etag },
});
export const readNotice = (id) => put(`/v1/notices/${id}`, { read: true });

// For whom the person acts
export const subjects = async () => (await read("/v1/subjects")).items;
export const bind = (data) => post("/v1/subjects", data);
export const unbind = (id) => remove(`/v1/subjects/${id}`);

// Who acts for others
export const delegations = (subjectId) => paged("/v1/delegations", { subject_id: subjectId });
export const invite = (data) => post("/v1/delegations", data);
export const endDelegation = (id) => remove(`/v1/delegations/${id}`);
export const confirmAgent = (id, subjectId) =>
  put(`/v1/delegations/${id}/confirmation`, { subject_id: subjectId });
export const previewInvitation = (invitation) => post("/v1/invitations/preview", { invitation });
export const invitationCode = async (invitation) => (await call({
  method: "POST", path: "/v1/invitations/code", data: { invitation },
  responseType: "arraybuffer", repeatable: true,
})).data;
export const invitationLink = (invitation) => post("/v1/invitations/link", { invitation });
export const staffBindings = async () => (await read("/v1/staff-bindings")).items;
export const previewStaffBinding = (secret) => post("/v1/staff-bindings/preview", { secret });
export const bindStaff = (secret) => post("/v1/staff-bindings", { secret });
export const unbindStaff = (id) => remove(`/v1/staff-bindings/${id}`);
export const acceptInvitation = (invitation) => post("/v1/invitations/acceptance", { invitation });

// Consents
export const consents = paged("/v1/consents");
export const consent = (agreement, subjectId = null) => post("/v1/consents", {
  agreement: agreement.name, text_hash: agreement.text_hash, subject_id: subjectId,
});
export const agreementText = (hash) => readOpenly(`/v1/agreements/${hash}`);
export const withdraw = (id) => remove(`/v1/consents/${id}`);

// Credit reports
export async function requestReport(data) {
  const answer = await posted("/v1/credit-reports", data);
  return { report: answer.data, known: answer.statusCode === 200 };
}
export const reports = (subjectId) => paged("/v1/credit-reports", { subject_id: subjectId });
export const looks = (subjectId) => paged("/v1/looks", { subject_id: subjectId });
/** A long report takes its time on a slow network. */
export async function content(id) {
  const path = `/v1/credit-reports/${id}/content`;
  return (await call({ method: "GET", path, timeout: 60_000 })).data;
}

export async function report(id) {
  const answer = await call({ method: "GET", path: `/v1/credit-reports/${id}` });
  return { status: answer.data, etag: field(answer.header, "ETag") };
}

/** A stale tag after a lost answer: our own first try has done it. */
export async function revoke(id, etag, data) {
  const path = `/v1/credit-reports/${id}/revocation`;
  try {
    await call({ method: "PUT", path, data, header: { "If-Match": etag } });
  } catch (problem) {
    if (!problem.lost || (await report(id)).status.state !== "revoked") throw problem;
  }
}

export const shares = async (id) => (await read(`/v1/credit-reports/${id}/shares`)).items;
export const share = (id, data) => post(`/v1/credit-reports/${id}/shares`, data);
export const revokeShare = (id) => remove(`/v1/shares/${id}`);
export const object = (id, data) => post(`/v1/credit-reports/${id}/objections`, data);
export const objections = (subjectId) => paged("/v1/objections", { subject_id: subjectId });
export const objection = (id) => read(`/v1/objections/${id}`);

// Usage records
export const usageRecords = (subjectId) => paged("/v1/usage-records", { subject_id: subjectId });
export const usageRecord = (id) => read(`/v1/usage-records/${id}`);
export const objectToUsage = (id, data) => post(`/v1/usage-records/${id}/objection`, data);

// Promises
export const promiseTemplates = async () => (await readOpenly("/v1/promise-templates")).items;
export const promiseTemplate = (code) => readOpenly(`/v1/promise-templates/${code}`);
export const promises = (subjectId) => paged("/v1/promises", { subject_id: subjectId });
export async function promise(id) {
  const answer = await call({ method: "GET", path: `/v1/promises/${id}` });
  return { promise: answer.data, etag: field(answer.header, "ETag") };
}
export const draftPromise = (data) => post("/v1/promises", data);
export const discardPromise = (id) => remove(`/v1/promises/${id}`);
export const beginSigning = (id) => post(`/v1/promises/${id}/identity-checks`);
/** Null when nobody was sent to the counter for it. */
export const counterCase = (id) => unlessNone(read(`/v1/promises/${id}/counter-case`));
export const askCounter = (id) => post(`/v1/promises/${id}/counter-case`);
export const signPromise = (id, data) => post(`/v1/promises/${id}/signature`, data);
export const withdrawPromise = (id, etag, data) => call({
  method: "PUT", path: `/v1/promises/${id}/withdrawal`, data, header: { "If-Match": etag },
});
export const handIn = (id, data) => post(`/v1/promises/${id}/handing-in`, data);
export const objectToBreach = (id, data) => post(`/v1/promises/${id}/objection`, data);
/** The letter's path on this phone. */
export const letter = ({ id, signature }) => call({
  path: `/v1/promises/${id}/letter`, filePath: `${wx.env.USER_DATA_PATH}/信用承诺书-${signature.code}.pdf`,
}, downloadOwn);
/** The path of its evidence on this phone. */
export const evidence = ({ id, signature }) => call({
  path: `/v1/promises/${id}/evidence`, filePath: `${wx.env.USER_DATA_PATH}/存证包-${signature.code}.zip`,
}, downloadOwn);

// Applications for electricity
const POWER = "/v1/electricity/applications";
export const electricityGuide = () => readOpenly("/v1/electricity/guide");
export const electricityCheck = (data) => readOpenly("/v1/electricity/self-check", data);
export const applications = (subjectId) => paged(POWER, { subject_id: subjectId });
export async function application(id) {
  const answer = await call({ method: "GET", path: `${POWER}/${id}` });
  return { application: answer.data, etag: field(answer.header, "ETag") };
}
export const beginApplication = (data) => post(POWER, data);
export const fillApplication = (id, etag, data) => call({
  method: "PUT", path: `${POWER}/${id}`, data, header: { "If-Match": etag },
});
export const discardApplication = (id) => remove(`${POWER}/${id}`);
export const addMaterial = async (id, paper, filePath) => (await once({
  path: `${POWER}/${id}/materials?paper=${paper}`, filePath, name: "file",
}, (request) => call(request, upload))).data;
export const removeMaterial = (id, material) => remove(`${POWER}/${id}/materials/${material.id}`);
/** The file's path on this phone. */
export const material = (id, one) => call({
  path: `${POWER}/${id}/materials/${one.id}`, filePath: `${wx.env.USER_DATA_PATH}/${one.name}`,
}, downloadOwn);
export const submitApplication = (id, reportId) =>
  post(`${POWER}/${id}/submission`, { report_id: reportId });
export const goOrdinary = (id) => post(`${POWER}/${id}/ordinary`);
export const promiseFor = (id, data) => post(`${POWER}/${id}/promise`, data);
export const papersHandedIn = (id) => post(`${POWER}/${id}/hand-in`);
export const withdrawApplication = (id, data) => post(`${POWER}/${id}/withdrawal`, data);
export const answerSurvey = (id, data) => post(`${POWER}/${id}/survey-answer`, data);
export const askVisit = (id, data) => post(`${POWER}/${id}/home-visit`, data);

// Credit butlers: what they do and where, and what was asked of them
const TICKETS = "/v1/tickets";
export const serviceItems = async () => (await readOpenly("/v1/service-items")).items;
export const places = (q) => readOpenly("/v1/places", { q, limit: 20 });
/** Where an enterprise is a tenant, or null. */
export const suggestedPlace = async (subjectId) => (
  await read(`${TICKETS}/new/place`, { subject_id: subjectId })).place;
export const tickets = (subjectId) => paged(TICKETS, { subject_id: subjectId });
export const ticket = (number) => read(`${TICKETS}/${number}`);
/** The last of them, or those before one. */
export const ticketMessages = (number, before) => (
  read(`${TICKETS}/${number}/messages`, before ? { before } : {}));
export const askButler = (data) => post(TICKETS, data);
export const writeToButler = (number, data) => post(`${TICKETS}/${number}/messages`, data);
export const reopenTicket = (number, data) => post(`${TICKETS}/${number}/reopening`, data);
export const withdrawTicket = (number) => post(`${TICKETS}/${number}/withdrawal`);
/** Of `new` what is not a ticket yet. */
export const ticketDraft = (number) => read(`${TICKETS}/${number}/draft`);
export const keepTicketDraft = (number, text) => put(`${TICKETS}/${number}/draft`, { text });

/** Of the last resolution; null while there is none that the caller may rate. */
export async function rating(number) {
  const answer = await unlessNone(call({ method: "GET", path: `${TICKETS}/${number}/rating` }));
  return answer && { rating: answer.data, etag: field(answer.header, "ETag") };
}
export const rate = (number, etag, data) => call({
  method: "PUT", path: `${TICKETS}/${number}/rating`, data, header: { "If-Match": etag },
});
/** Null where the caller has none and may make none. */
export async function complaints(number) {
  const found = await unlessNone(read(`${TICKETS}/${number}/complaints`));
  return found && found.items;
}
export const complain = (number, data) => post(`${TICKETS}/${number}/complaints`, data);
export const withdrawComplaint = (number) => post(`/v1/complaints/${number}/withdrawal`);

// Images, before what they go with is sent
export const addImage = async (filePath) => (await once({
  path: "/v1/attachments", filePath, name: "file",
}, (request) => call(request, upload))).data;
export const removeImage = (id) => remove(`/v1/attachments/${id}`);

// My data
export const personalData = () => readOpenly("/v1/personal-data");
export const dataExports = async () => (await read("/v1/me/exports")).items;
export const requestExport = () => post("/v1/me/exports");

/** The archive's path on this phone. */
export async function archive({ id, requested_at: at }) {
  const { url } = await post(`/v1/me/exports/${id}/file-addresses`);
  return download(url, `${wx.env.USER_DATA_PATH}/我的数据-${at.slice(0, 10)}.zip`);
}

/** The PDF's path on this phone. */
export async function pdf({ id, number }) {
  const { url } = await post(`/v1/credit-reports/${id}/file-addresses`);
  return download(url, `${wx.env.USER_DATA_PATH}/公共信用信息报告-${number}.pdf`);
}
