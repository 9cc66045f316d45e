// What was played and not told yet, kept on this phone by lecture: told when the network is back.

import * as api from "../lectures_api.js";
import { asProblem } from "../problem.js";
import { signedIn } from "../session.js";

const STORED = "watched";
const MOST_LECTURES = 20;
/** As many as the server takes at once. */
export const MOST_SEGMENTS = 200;

const all = () => wx.getStorageSync(STORED) || {};

/** What is left of a lecture; the lecture kept longest ago makes room for another. */
export function keepLeft(lectureId, state) {
  const { [lectureId]: _, ...others } = all();
  const kept = Object.entries(others).slice(1 - MOST_LECTURES);
  wx.setStorageSync(STORED, Object.fromEntries([...kept, [lectureId, state]]));
}

export function dropLeft(lectureId) {
  const { [lectureId]: gone, ...others } = all();
  if (gone) wx.setStorageSync(STORED, others);
}

let telling = null;

/** Tell what earlier visits left, each to its own sitting; what cannot be told now stays. */
export function tellLeft() {
  telling ??= tellAll().finally(() => { telling = null; });
  return telling;
}

async function tellAll() {
  if (!signedIn()) return;
  for (const [lectureId, { sitting, ...state }] of Object.entries(all())) {
    try {
      await api.beat(lectureId, sitting, said(state, false));
    } catch (error) {
      const { passing, status } = asProblem(error);
      if (passing || status === 401) return;
    }
    dropLeft(lectureId);
  }
}

/** A beat of it. */
export const said = ({ number, position_ms: position, speed, segments, looks }, playing) => ({
  number, position_ms: position, speed, playing, segments: segments.slice(-MOST_SEGMENTS),
  looks: Object.entries(looks).slice(0, MOST_SEGMENTS)
    .map(([page, ms]) => ({ page: Number(page), ms: Math.round(ms) })),
});

/** One more stretch; what goes on where the last one ended is one with it. */
export function withStretch(segments, one) {
  const last = segments.at(-1);
  if (last && last.to_ms === one.from_ms && last.speed === one.speed) {
    return [...segments.slice(0, -1), { ...last, to_ms: one.to_ms }];
  }
  return [...segments, one].slice(-MOST_SEGMENTS);
}
