// Trying again what the network lost: a little later each time, and visibly.

const FIRST = 400;
const TIMES = 6;
const LONGEST = 5_000;
const LOST = [0, 502, 504];

let troubled = 0;
let tell = () => {};

/** `listener(true)` when something has to be tried again, `listener(false)` when nothing is left. */
export const onTrouble = (listener) => { tell = listener; };

/**
 * Does `work` again while its answer is lost. What fails in the end knows by `lost` that an earlier
 * try may have reached the server after all.
 */
export async function persist(work) {
  let lost = false;
  try {
    for (let wait = FIRST, left = TIMES; ; wait *= 2) {
      try {
        return await work();
      } catch (problem) {
        left -= problem.code === "timeout" ? 2 : 1;
        if (left <= 0 || !again(problem)) throw Object.assign(problem, { lost });
        if (!lost) trouble(1);
        lost = true;
        await pause(problem.retryAfter * 1000 || Math.min(wait, LONGEST) * (0.5 + Math.random()));
      }
    }
  } finally {
    if (lost) trouble(-1);
  }
}

// A key still being worked on (409 with Retry-After) is our own first try.
const again = ({ status, retryAfter }) => (
  LOST.includes(status)
  || (status === 409 && retryAfter > 0 && retryAfter * 1000 <= LONGEST));

function trouble(by) {
  troubled += by;
  tell(troubled > 0);
}

export const pause = (time) => new Promise((later) => setTimeout(later, time));
