// What this phone remembers between pages: for whom I act, what I have opened, what I have typed.

import * as api from "./api.js";

const SUBJECT = "subject_id";
const SEEN = "seen_reports";
const MOST_SEEN = 200;

const drafts = new Map();

/** What was typed into a form, until it is accepted. In memory: it may be an ID number. */
export const draft = {
  of: (form) => drafts.get(form) ?? {},
  keep: (form, values) => drafts.set(form, values),
  drop: (form) => drafts.delete(form),
};

/**
 * All whom I act for and the one chosen on this phone; the server is told in each request.
 * On a new phone that is the enterprise bound last: reports are of enterprises.
 */
export async function acting() {
  const subjects = await api.subjects();
  const chosen = subjects.find((each) => each.id === wx.getStorageSync(SUBJECT));
  return { subjects, subject: chosen ?? subjects.at(-1) };
}

export const actFor = (subject) => wx.setStorageSync(SUBJECT, subject.id);

export const seen = (id) => (wx.getStorageSync(SEEN) || []).includes(id);

export function markSeen(id) {
  if (seen(id)) return;
  wx.setStorageSync(SEEN, [id, ...(wx.getStorageSync(SEEN) || [])].slice(0, MOST_SEEN));
}

/** The standing consent to exactly this text, if there is one. */
export async function standing(agreement, subjectId = null) {
  let cursor = null;
  do {
    const page = await api.consents(cursor);
    const found = page.items.find((each) => each.text_hash === agreement.text_hash
      && each.subject_id === subjectId && !each.withdrawn_at);
    if (found) return found;
    cursor = page.next;
  } while (cursor);
  return null;
}

export async function agreement(name) {
  return (await api.agreements()).find((each) => each.name === name);
}
