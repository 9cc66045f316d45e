// What of a recording was truly played: stretches, each from where it began to where it stood last.

// A player tells where it is four times a second; what moves faster than it plays has jumped.
const LATE = 0.75;
const EVEN = 1.25;

/** `add({from_ms, to_ms, speed})` hears of each stretch once it ends; `cut()` ends one and goes on. */
export function played(media, add) {
  let from = null;
  let at = 0;
  let heardAt = 0;
  let speed = 1;
  let stood = null;

  function begin() {
    if (from !== null || media.paused || media.seeking || media.ended) return;
    at = media.currentTime;
    // It goes on where it stood, though it says so a moment later.
    from = stood !== null && at >= stood && at - stood < LATE ? stood : at;
    stood = null;
    heardAt = performance.now();
    speed = media.playbackRate;
  }
  function end() {
    if (from !== null && ms(at) > ms(from)) add({ from_ms: ms(from), to_ms: ms(at), speed });
    from = null;
  }
  /** Where it stands now, if it can have been played until there. */
  function reach() {
    if (from === null) return;
    const now = performance.now();
    const moved = media.currentTime - at;
    if (moved < 0 || moved > ((now - heardAt) / 1000) * speed * EVEN + LATE) {
      end();
      return;
    }
    at = media.currentTime;
    heardAt = now;
  }
  function over() {
    if (!media.seeking) reach();
    if (from !== null) stood = at;
    end();
  }
  function elsewhere() {
    end();
    stood = null;
  }
  function cut() {
    over();
    begin();
  }
  const heard = {
    playing: begin,
    seeked: begin,
    timeupdate: () => {
      if (!media.seeking) reach();
      begin();
    },
    ratechange: cut,
    // It stands elsewhere already: what counts is where it was.
    seeking: elsewhere, emptied: elsewhere, error: elsewhere,
    pause: over, waiting: over, ended: over,
  };
  for (const [event, listener] of Object.entries(heard)) media.addEventListener(event, listener);
  return {
    cut,
    stop() {
      over();
      for (const [event, listener] of Object.entries(heard)) media.removeEventListener(event, listener);
    },
  };
}

const ms = (seconds) => Math.round(seconds * 1000);
