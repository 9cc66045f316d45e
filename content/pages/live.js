// What happens elsewhere, on a page of the console. Without this script the page works as well.
//
// Frames tell only that something changed: the page itself is asked for again, and what is marked
// data-live="…" is put in place of what stood there. Whatever somebody is writing stays as it is.
//
//   data-live-streams   what the page listens to; on one element, which holds all that follows
//   data-live-about     the ticket somebody looks at and types in
//   data-live-from      the address to read anew from, where it is not the one of this page
//   data-live="name"    a part that is read anew
//   data-presence       where it says who looks and who types
//   data-typing         a field in which writing is told; every textarea, where none is marked
//   data-draft          the address where what is written in a form is kept
//   data-arrows         a list in which the arrow keys lead from link to link
//   data-canned         a text that goes into the field in which writing is told, after what is there
"use strict";

(() => {
  const root = document.querySelector("[data-live-streams]");
  const xsrf = document.querySelector("input[name=xsrf]")?.value;
  if (!root || !xsrf || !("WebSocket" in window)) return;

  const LOOK = 7_000;
  const TYPE = 3_000;
  const DRAFT = 2_000;
  const SETTLE = 150;
  const FIRST = 1_000;
  const LONGEST = 30_000;
  const OVER = [4400, 1009];
  const NO_PASS = 4401;
  const OFFLINE = "连不上服务器，页面暂不更新；您写的内容请先不要提交，恢复后会自动更新。";
  const BY_ITSELF = { "X-By-Itself": "1" };

  // Where this page stood when it was made: what came since is told, and nothing is missed.
  const { after, era } = document.currentScript?.dataset ?? {};
  const streams = root.dataset.liveStreams.split(" ").filter(Boolean);
  const about = root.dataset.liveAbout;
  const status = said();
  let socket = null;
  let place = after ? { after: Number(after), era } : {};
  let wait = FIRST;
  let refused = 0;
  let over = false;
  let timer = 0;
  let looking = 0;
  let typedAt = 0;

  // -- the socket --------------------------------------------------------------

  async function connect() {
    clearTimeout(timer);
    if (over || socket || document.visibilityState === "hidden") return;
    socket = "on its way";
    const pass = await fetched("/console/live/passes", { method: "POST", body: form({ xsrf }) });
    if (pass?.status === 401 || pass?.status === 403) {
      socket = null;
      stop("登录已结束，页面不再自动更新，请重新登录。");
      return;
    }
    const known = pass?.ok ? await pass.json() : null;
    if (!known) {
      socket = null;
      later();
      return;
    }
    open(known.live_pass);
  }

  function open(pass) {
    const address = new URL("/v1/live", location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const mine = new WebSocket(address);
    socket = mine;
    mine.addEventListener("open", () => mine.send(JSON.stringify({ pass, streams, ...place })));
    mine.addEventListener("message", ({ data }) => hear(JSON.parse(data)));
    mine.addEventListener("close", ({ code }) => {
      if (socket === mine) socket = null;
      show("");
      if (OVER.includes(code)) stop("页面不再自动更新，请刷新。");
      else if (code === NO_PASS && ++refused < 3) connect();
      else later();
    });
  }

  function later() {
    clearTimeout(timer);
    if (wait > FIRST) tell(OFFLINE);
    timer = setTimeout(connect, wait * (0.5 + Math.random()));
    wait = Math.min(wait * 2, LONGEST);
  }

  function stop(words) {
    over = true;
    clearInterval(looking);
    tell(words);
  }

  const send = (frame) => { if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame)); };

  function hear(frame) {
    if (frame.reset) {
      place = { after: frame.n, era: frame.era };
      refresh();
    } else if ("ready" in frame) {
      if (frame.streams) look();
      if (place.after === undefined) refresh();
      place = { after: Math.max(frame.ready, place.after ?? 0), era: frame.era };
      wait = FIRST;
      refused = 0;
      if (status.textContent === OFFLINE) tell("");
    } else if ("n" in frame) {
      place.after = frame.n;
      refresh();
    } else if (frame.presence) {
      show(frame.presence.words);
    }
  }

  // -- the page ----------------------------------------------------------------

  let reading = null;
  let again = false;

  /** Read anew, once for whatever comes together, and once more for what comes meanwhile. */
  function refresh() {
    again = true;
    reading ??= read().finally(() => { reading = null; });
  }

  async function read() {
    while (again && !over) {
      await new Promise((settled) => setTimeout(settled, SETTLE));
      again = false;
      const answer = await fetched(address(), { headers: { Accept: "text/html" } });
      if (!answer) continue;
      if (answer.redirected) stop("登录已结束，页面不再自动更新，请重新登录。");
      else if (answer.status === 404) stop("这里的内容已不归您查看。");
      else if (answer.ok) swap(new DOMParser().parseFromString(await answer.text(), "text/html"));
    }
  }

  function address() {
    const from = root.dataset.liveFrom;
    return from && from !== location.pathname ? from : location.pathname + location.search;
  }

  function swap(fresh) {
    let changed = false;
    for (const old of document.querySelectorAll("[data-live]")) {
      const its = fresh.querySelector(`[data-live="${CSS.escape(old.dataset.live)}"]`);
      if (!its || writing(old)) continue;
      const now = document.importNode(its, true);
      keepOpen(old, now);
      if (old.isEqualNode(now)) continue;
      const focused = old.contains(document.activeElement) ? way(old, document.activeElement) : null;
      old.replaceWith(now);
      if (focused) (found(now, focused) ?? now).focus({ preventScroll: true });
      changed = true;
    }
    for (const old of root.querySelectorAll("form")) retag(old, fresh);
    document.title = fresh.title;
    if (changed) tell("页面内容已更新。");
  }

  /** Whether somebody is at work in it: a field with the cursor in it, or with something written. */
  function writing(part) {
    const fields = part.querySelectorAll("input:not([type=hidden]), textarea, select");
    return [...fields].some((field) => field === document.activeElement || altered(field));
  }

  function altered(field) {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.options) return [...field.options].some((one) => one.selected !== one.defaultSelected);
    return field.value !== field.defaultValue;
  }

  /**
   * A form says against which state it is sent. One in which somebody writes goes on saying what
   * they saw when they began: the server then tells them what came in between.
   */
  function retag(old, fresh) {
    const tag = old.elements.namedItem("tag");
    if (!tag || writing(old)) return;
    const move = old.elements.namedItem("move")?.value;
    const its = [...fresh.querySelectorAll("form")].find((one) => (
      one.getAttribute("action") === old.getAttribute("action")
      && one.elements.namedItem("move")?.value === move));
    if (its?.elements.namedItem("tag")) tag.value = its.elements.namedItem("tag").value;
  }

  function keepOpen(old, now) {
    const opened = [...old.querySelectorAll("details")];
    [...now.querySelectorAll("details")].forEach((one, number) => {
      if (opened[number]) one.open = opened[number].open;
    });
  }

  /** Where in a part an element is, so that its successor is found: by id, or by its place. */
  function way(part, element) {
    if (element.id) return { id: element.id };
    return { number: [...part.querySelectorAll("a, button, summary, [tabindex]")].indexOf(element) };
  }

  function found(part, { id, number }) {
    if (id) return part.querySelector(`#${CSS.escape(id)}`);
    return [...part.querySelectorAll("a, button, summary, [tabindex]")][number];
  }

  // -- who is there ------------------------------------------------------------

  function show(words) {
    for (const each of document.querySelectorAll("[data-presence]")) {
      each.setAttribute("aria-live", "polite");
      if (each.textContent !== words) each.textContent = words;
    }
  }

  function look() {
    clearInterval(looking);
    if (!about) return;
    send({ looking: about });
    looking = setInterval(() => {
      if (document.visibilityState === "visible" && Date.now() - typedAt > TYPE) send({ looking: about });
    }, LOOK);
  }

  root.addEventListener("input", ({ target }) => {
    const marked = root.querySelector("[data-typing]");
    const tells = marked ? target.matches("[data-typing]") : target.matches("textarea");
    if (about && tells && Date.now() - typedAt >= TYPE) {
      typedAt = Date.now();
      send({ typing: about });
    }
    const kept = target.closest("form[data-draft]");
    if (kept) keep(kept);
  });

  // -- drafts, and the keyboard ------------------------------------------------

  const drafts = new WeakMap();

  function keep(kept) {
    clearTimeout(drafts.get(kept));
    drafts.set(kept, setTimeout(() => {
      const text = kept.elements.namedItem("text")?.value ?? "";
      // Somebody is at work here: this does count as use of the session.
      fetch(kept.dataset.draft, { method: "POST", body: form({ xsrf, text }), redirect: "manual" }).catch(() => {});
    }, DRAFT));
  }

  root.addEventListener("submit", ({ target }) => clearTimeout(drafts.get(target)));

  root.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-canned]");
    const field = chosen && root.querySelector("[data-typing]");
    if (!field) return;
    event.preventDefault();
    field.value = [field.value.trimEnd(), chosen.dataset.canned].filter(Boolean).join("\n");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });

  root.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    if (event.target.matches("textarea")) event.target.form?.requestSubmit();
  });

  root.addEventListener("keydown", (event) => {
    const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const list = way && event.target.closest("[data-arrows]");
    if (!list || event.target.localName !== "a") return;
    const links = [...list.querySelectorAll("a")];
    links[links.indexOf(event.target) + way]?.focus();
    event.preventDefault();
  });

  // -- small things ------------------------------------------------------------

  const form = (values) => new URLSearchParams(values);

  /** An answer, or null while nobody answers. */
  async function fetched(url, options) {
    try {
      return await fetch(url, { ...options, headers: { ...BY_ITSELF, ...options.headers } });
    } catch {
      return null;
    }
  }

  function said() {
    const line = document.createElement("p");
    line.className = "note live-status";
    line.setAttribute("role", "status");
    line.setAttribute("data-test", "live");
    root.append(line);
    return line;
  }

  function tell(words) {
    status.textContent = words;
  }

  function leave() {
    if (about) send({ left: about });
    clearInterval(looking);
  }

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") leave();
    else if (socket) look();
    else { wait = FIRST; connect(); }
  });
  window.addEventListener("online", () => { wait = FIRST; connect(); });
  window.addEventListener("pagehide", () => { leave(); socket?.close?.(); });
  window.addEventListener("pageshow", ({ persisted }) => { if (persisted) connect(); });
  connect();
})();
