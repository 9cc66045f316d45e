// Where a replay is seen or heard: the player itself, kept going where the network or an address fails.

import { fill, h } from "../dom.js";
import { asProblem, Problem } from "../problem.js";
import { played } from "./played.js";

const HLS = "application/vnd.apple.mpegurl";
const SLOW = 3_000;
const FIRST = 2_000;
const LONGEST = 15_000;
// Of the errors of a player: it cannot make anything of what it was given.
const UNPLAYABLE = [3, 4];
const MOST_FAILED = 3;

/**
 * `files` is what the server gave for it; `renewed()` asks for it anew. `heard`:
 * {time(ms, playing), played(stretch), paused() and moved too, speed(rate), slow(is), trouble(is), over(problem)}.
 */
export function stage({ files, renewed, title, heard }) {
  const node = h("div", { class: "stage" });
  let now = files;
  let media = null;
  let stretches = null;
  let at = 0;
  let speed = 1;
  let wanted = false;
  let streams = true;
  let mending = false;
  let gone = false;
  let slowly = null;
  let failed = 0;

  const streaming = (kind) => kind === "video" && streams && now.hls
    && document.createElement("video").canPlayType(HLS) !== "";
  const source = (kind) => (kind === "sound" ? now.audio : streaming(kind) ? now.hls : now.video).url;

  /** What plays from a moment on. */
  function put(kind, ms, going) {
    release();
    wanted = going;
    at = ms;
    const given = kind === "video"
      ? { playsinline: true, poster: now.poster, preload: "auto" } : { preload: "auto" };
    media = h(kind === "video" ? "video" : "audio", { ...given, controls: true, test: "media", "data-kind": kind,
      "aria-label": title, src: source(kind) });
    media.defaultPlaybackRate = speed;
    stretches = played(media, heard.played);
    listen(media);
    fill(node, media);
    if (going) doubt();
  }
  function listen(mine) {
    const on = (event, work) => mine.addEventListener(event, () => { if (mine === media) work(); });
    on("loadedmetadata", () => {
      mine.currentTime = at / 1000;
      mine.playbackRate = speed;
      // Where a browser wants a tap first, its own button is there.
      if (wanted) mine.play().catch(() => {});
    });
    on("timeupdate", () => {
      if (mine.readyState < 1 || mine.seeking) return;
      at = Math.round(mine.currentTime * 1000);
      if (!mine.paused) calm();
      heard.time(at, !mine.paused);
    });
    on("seeked", () => {
      at = Math.round(mine.currentTime * 1000);
      heard.time(at, !mine.paused);
      heard.paused();
    });
    on("playing", () => {
      wanted = true;
      failed = 0;
      calm();
    });
    // A player that fails pauses too: that is no wish.
    on("pause", () => {
      if (!mine.error && !mending) wanted = false;
      calm();
      heard.paused();
    });
    on("waiting", doubt);
    on("ended", () => heard.paused());
    // By the player's own menu too.
    on("ratechange", () => {
      if (mine.readyState < 1) return;
      speed = mine.playbackRate;
      heard.speed(speed);
    });
    on("error", mend);
  }
  /** It may be only a moment. */
  function doubt() {
    clearTimeout(slowly);
    slowly = setTimeout(() => heard.slow(true), SLOW);
  }
  function calm() {
    clearTimeout(slowly);
    heard.slow(false);
  }

  /** The address ran out, or the network did: another address, at the same second. */
  async function mend() {
    if (mending || gone) return;
    failed += 1;
    if (failed > MOST_FAILED) {
      heard.over(unplayable());
      return;
    }
    mending = true;
    const { kind } = media.dataset;
    if (streaming(kind) && UNPLAYABLE.includes(media.error?.code)) streams = false;
    for (let wait = FIRST; !gone; wait = Math.min(wait * 2, LONGEST)) {
      try {
        now = await renewed();
        break;
      } catch (error) {
        const problem = asProblem(error);
        if (!problem.passing) {
          mending = false;
          heard.over(problem);
          return;
        }
        heard.trouble(true);
        await connectedOr(wait);
      }
    }
    mending = false;
    if (gone) return;
    heard.trouble(false);
    put(kind, at, wanted);
  }

  function release() {
    clearTimeout(slowly);
    stretches?.stop();
    if (!media) return;
    const old = media;
    media = null;
    old.pause();
    old.removeAttribute("src");
    old.load();
  }
  return {
    node,
    put,
    at: () => at,
    kind: () => media?.dataset.kind,
    /** What the player is doing, with all that it played told before. */
    stands() {
      stretches?.cut();
      return { position_ms: at, playing: Boolean(media && !media.paused && !media.ended), speed };
    },
    seek(ms) {
      at = ms;
      if (media?.readyState > 0) media.currentTime = ms / 1000;
    },
    faster(to) {
      speed = to;
      if (media) media.playbackRate = to;
    },
    play: () => media?.play().catch(() => {}),
    stop() {
      gone = true;
      release();
      fill(node);
    },
  };
}

/** After a while, or as soon as the phone is back in a network. */
function connectedOr(time) {
  return new Promise((done) => {
    const over = () => {
      clearTimeout(timer);
      wx.offNetworkStatusChange(heard);
      done();
    };
    const heard = ({ isConnected }) => isConnected && over();
    const timer = setTimeout(over, time);
    wx.onNetworkStatusChange(heard);
  });
}

const unplayable = () => new Problem({ code: "unplayable", title: "播放不了",
  detail: "这部手机播放不了这个文件，或者网络一再中断。请重试；仍然不行的，换成听讲看课件试试。" });
