// Images that go with what somebody writes: added and uploaded at once, shown small, taken back; and
// those of others as they may be seen.

import * as api from "../api.js";
import { fill, h } from "../dom.js";
import { size } from "../format.js";
import { Problem } from "../problem.js";
import { action } from "./action.js";
import { faultLine } from "./form.js";
import { pictures } from "./pictures.js";

const MOST = 9;
const MOST_BYTES = 10 * 1024 * 1024;

/**
 * A part of a form that sends the ids of its images as `images`. `known` are those that were added
 * before, from the form's draft; what is not sent goes by itself after a day.
 */
export function imagesPart({ known = [], most = MOST, hint = "" } = {}) {
  const row = h("ul", { class: "images", "aria-label": "已添加的图片" });
  const count = h("p", { class: "quiet", role: "status", test: "images-count" });
  const fault = faultLine("fault-images", "fault-images");
  const adding = action("添加图片", add, { kind: "slim", test: "image-add" });
  const addButton = adding.querySelector("button");
  const node = h("fieldset", { class: "field", "aria-describedby": "fault-images" },
    h("legend", {}, "图片（选填）"), hint && h("p", { class: "hint" }, hint), row, adding, count, fault.node);
  let images = [...known];

  function draw() {
    fill(row, images.map(thumbnail));
    adding.hidden = images.length >= most;
    count.textContent = images.length ? `已添加 ${images.length} 张，最多 ${most} 张。` : "";
    node.dispatchEvent(new Event("change", { bubbles: true }));
  }
  const thumbnail = (image, place) => h("li", { test: "image", "data-state": image.state },
    picture(image, `图片 ${place + 1}`), h("p", { class: "quiet" }, "发送后检测"),
    action(`删除图片 ${place + 1}`, () => remove(image), { kind: "slim plain-danger", test: "image-remove" }));

  async function add() {
    fault.blame("");
    for (const { path, size: bytes } of await pictures(most - images.length)) {
      if (bytes > MOST_BYTES) throw tooLarge();
      images = [...images, await api.addImage(path)];
      draw();
    }
  }
  async function remove(image) {
    fault.blame("");
    const place = images.indexOf(image);
    await api.removeImage(image.id);
    images = images.filter((each) => each !== image);
    draw();
    const next = row.querySelectorAll("[data-test=image-remove]")[Math.min(place, images.length - 1)];
    (next ?? addButton).focus();
  }

  draw();
  return {
    node,
    values: () => ({ images: images.map((each) => each.id) }),
    state: () => ({ images }),
    owns: (pointer) => pointer === "/images" || pointer.startsWith("/images/"),
    blame: fault.blame,
    focus: () => (row.querySelector("button") ?? addButton).focus(),
  };
}

/**
 * Images of a message as their reader may see them, or nothing; `unfold(image)` gives one that is
 * folded as it is seen on purpose.
 */
export function shownImages(images, { unfold } = {}) {
  if (!images.length) return null;
  return h("ul", { class: "images", "aria-label": "图片", test: "images" },
    images.map((image, place) => shown(image, `图片 ${place + 1}`, unfold)));
}

function shown(image, name, unfold) {
  const line = h("li", { test: "image", "data-state": image.state, "data-shown": image.shown });
  const open = async () => {
    const seen = await unfold(image);
    line.replaceWith(shown(seen, name, unfold));
  };
  return fill(line,
    picture(image, name), image.words && h("p", { class: "quiet" }, image.words),
    image.shown === "open" && WAITS[image.state] && h("p", { class: "quiet" }, WAITS[image.state]),
    image.shown === "folded" && unfold && action(`仍要查看${name}`, open, { kind: "slim", test: "image-unfold" }));
}

const WAITS = { pending: "检测中，对方暂时看不到", review: "待人工核验，对方暂时看不到" };

/** A small picture that opens large; an address that is over leaves its name. */
function picture({ url, width, height }, name) {
  if (!url) return noImage(name);
  const large = () => wx.previewImage({ urls: [url] });
  const button = h("button", { class: "thumbnail", type: "button", test: "image-open", click: large,
    "aria-label": `${name}，查看大图` }, h("img", { src: url, alt: "", width, height, loading: "lazy",
    error: () => button.replaceWith(noImage(name)) }));
  return button;
}

const noImage = (name) => h("p", { class: "no-image" }, name);

const tooLarge = () => new Problem({ status: 422, title: "图片太大",
  detail: `每张图片不超过 ${size(MOST_BYTES)}，请压缩后再添加。` });
