// What happens elsewhere, told to this phone as it happens, over one socket for all pages.
//
//   const stop = listen([`ticket:${id}`], { event, presence, reset });
//   typing(id);
//
// `event` gets ids and kinds, never content: whoever hears of a change asks for the thing itself.
// `reset` is called when what happened meanwhile is not known, as between the page's own reading and
// the first word of the socket: load anew. The own stream of the person is heard by everyone who
// listens. docs/live.md says what goes over the socket.

import { API } from "./config.js";
import { call } from "./session.js";

const ADDRESS = `${API.replace(/^http/, "ws")}/v1/live`;
const FIRST = 1_000;
const LONGEST = 30_000;
const LOOK = 7_000;
const TYPE = 3_000;
const MOST_REFUSED = 3;
const NO_PASS = 4401;
const MENDS_NOTHING = [4400, 1009];
const TICKET = "ticket:";

const listeners = new Set();
let socket = null;
let opening = false;
let followed = new Set();
let place = {};
let wait = FIRST;
let refused = 0;
let timer = null;
let looking = null;
let typedAt = 0;

/** Hear of these streams from now on; returns how to stop. */
export function listen(streams, { event = () => {}, presence = () => {}, reset = () => {} }) {
  const listener = { streams, event, presence, reset, heard: false, present: false };
  listeners.add(listener);
  if (listeners.size === 1) begin();
  else follow();
  return () => {
    if (!listeners.delete(listener)) return;
    if (listeners.size) follow();
    else end();
  };
}

/** Whether what happens is told now; else whoever wants to know has to ask. */
export const telling = () => socket !== null && [...listeners].every(({ heard }) => heard);

/** Somebody is typing in a ticket: told at most every three seconds. */
export function typing(ticketId) {
  if (Date.now() - typedAt < TYPE) return;
  typedAt = Date.now();
  send({ typing: ticketId });
}

const wanted = () => new Set([...listeners].flatMap(({ streams }) => streams));

function begin() {
  wx.onAppHide(hide);
  wx.onAppShow(show);
  connect();
}

function end() {
  wx.offAppHide(hide);
  wx.offAppShow(show);
  hide();
  place = {};
}

/** WeChat lets no socket live long behind other apps: let go, and resume when somebody looks. */
function hide() {
  clearTimeout(timer);
  clearInterval(looking);
  socket?.close({});
  socket = null;
}

function show() {
  wait = FIRST;
  refused = 0;
  connect();
}

async function connect() {
  clearTimeout(timer);
  if (opening || socket || !listeners.size) return;
  opening = true;
  try {
    const { data } = await call({ method: "POST", path: "/v1/live/passes" });
    if (listeners.size) open(data.live_pass);
  } catch (problem) {
    // Who is signed out is led to sign in by what they do next, not by this.
    if (problem.status !== 401) later();
  } finally {
    opening = false;
  }
}

function open(pass) {
  const mine = wx.connectSocket({ url: ADDRESS, fail: () => {} });
  socket = mine;
  followed = wanted();
  mine.onOpen(() => {
    mine.send({ data: JSON.stringify({ pass, streams: [...followed], ...place }) });
  });
  mine.onMessage(({ data }) => { if (socket === mine) hear(JSON.parse(data)); });
  mine.onError(() => {});
  mine.onClose(({ code }) => {
    if (socket !== mine) return;
    socket = null;
    clearInterval(looking);
    forget();
    if (MENDS_NOTHING.includes(code)) return;
    if (code === NO_PASS && (refused += 1) < MOST_REFUSED) connect();
    else later();
  });
}

/** Nobody is known to be there until the next socket says so. */
function forget() {
  for (const listener of [...listeners].filter(({ present }) => present)) {
    listener.present = false;
    listener.presence({ looking: [], typing: [], words: "" });
  }
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(connect, wait * (0.5 + Math.random()));
  wait = Math.min(wait * 2, LONGEST);
}

function hear(frame) {
  if (frame.reset) {
    place = { after: frame.n, era: frame.era };
    for (const { reset } of [...listeners]) reset();
  } else if ("ready" in frame) {
    place = { after: Math.max(frame.ready, place.after ?? 0), era: frame.era };
    wait = FIRST;
    refused = 0;
    if (frame.streams) ready(new Set(frame.streams));
  } else if ("n" in frame) {
    place.after = frame.n;
    for (const { event } of [...listeners]) event(frame);
  } else if (frame.presence) {
    for (const listener of [...listeners]) {
      if (!listener.streams.includes(TICKET + frame.presence.about)) continue;
      listener.present = frame.presence.words !== "";
      listener.presence(frame.presence);
    }
  }
}

function ready(now) {
  for (const listener of [...listeners]) {
    if (listener.heard || !listener.streams.every((stream) => now.has(stream))) continue;
    listener.heard = true;
    listener.reset();
  }
  follow();
  clearInterval(looking);
  look();
  looking = setInterval(look, LOOK);
}

/** Nobody is told that a citizen looks; it keeps what the butler writes coming. */
function look() {
  for (const stream of followed) {
    if (stream.startsWith(TICKET) && Date.now() - typedAt > TYPE) {
      send({ looking: stream.slice(TICKET.length) });
    }
  }
}

/** Tell the server what has changed in what is followed. */
function follow() {
  if (!socket) return;
  const now = wanted();
  const added = [...now].filter((stream) => !followed.has(stream));
  const dropped = [...followed].filter((stream) => !now.has(stream));
  if (!added.length && !dropped.length) return;
  followed = now;
  send({
    ...(added.length && { follow: added }),
    ...(dropped.length && { unfollow: dropped }),
  });
}

function send(frame) {
  socket?.send({ data: JSON.stringify(frame), fail: () => {} });
}
