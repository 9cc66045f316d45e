// The session: the access token in memory, the refresh token on the phone.

import { send } from "./http.js";
import { Problem, unreachable } from "./problem.js";
import { persist } from "./retry.js";

const STORED = "refresh_token";
const REVIEWER = "reviewer";
const EARLY = 20_000;

let access = null;
let renewing = null;

export const signedIn = () => wx.getStorageSync(STORED) !== "";

/** Whether WeChat's reviewer holds this phone: every page then says that all data are samples. */
export const reviewing = () => signedIn() && wx.getStorageSync(REVIEWER) === true;
export const markReviewer = (is) => wx.setStorageSync(REVIEWER, is === true);

/** A code serves once: a lost answer is asked for with a fresh one. */
export const signIn = () => persist(signInOnce);

async function signInOnce() {
  const code = await new Promise((resolve, reject) => {
    wx.login({
      success: (answer) => resolve(answer.code),
      fail: ({ errMsg }) => reject(unreachable(errMsg)),
    });
  });
  keep((await send({ method: "POST", path: "/v1/sessions", data: { code } })).data);
}

/** Ends this session. Whether or not the server hears of it, the phone forgets its tokens. */
export async function signOutHere() {
  try {
    await call({ method: "DELETE", path: "/v1/sessions/current" });
  } catch (problem) {
    if (!problem.passing && problem.status !== 401) throw problem;
  }
  forget();
}

/** Ends every session of this person; holds only once the server has said so. */
export async function signOutEverywhere() {
  await call({ method: "DELETE", path: "/v1/sessions" });
  forget();
}

/** The account is no more: the phone forgets its tokens. */
export const left = () => forget();

/** An authorised exchange; an access token that ran out is renewed once. */
export async function call(request, sender = send) {
  if (!access || Date.now() > access.until) await renew();
  const used = access;
  try {
    return await sender(signed(request, used));
  } catch (problem) {
    if (problem.status !== 401) throw problem;
    if (access === used) access = null;
    if (!access) await renew();
    return sender(signed(request, access));
  }
}

function signed(request, { token }) {
  return { ...request, header: { ...request.header, Authorization: `Bearer ${token}` } };
}

/** Single flight: who comes while a renewal runs waits for that one. */
function renew() {
  renewing ??= renewed().finally(() => { renewing = null; });
  return renewing;
}

async function renewed() {
  const token = wx.getStorageSync(STORED);
  if (!token) throw over();
  try {
    const request = { method: "POST", path: "/v1/sessions/refresh", data: { refresh_token: token } };
    keep((await send({ ...request, repeatable: true })).data);
  } catch (problem) {
    if (problem.passing) throw problem;
    forget();
    throw over(problem.detail);
  }
}

/** Why it is over is said by the back end, as when the real name moved to another WeChat. */
const over = (detail = "登录已失效，请重新登录。") => new Problem({
  status: 401, code: "sign_in_again", title: "请重新登录", detail,
});

function keep(tokens) {
  const until = Date.now() + tokens.access_expires_in * 1000 - EARLY;
  access = { token: tokens.access_token, until };
  wx.setStorageSync(STORED, tokens.refresh_token);
}

function forget() {
  access = null;
  wx.removeStorageSync(STORED);
}
