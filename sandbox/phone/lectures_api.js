// The back end's operations around cloud lectures, by name.

import { paged, post, read, readOpenly, remove, unlessNone } from "./api.js";
import { API } from "./config.js";
import { download, downloadOwn, send } from "./http.js";
import { call } from "./session.js";

const LECTURES = "/v1/lectures";

// Open to everybody
/** `when`: "coming" for what is live or still to begin, "over" for all others. */
export const lectures = (series, when) => paged(LECTURES, { when, ...(series ? { series } : {}) }, readOpenly);
export const lectureSeries = async () => (await readOpenly("/v1/lecture-series")).items;
export const findLectures = (q) => paged(`${LECTURES}/search`, { q }, readOpenly);
export const lecture = (id) => readOpenly(`${LECTURES}/${id}`);
export const live = (id) => readOpenly(`${LECTURES}/${id}/live`);
export const answeredQuestions = (id) => paged(`${LECTURES}/${id}/questions`, {}, readOpenly);

/** All that a player needs: open where the replay is for everybody, else by an address for me. */
export const replay = ({ id, access }) => (access === "public"
  ? readOpenly(`${LECTURES}/${id}/replay`) : made(`${LECTURES}/${id}/address`));

/** What lies at an address as text: that of the back end, asked for where these pages ask it. */
export const textAt = async (url) => (
  await send({ method: "GET", path: new URL(url).pathname, dataType: "text" })).data;

/** The path on this phone of a file by its address. */
export const fileAt = (url, name) => download(url, `${wx.env.USER_DATA_PATH}/${name}`);
export const calendar = ({ id, title }) =>
  fileAt(`${API}${LECTURES}/${id}/calendar.ics`, `${title}.ics`);

// Places
export const registration = (id) => unlessNone(read(`${LECTURES}/${id}/registration`));
export const register = (id) => post(`${LECTURES}/${id}/registration`);
export const giveUpPlace = (id) => remove(`${LECTURES}/${id}/registration`);
export const registrations = paged("/v1/lecture-registrations");

// Being told of new ones
export const following = async () => (await read("/v1/lecture-following")).following;
export const follow = () => post("/v1/lecture-following");
export const unfollow = () => remove("/v1/lecture-following");

// Questions to the speaker
export const myQuestions = (id) => paged(`${LECTURES}/${id}/questions/mine`);
export const askSpeaker = (id, data) => post(`${LECTURES}/${id}/questions`, data);

// What was watched
export const watched = paged("/v1/me/watched");
export const progress = (id) => read(`${LECTURES}/${id}/progress`);
/** Opened twice it does no harm. */
export const sit = (id) => made(`${LECTURES}/${id}/sittings`);
/** Sent once: whoever tells keeps what was not heard, and tells it again by itself. */
export const beat = async (id, sittingId, data) => (await call({
  method: "POST", path: `${LECTURES}/${id}/sittings/${sittingId}/beats`, data,
})).data;

// Certificates of attendance
export const certificates = paged("/v1/certificates");
export const certificateProspect = (id) => read(`${LECTURES}/${id}/certificate`);
export const askCertificate = (id) => post(`${LECTURES}/${id}/certificate`);
/** The paper's path on this phone. */
export const certificatePaper = ({ id, number }) => call({
  path: `/v1/certificates/${id}/paper`, filePath: `${wx.env.USER_DATA_PATH}/学习证书-${number}.pdf`,
}, downloadOwn);

const made = async (path) => (await call({ method: "POST", path, repeatable: true })).data;
