// Asks again and again, each time later, and never while nobody looks.

const FIRST = 2_000;
const MOST = 30_000;
const GROWTH = 1.5;

/** Calls `ask` until it returns true; returns how to stop before. */
export function poll(ask) {
  let wait = FIRST;
  let timer = null;
  let resting = false;

  function arm() {
    clearTimeout(timer);
    if (!resting) timer = setTimeout(turn, wait);
  }
  async function turn() {
    wait = Math.min(wait * GROWTH, MOST);
    if (await ask()) stop();
    else arm();
  }
  function hide() {
    resting = true;
    clearTimeout(timer);
  }
  function show() {
    resting = false;
    wait = FIRST;
    arm();
  }
  function stop() {
    hide();
    wx.offAppHide(hide);
    wx.offAppShow(show);
  }

  wx.onAppHide(hide);
  wx.onAppShow(show);
  arm();
  return stop;
}

/** Asked for again while it runs, `work` runs once more after it. */
export function onceAtATime(work) {
  let running = null;
  let again = false;
  function run() {
    again = running !== null;
    running ??= work().finally(() => {
      running = null;
      return again && run();
    });
    return running;
  }
  return run;
}
