// One sitting in front of a replay: what was played is told every few seconds, and when something ends.
//
// What a beat says is kept until the server has heard it: told again it counts once, so whoever does
// not know whether it was heard tells it again, with what came since.

import * as api from "../lectures_api.js";
import { asProblem } from "../problem.js";
import { dropLeft, keepLeft, said, withStretch } from "./left.js";

const EVERY = 10_000;
const NOTHING = { segments: [], looks: {} };
// Signed out, may not watch any more, withdrawn.
const REFUSED = [401, 403, 410];

/**
 * `stands()` gives {position_ms, playing, speed} and has what is being played added before; `heard(far)`
 * hears how far the person is, `away(is)` whether it cannot be told now, `over(problem)` that
 * nothing more will be heard.
 */
export function sitting(lectureId, { stands, heard, away, over }) {
  let id = null;
  let number = 0;
  let segments = [];
  let looks = {};
  let busy = null;
  let ended = false;

  // On its way, and perhaps never heard.
  let sent = NOTHING;

  const state = (now) => ({ sitting: id, number, segments: segments.reduce(withStretch, sent.segments),
    looks: added(sent.looks, looks), position_ms: now.position_ms, speed: now.speed });
  const pending = () => [segments, sent.segments, Object.keys(looks)].some((each) => each.length);
  const keep = (now) => {
    if (id && pending()) keepLeft(lectureId, state(now));
  };

  async function turn() {
    if (!id) {
      const opened = await api.sit(lectureId);
      id = opened.sitting_id;
      number = 0;
    }
    const now = stands();
    keep(now);
    const beat = said(state(now), now.playing);
    number += 1;
    sent = { segments, looks };
    segments = [];
    looks = {};
    try {
      heard(await api.beat(lectureId, id, beat));
    } catch (error) {
      ({ segments, looks } = state(now));
      throw error;
    } finally {
      sent = NOTHING;
    }
    if (pending()) keep(stands());
    else dropLeft(lectureId);
  }

  async function tell() {
    if (ended) return;
    try {
      await turn();
      away(false);
    } catch (error) {
      failed(asProblem(error));
    }
  }
  function failed(problem) {
    const { status } = problem;
    if (problem.passing || status === 409) return away(true);
    if (REFUSED.includes(status)) {
      ended = true;
      clearInterval(timer);
      return over(problem);
    }
    // This sitting is over, and another begins; or what was told makes no sense, and is not told again.
    if (status === 404) id = null;
    else segments = [];
    dropLeft(lectureId);
    return away(false);
  }
  /** One at a time; what comes while one is on its way goes with the next. */
  const once = () => {
    const now = stands();
    keep(now);
    busy ??= tell().finally(() => { busy = null; });
    return busy;
  };
  const connected = ({ isConnected }) => isConnected && once();

  /** While it rests there is nothing to tell. */
  const regularly = () => (stands().playing || pending()) && once();
  const timer = setInterval(regularly, EVERY);
  wx.onAppHide(once);
  wx.onNetworkStatusChange(connected);
  once();
  return {
    played(one) { segments = withStretch(segments, one); },
    looked(page, ms) { looks = added(looks, { [page]: ms }); },
    tell: once,
    async stop() {
      clearInterval(timer);
      wx.offAppHide(once);
      wx.offNetworkStatusChange(connected);
      await busy;
      await once();
      ended = true;
    },
  };
}

const added = (looks, more) => Object.entries(more)
  .reduce((all, [page, ms]) => ({ ...all, [page]: (all[page] ?? 0) + ms }), looks);
