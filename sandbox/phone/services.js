// What the back end says before anybody signs in: services open or closed, the office, a banner.

import { VERSION } from "./config.js";
import { send } from "./http.js";
import { field } from "./problem.js";

const STORED = "start";
const FRESH = 10_000;

let known = null;
let askedAt = 0;
let asking = null;

/**
 * The latest word, at most ten seconds old; when it cannot be had the last one this phone has
 * heard, or null: the pages do their work without it.
 */
export async function beginning() {
  known ??= wx.getStorageSync(STORED) || null;
  if (known && Date.now() - askedAt < FRESH) return known.said;
  asking ??= ask().finally(() => { asking = null; });
  try {
    return await asking;
  } catch {
    return known && known.said;
  }
}

async function ask() {
  const header = known ? { "If-None-Match": known.etag } : {};
  const answer = await send({ method: "GET", path: "/v1/start", header });
  askedAt = Date.now();
  if (answer.statusCode === 304) return known.said;
  known = { etag: field(answer.header, "ETag"), said: answer.data };
  wx.setStorageSync(STORED, known);
  return known.said;
}

/** The service of this code if it is closed now, else nothing. */
export const closed = (said, code) => (
  said?.services.find((each) => each.code === code && !each.open) ?? null);

/** Whether these pages are too old for the back end. */
export function outdated({ min_client_version: least }) {
  const [mine, wanted] = [VERSION, least].map((text) => text.split(".").map(Number));
  const place = wanted.findIndex((number, index) => number !== mine[index]);
  return place >= 0 && mine[place] < wanted[place];
}
