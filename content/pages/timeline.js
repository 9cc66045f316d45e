// Chapters and pages marked while the recording plays. The two text fields are all there is: a key
// writes a line into one of them, and the page shown beside follows from what stands there.
//
//   data-timeline          the player, with data-pages and data-previews where there are slides
//   data-turn              a button: so many pages on, at this moment
//   data-chapter           a button: a chapter begins at this moment
//   data-page, data-page-image   which page is shown, and its picture
//   data-timeline-news     where it says what was written
//
// A chapter that begins wants its title: the recording stops, the field is written in, and Enter leaves
// it again, so that the next key is a key and no letter. The recording goes on if it was playing.
"use strict";

(() => {
  const place = document.querySelector("[data-timeline]");
  if (!place) return;
  const LINE = /^(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)(?:\.(\d{1,3}))?\s+(.+)$/;
  const video = place.querySelector("video");
  const cues = document.getElementById("cues");
  const chapters = document.getElementById("chapters");
  const news = place.querySelector("[data-timeline-news]");
  const pages = Number(place.dataset.pages ?? 0);

  const two = (number) => String(number).padStart(2, "0");

  function clock(ms) {
    const seconds = Math.floor(ms / 1000);
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
    const parts = ms % 1000 ? `.${String(ms % 1000).padStart(3, "0")}` : "";
    const rest = `${two(seconds % 60)}${parts}`;
    return hours ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
  }

  function read(line) {
    const found = LINE.exec(line.trim());
    if (!found) return null;
    const [, hours = "0", minutes, seconds, parts = "", what] = found;
    const whole = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
    return { at: whole + Number(parts.padEnd(3, "0")), what };
  }

  // A tenth of a second is as near as a hand comes.
  const now = () => Math.round(video.currentTime * 10) * 100;

  function pageAt(ms) {
    let page = 1;
    for (const line of cues.value.split("\n")) {
      const cue = read(line);
      if (cue && cue.at <= ms) page = Number(/\d+/.exec(cue.what)?.[0] ?? page);
    }
    return page;
  }

  // In the order of time; a line of the same moment gives way.
  function write(field, at, what) {
    const kept = field.value.split("\n").filter((line) => line.trim() && read(line)?.at !== at);
    const before = kept.findIndex((line) => (read(line)?.at ?? -1) > at);
    kept.splice(before < 0 ? kept.length : before, 0, `${clock(at)} ${what}`);
    field.value = kept.join("\n");
    news.textContent = `已记下：${clock(at)} ${what}`;
    show();
  }

  function turn(by) {
    const page = pageAt(now()) + by;
    if (page < 1 || page > pages) {
      news.textContent = "没有更多的页了。";
      return;
    }
    write(cues, now(), String(page));
  }

  let naming = false;
  let goesOn = false;

  function chapter() {
    goesOn = !video.paused;
    video.pause();
    const at = now();
    write(chapters, at, "新章节");
    news.textContent = `已记下：${clock(at)} 新章节。请写标题，写好按回车。`;
    const line = `${clock(at)} 新章节`;
    // From the beginning of a line: 0:50 stands in 10:50 too.
    const begin = `\n${chapters.value}`.indexOf(`\n${line}`) + line.length - 3;
    chapters.focus();
    chapters.setSelectionRange(begin, begin + 3);
    naming = true;
  }

  // The Enter that ends a word of an input method (229 where it ends it first) does not end the title.
  function named(event) {
    const composing = event.isComposing || event.keyCode === 229;
    if (!naming || event.key !== "Enter" || event.shiftKey || composing) return;
    event.preventDefault();
    video.focus();
    news.textContent = "章节已记下，可以继续按键。";
    if (goesOn) video.play();
  }

  let shown = 1;
  function show() {
    if (!pages) return;
    const page = Math.min(pageAt(video.currentTime * 1000), pages);
    if (page === shown) return;
    shown = page;
    place.querySelector("[data-page]").textContent = String(page);
    const address = `${place.dataset.previews}${String(page).padStart(4, "0")}.jpg`;
    place.querySelector("[data-page-image]").src = address;
  }

  const keys = { n: () => turn(1), b: () => turn(-1), c: chapter };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("textarea, input, select");
    const key = keys[event.key.toLowerCase()];
    if (typing || !key || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.toLowerCase() !== "c" && !pages) return;
    event.preventDefault();
    key();
  });
  for (const button of place.querySelectorAll("[data-turn]")) {
    button.addEventListener("click", () => turn(Number(button.dataset.turn)));
  }
  place.querySelector("[data-chapter]").addEventListener("click", chapter);
  chapters.addEventListener("keydown", named);
  // Who goes elsewhere in the text, or leaves it, writes as in any other.
  for (const what of ["blur", "pointerdown"]) chapters.addEventListener(what, () => (naming = false));
  video.addEventListener("timeupdate", show);
  video.addEventListener("seeked", show);
  cues.addEventListener("input", show);
  show();
})();
