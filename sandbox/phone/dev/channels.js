// WeChat Channels: in WeChat the live room opens, or asks whether to remind; here it is only named.

import { h } from "../dom.js";

/** The live room of a channel, until it is closed. */
export async function channels(name) {
  await said("channels-live", `演示：这里会打开视频号“${name}”的直播间`, ["关闭"]);
  return {};
}

/** 4 when somebody wants to be reminded, 3 when not, as WeChat's own dialogue says. */
export async function reserved(notice) {
  return await said("channels-reserve", `演示：预约视频号直播 ${notice}`, ["不预约", "预约"]) ? 4 : 3;
}

/** Which of the words was tapped. */
function said(test, sentence, words) {
  return new Promise((resolve) => {
    const close = (number) => () => {
      dialog.remove();
      resolve(number);
    };
    const dialog = h("dialog", { class: "card", test, "aria-label": "微信视频号" },
      h("p", { class: "big" }, sentence),
      h("div", { class: "pair" }, words.map((word, number) => h("button",
        { class: "button", type: "button", test: `${test}-${number}`, click: close(number) }, word))));
    dialog.addEventListener("cancel", close(0));
    document.body.append(dialog);
    dialog.showModal();
  });
}
