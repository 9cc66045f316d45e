// Times, sizes and states in words. Times are told in Shanghai, wherever the phone is.

const SHANGHAI = 8 * 3600 * 1000;
const DAY = 24 * 3600 * 1000;

const pad = (number) => String(number).padStart(2, "0");
const shifted = (instant) => new Date(Date.parse(instant) + SHANGHAI);

/** 2026年11月23日, of an instant or of a civil date. */
export function day(instant) {
  const date = instant.length === 10 ? new Date(instant) : shifted(instant);
  return `${date.getUTCFullYear()}年${date.getUTCMonth() + 1}月${date.getUTCDate()}日`;
}

/** 2026年11月23日 15:30 */
export function moment(instant) {
  const date = shifted(instant);
  return `${day(instant)} ${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}`;
}

/** Today in Shanghai as 2026-11-23, moved by some months and days. */
export function civil({ months = 0, days = 0 } = {}) {
  const today = new Date(Date.now() + SHANGHAI);
  const last = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + months + 1, 0));
  last.setUTCDate(Math.min(last.getUTCDate(), today.getUTCDate()) + days);
  return last.toISOString().slice(0, 10);
}

export const daysUntil = (instant, now) => Math.ceil((Date.parse(instant) - now) / DAY);

export const grouped = (number) => number.toLocaleString("zh-CN");

export const periodText = ({ from, until }) => `${day(from)}至${day(until)}`;

/** 1.2 MB, of a number of bytes. */
export const size = (bytes) => (bytes < 1e6
  ? `${Math.ceil(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`);

/** 12:30 or 1:02:30, of milliseconds of a recording. */
export function clock(ms) {
  const seconds = Math.floor(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = pad(seconds % 60);
  return hours ? `${hours}:${pad(minutes)}:${rest}` : `${minutes}:${rest}`;
}

const STATES = {
  queued: ["排队中", "waiting"],
  fetching: ["查询中", "waiting"],
  delayed: ["稍后完成", "waiting"],
  ready: ["已出具", "good"],
  failed: ["未能出具", "bad"],
  expired: ["已过期", "over"],
  superseded: ["已有新报告", "over"],
  revoked: ["已作废", "bad"],
};

/** A state's short word and how it is toned; the word never leaves it to the colour. */
export function state(name) {
  const [word, tone] = STATES[name] ?? [name, "over"];
  return { word, tone };
}

export const waiting = (name) => state(name).tone === "waiting";
