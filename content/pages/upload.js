// A file sent in parts, and how the work on it goes.
//
// A part that does not come through is sent again, ever more rarely, until it does or somebody
// pauses. Which parts are in, the server says: after a break or a reload the same file, by its name
// and size, goes on where it was. Every part carries its SHA-256, and the end one over all of them.
//
//   data-upload            the form: what the file is for, the file, the lecture
//   data-upload-stop       the button that pauses
//   data-upload-progress   where a bar shows how far it is, data-upload-percent in words
//   data-upload-status     where it says what happens
//   data-media-follow      a part of a page about a file that is worked on: steps are shown anew
"use strict";

(() => {
  const AT_ONCE = 3;
  const FIRST = 1_000;
  const LONGEST = 30_000;
  const LOOK = 2_000;
  const BY_ITSELF = { "X-By-Itself": "1" };
  const STEP_STATES = { waiting: "等待", working: "进行中", done: "完成", failed: "失败" };

  const pause = (time) => new Promise((done) => setTimeout(done, time));
  const hex = (bytes) => [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");

  class Refused extends Error {}

  // -- sending -----------------------------------------------------------------

  class Sending {
    constructor(form, file) {
      this.form = form;
      this.file = file;
      this.xsrf = form.elements.xsrf.value;
      this.kind = form.elements.kind.value;
      this.of = form.elements.of.value;
      this.key = `upload:${this.of}:${this.kind}:${file.name}:${file.size}`;
      this.stopped = false;
    }

    async run() {
      const media = (await this.known()) ?? (await this.begun());
      localStorage.setItem(this.key, media.id);
      if (media.state === "uploading") await this.parts(media);
      localStorage.removeItem(this.key);
      return media.id;
    }

    // One that was begun before, if it is still there.
    async known() {
      const id = localStorage.getItem(this.key);
      if (!id) return null;
      const answer = await this.asked(`/console/media/${id}/state`, {}, [404]);
      return answer.ok ? answer.json() : null;
    }

    async begun() {
      const { name, size } = this.file;
      const answer = await this.asked("/console/media", this.posted({ of: this.of, kind: this.kind, name, size }));
      return answer.json();
    }

    async parts(media) {
      const digests = new Array(media.parts);
      const missing = new Set(media.missing);
      const left = Array.from({ length: media.parts }, (_, index) => index + 1);
      let done = media.parts - missing.size;
      this.tell(done, media.parts);
      const one = async () => {
        for (let number = left.shift(); number !== undefined; number = left.shift()) {
          if (this.stopped) return;
          digests[number - 1] = await this.part(media, number, missing.has(number));
          if (missing.has(number)) this.tell(++done, media.parts);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, one));
      if (this.stopped) throw new Refused("已暂停。再次点击“上传”会接着传。");
      const all = new Uint8Array(await new Blob(digests).arrayBuffer());
      const digest = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", all)));
      await this.asked(`/console/media/${media.id}/finish`, this.posted({ digest }));
    }

    // Its digest; what is in already is only read again.
    async part(media, number, wanted) {
      const begin = (number - 1) * media.part_size;
      const content = await this.file.slice(begin, begin + media.part_size).arrayBuffer().catch(() => {
        throw new Refused("文件读不出来，可能已被移动或修改，请重新选择。");
      });
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
      if (wanted) {
        const named = `sha-256=:${btoa(String.fromCharCode(...digest))}:`;
        await this.asked(`/console/media/${media.id}/parts/${number}`, {
          method: "PUT",
          body: content,
          headers: { "Content-Type": "application/octet-stream", "Content-Digest": named, "X-Xsrf": this.xsrf },
        });
      }
      return digest;
    }

    posted(fields) {
      return { method: "POST", body: new URLSearchParams({ xsrf: this.xsrf, ...fields }) };
    }

    // Until it is answered; what is refused is said in the server's words.
    async asked(address, how, fine = []) {
      for (let wait = FIRST; ; wait = Math.min(wait * 2, LONGEST)) {
        const answer = await fetch(address, { ...how, redirect: "error" }).catch(() => null);
        if (answer && (answer.ok || fine.includes(answer.status))) return answer;
        if (this.stopped) throw new Refused("已暂停。再次点击“上传”会接着传。");
        const problem = await answer?.json().catch(() => null);
        if (answer && answer.status < 500 && answer.status !== 429 && problem?.code !== "in_flight") {
          throw new Refused(problem?.detail ?? "上传被拒绝，请刷新页面后再试。");
        }
        say(this.form, `连接中断，${Math.round(wait / 1000)} 秒后自动重试……`);
        await Promise.race([pause(wait), new Promise((on) => addEventListener("online", on, { once: true }))]);
      }
    }

    tell(done, parts) {
      const percent = Math.floor((done * 100) / parts);
      const place = this.form.querySelector("[data-upload-progress]");
      place.hidden = false;
      place.querySelector("progress").value = percent;
      place.querySelector("[data-upload-percent]").textContent = `${percent}%`;
      say(this.form, done < parts ? "正在上传，请不要关闭页面……" : "正在核对……");
    }
  }

  function say(form, words) {
    const place = form.querySelector("[data-upload-status]");
    if (place.textContent !== words) place.textContent = words;
  }

  function prepare(form) {
    const { kind, file } = form.elements;
    const stop = form.querySelector("[data-upload-stop]");
    const button = form.querySelector("[type=submit]");
    let sending = null;

    const accept = () => (file.accept = kind.selectedOptions[0].dataset.accept);
    kind.addEventListener("change", accept);
    accept();
    stop.addEventListener("click", () => {
      if (sending) sending.stopped = true;
    });
    addEventListener("beforeunload", (event) => {
      if (sending) event.preventDefault();
    });

    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (sending || !file.files.length) return;
      if (!globalThis.crypto?.subtle) {
        say(form, "请用 https 地址打开工作台后再上传。");
        return;
      }
      sending = new Sending(form, file.files[0]);
      button.disabled = true;
      stop.hidden = false;
      let id = null;
      try {
        id = await sending.run();
      } catch (error) {
        say(form, error instanceof Refused ? error.message : "上传出错，请刷新页面后再试。");
        if (!(error instanceof Refused)) console.error(error);
      }
      sending = null;
      button.disabled = false;
      stop.hidden = true;
      if (id) location.assign(`/console/media/${id}`);
    });
  }

  // -- following ---------------------------------------------------------------

  async function follow(place) {
    const id = place.dataset.mediaId;
    const began = place.querySelector("[data-media-state]").dataset.state;
    for (;;) {
      await pause(LOOK);
      const answer = await fetch(`/console/media/${id}/state`, { headers: BY_ITSELF }).catch(() => null);
      const news = place.querySelector("[data-media-news]");
      if (answer?.status === 401 || answer?.status === 404) {
        location.reload();
        return;
      }
      if (!answer?.ok) {
        news.textContent = "连不上服务器，稍后自动更新。";
        continue;
      }
      news.textContent = "";
      const media = await answer.json();
      if (media.state !== began) {
        location.reload();
        return;
      }
      for (const step of media.steps) {
        const line = place.querySelector(`[data-step="${step.name}"]`);
        if (!line) continue;
        line.dataset.state = step.state;
        const percent = step.state === "working" ? `（${step.percent}%）` : "";
        line.querySelector("[data-step-state]").textContent = STEP_STATES[step.state] + percent;
      }
    }
  }

  for (const form of document.querySelectorAll("[data-upload]")) prepare(form);
  for (const place of document.querySelectorAll("[data-media-follow]")) follow(place);
})();
