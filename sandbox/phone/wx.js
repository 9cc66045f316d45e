// WeChat's `wx` for a browser: the calls this mini program uses, with their signatures and limits.
// In WeChat this file is left out; whatever calls `wx` stays as it is.

import { channels, reserved } from "./dev/channels.js";
import { answered } from "./dev/subscribe.js";

const MOST_AT_ONCE = 10;
const MOST_SOCKETS = 5;
const MOST_TEMPLATES = 3;
const MOST_MEDIA = 20;
const MOST_STORED = 1024 * 1024;
const TIMEOUT = 60_000;
const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"];
const FORBIDDEN_HEADERS = ["cookie", "referer"];
const HOLDER = "sandbox.holder";

const files = new Map();
const waiting = [];
let running = 0;
let sockets = 0;

/** Whose phone this is: the openid that WeChat would know. Of the sandbox, not of `wx`. */
export const holder = () => localStorage.getItem(HOLDER) ?? "";
export const handTo = (openid) => localStorage.setItem(HOLDER, openid);

/** WeChat keeps ten calls running; the eleventh waits its turn. */
async function inTurn(work) {
  if (running < MOST_AT_ONCE) running += 1;
  else await new Promise((turn) => waiting.push(turn));
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}

function settle(name, { success, fail, complete }, promise) {
  promise.then(
    (result) => {
      const answer = { ...result, errMsg: `${name}:ok` };
      success?.(answer);
      complete?.(answer);
    },
    (reason) => {
      const answer = { errMsg: `${name}:fail ${reason?.message ?? reason?.errMsg ?? reason}` };
      fail?.(answer);
      complete?.(answer);
    },
  );
}

function checked(url, header = {}) {
  if (!/^https?:\/\//.test(url)) throw new TypeError(`not an absolute address: ${url}`);
  return checkedHeaders(header);
}

function checkedHeaders(header = {}) {
  for (const name of Object.keys(header)) {
    if (FORBIDDEN_HEADERS.includes(name.toLowerCase())) throw new TypeError(`no ${name} header`);
  }
  return header;
}

/** One exchange without cookies, ended at the time-out; returns a task that can be aborted. */
function exchange(name, options, { method, header, body, read }) {
  const stop = new AbortController();
  const timeout = Math.min(options.timeout ?? TIMEOUT, TIMEOUT);
  settle(name, options, inTurn(async () => {
    let reason = "abort";
    const timer = setTimeout(() => { reason = "timeout"; stop.abort(); }, timeout);
    try {
      const response = await fetch(options.url, {
        method, headers: header, body, signal: stop.signal, credentials: "omit", cache: "no-store",
        // WeChat lets a request go on for a while after its page is hidden.
        keepalive: typeof body === "string" && document.visibilityState === "hidden",
      });
      const answered = await read(response);
      return { statusCode: response.status, header: Object.fromEntries(response.headers),
        cookies: [], ...answered };
    } catch (error) {
      throw stop.signal.aborted ? reason : error;
    } finally {
      clearTimeout(timer);
    }
  }));
  return { abort: () => stop.abort() };
}

const written = (data) => (typeof data === "string" ? data : JSON.stringify(data));

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function request(options) {
  const { url, data, method = "GET", dataType = "json", responseType = "text" } = options;
  const verb = method.toUpperCase();
  if (!METHODS.includes(verb)) throw new TypeError(`wx.request cannot send ${verb}`);
  const header = { "content-type": "application/json", ...checked(url, options.header) };
  const bodiless = verb === "GET" || verb === "HEAD" || data === undefined;
  const target = new URL(url);
  if (verb === "GET") {
    for (const [name, value] of Object.entries(data ?? {})) target.searchParams.set(name, value);
  }
  return exchange("request", { ...options, url: target.href }, {
    method: verb,
    header,
    body: bodiless ? undefined : written(data),
    read: async (response) => {
      if (responseType === "arraybuffer") return { data: await response.arrayBuffer() };
      const text = await response.text();
      return { data: dataType === "json" ? parsed(text) : text };
    },
  });
}

function arrayBufferToBase64(buffer) {
  return btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""));
}

function uploadFile(options) {
  const { url, filePath, name, formData = {} } = options;
  const header = checked(url, options.header);
  if (typeof filePath !== "string" || typeof name !== "string") {
    throw new TypeError("one upload takes one filePath and its field name");
  }
  const body = new FormData();
  for (const [field, value] of Object.entries(formData)) {
    if (typeof value !== "string") throw new TypeError(`form field ${field} is not a string`);
    body.append(field, value);
  }
  const file = files.get(filePath);
  if (!file) throw new TypeError(`no such file: ${filePath}`);
  body.append(name, file, file.name ?? "file");
  return exchange("uploadFile", options, {
    method: "POST", header, body, read: async (response) => ({ data: await response.text() }),
  });
}

// A browser reads only its own origin; the API's is behind /backend, where WeChat goes to directly.
function near(url) {
  const { origin, pathname, search } = new URL(url);
  return origin === location.origin ? url : `${location.origin}/backend${pathname}${search}`;
}

function downloadFile(options) {
  if ("method" in options || "data" in options) throw new TypeError("downloadFile can only GET");
  return exchange("downloadFile", { ...options, url: near(options.url) }, {
    method: "GET",
    header: checked(options.url, options.header),
    read: async (response) => {
      const path = kept(await response.blob(), options.filePath);
      return options.filePath ? { filePath: path } : { tempFilePath: path };
    },
  });
}

function kept(blob, path = `wxfile://tmp_${Date.now()}_${files.size}`) {
  files.set(path, blob);
  return path;
}

/** A browser cannot set the headers of a socket: they are judged, and left out. */
function connectSocket(options) {
  if (!/^wss?:\/\//.test(options.url)) throw new TypeError(`not an address of a socket: ${options.url}`);
  checkedHeaders(options.header);
  if (sockets >= MOST_SOCKETS) throw new TypeError(`more than ${MOST_SOCKETS} sockets`);
  const socket = new WebSocket(options.url, options.protocols ?? []);
  const on = (event, told) => (listener) => socket.addEventListener(event, (said) => listener(told(said)));
  sockets += 1;
  socket.addEventListener("close", () => { sockets -= 1; });
  settle("connectSocket", options, Promise.resolve({}));
  return {
    onOpen: on("open", () => ({ header: {} })),
    onMessage: on("message", ({ data }) => ({ data })),
    onClose: on("close", ({ code, reason }) => ({ code, reason })),
    onError: on("error", () => ({ errMsg: "connectSocket:fail" })),
    send: ({ data, ...rest }) => settle("sendSocketMessage", rest, sent(socket, data)),
    close: ({ code = 1000, reason = "", ...rest } = {}) => settle("closeSocket", rest, closed(socket, code, reason)),
  };
}

async function closed(socket, code, reason) {
  socket.close(code, reason);
  return {};
}

async function sent(socket, data) {
  if (socket.readyState !== WebSocket.OPEN) throw new Error("SocketTask.readyState is not OPEN");
  socket.send(data);
  return {};
}

/** WeChat asks the person, at most about three at a time, and only inside a tap. */
function requestSubscribeMessage(options) {
  const ids = options.tmplIds;
  settle("requestSubscribeMessage", options, (async () => {
    if (!Array.isArray(ids) || !ids.length) throw new Error("tmplIds can't be empty");
    if (ids.length > MOST_TEMPLATES) throw new Error("templateIds count out of max bounds");
    if (!navigator.userActivation?.isActive) throw new Error("can only be invoked by user TAP");
    return answered(holder(), ids);
  })());
}

function login(options) {
  const asked = new Promise((success, fail) => {
    const url = new URL("/sandbox/wx/login", location.href).href;
    request({ url, method: "POST", data: { openid: holder() }, success, fail });
  });
  settle("login", options, asked.then(({ statusCode, data }) => {
    if (statusCode !== 200) throw new Error(`status ${statusCode}`);
    return { code: data.code };
  }));
}

function chosen(accept, most = 1) {
  return new Promise((resolve, reject) => {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = accept;
    input.multiple = most > 1;
    input.addEventListener("change", () => resolve([...input.files].slice(0, most)));
    input.addEventListener("cancel", () => reject(new Error("cancel")));
    input.click();
  });
}

function chooseMessageFile(options) {
  const accept = (options.extension ?? []).map((ending) => `.${ending}`).join(",");
  settle("chooseMessageFile", options, chosen(accept, options.count).then((chosenFiles) => ({
    tempFiles: chosenFiles.map((file) => ({ path: kept(file), name: file.name, size: file.size })),
  })));
}

/** Photographs from the album or the camera; WeChat tells no names of them. */
function chooseMedia(options) {
  const { count = 9, mediaType = ["image", "video"] } = options;
  settle("chooseMedia", options, (async () => {
    if (count > MOST_MEDIA) throw new Error("parameter error: count out of range");
    const accept = mediaType.map((type) => `${type}/*`).join(",");
    const pictures = await chosen(accept, count);
    return {
      type: "image",
      tempFiles: pictures.map((file) => (
        { tempFilePath: kept(file), size: file.size, fileType: "image" })),
    };
  })());
}

/** WeChat reads with the camera; here a picture is chosen, where the browser can read codes. */
function scanCode(options) {
  settle("scanCode", options, chosen("image/*").then(async ([picture]) => {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    const [code] = await detector.detect(await createImageBitmap(picture));
    if (!code) throw new Error("no code found");
    return { result: code.rawValue, scanType: "QR_CODE" };
  }));
}

function openDocument(options) {
  settle("openDocument", options, (async () => {
    const file = files.get(options.filePath);
    const address = URL.createObjectURL(new Blob([file], { type: "application/pdf" }));
    window.open(address, "_blank", "noopener");
    return {};
  })());
}

function previewImage(options) {
  settle("previewImage", options, (async () => {
    const path = options.current ?? options.urls[0];
    const picture = files.has(path) ? URL.createObjectURL(new Blob([files.get(path)], { type: "image/jpeg" })) : path;
    window.open(picture, "_blank", "noopener");
    return {};
  })());
}

function saveFileToDisk(options) {
  settle("saveFileToDisk", options, (async () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(files.get(options.filePath));
    link.download = options.filePath.split("/").pop();
    link.click();
    return {};
  })());
}

// WeChat keeps the storage of each of its users apart; so does this.
const shelf = (key) => `wx.${holder()}.${key}`;

function setClipboardData(options) {
  settle("setClipboardData", options, copied(options.data));
}

// A browser gives its clipboard to secure pages only; elsewhere there is the old way.
async function copied(text) {
  if (navigator.clipboard) await navigator.clipboard.writeText(text);
  else if (!copiedByHand(text)) throw new Error("copy");
  return {};
}

function copiedByHand(text) {
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

function setStorageSync(key, value) {
  const text = JSON.stringify(value);
  if (text.length > MOST_STORED) throw new Error("setStorageSync:fail exceed max length");
  localStorage.setItem(shelf(key), text);
}

function getStorageSync(key) {
  const text = localStorage.getItem(shelf(key));
  return text === null ? "" : JSON.parse(text);
}

function whenVisible(state) {
  const listeners = new Map();
  return {
    on(listener) {
      const heard = () => document.visibilityState === state && listener();
      listeners.set(listener, heard);
      document.addEventListener("visibilitychange", heard);
      window.addEventListener("pagehide", heard);
    },
    off: (listener) => {
      document.removeEventListener("visibilitychange", listeners.get(listener));
      window.removeEventListener("pagehide", listeners.get(listener));
    },
  };
}

const networks = new Map();

function onNetworkStatusChange(listener) {
  const heard = () => listener({ isConnected: navigator.onLine, networkType: "unknown" });
  networks.set(listener, heard);
  for (const event of ["online", "offline"]) window.addEventListener(event, heard);
}

function offNetworkStatusChange(listener) {
  for (const event of ["online", "offline"]) window.removeEventListener(event, networks.get(listener));
}

/** The live room of a WeChat Channel, and its announcement: only named here. */
function openChannelsLive(options) {
  settle("openChannelsLive", options, channels(options.finderUserName));
}

function getChannelsLiveNoticeInfo(options) {
  settle("getChannelsLiveNoticeInfo", options,
    Promise.resolve({ noticeId: `notice-${options.finderUserName}`, status: 0, reservable: true }));
}

function reserveChannelsLive(options) {
  settle("reserveChannelsLive", options, reserved(options.noticeId).then((state) => ({ state })));
}

const shown = whenVisible("visible");
const hidden = whenVisible("hidden");

globalThis.wx = Object.freeze({
  env: Object.freeze({ USER_DATA_PATH: "wxfile://usr" }),
  canIUse: (name) => name in wx && (name !== "scanCode" || "BarcodeDetector" in globalThis),
  login, request, arrayBufferToBase64, uploadFile, downloadFile, connectSocket, requestSubscribeMessage,
  chooseMedia, chooseMessageFile, scanCode, openDocument, previewImage, saveFileToDisk,
  openChannelsLive, getChannelsLiveNoticeInfo, reserveChannelsLive,
  onNetworkStatusChange, offNetworkStatusChange, setClipboardData, setStorageSync, getStorageSync,
  removeStorageSync: (key) => localStorage.removeItem(shelf(key)),
  onAppShow: shown.on, offAppShow: shown.off, onAppHide: hidden.on, offAppHide: hidden.off,
});
