// What this phone remembers between pages: for whom I act, what I have opened, what I have typed.

import * as api from "./api.js";
import { can } from "./duties.js";
import { beginning } from "./services.js";

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
 * All whom I act for and the one chosen on this phone, or `wanted`; the server is told in each
 * request. On a new phone that is the enterprise bound last, else oneself.
 */
export async function acting(wanted = wx.getStorageSync(SUBJECT)) {
  const subjects = await api.subjects();
  const chosen = subjects.find((each) => each.id === wanted);
  if (chosen) actFor(chosen);
  return { subjects, subject: chosen ?? enterpriseOf(subjects) ?? subjects[0] };
}

/** The enterprise bound last for which reports can be requested. */
export const enterpriseOf = (subjects) => (
  subjects.findLast((each) => each.kind === "enterprise" && can(each, "request")));

export const actFor = (subject) => wx.setStorageSync(SUBJECT, subject.id);

export const seen = (id) => (wx.getStorageSync(SEEN) || []).includes(id);

export function markSeen(id) {
  if (seen(id)) return;
  wx.setStorageSync(SEEN, [id, ...(wx.getStorageSync(SEEN) || [])].slice(0, MOST_SEEN));
}

/** The standing consent to exactly this text, of which the hash will do, if there is one. */
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

/** Whether the person has agreed to the text in force. Its hash comes with the first call. */
export async function agreedTo(name) {
  const said = await beginning();
  const text = said?.agreements.find((each) => each.name === name) ?? await agreement(name);
  return !text || await standing(text) !== null;
}

export async function agreement(name) {
  return (await api.agreements()).find((each) => each.name === name);
}
