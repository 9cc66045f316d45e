// The identity agency's own mini program, played here: in WeChat one is sent there with a ticket
// and comes back with a one-time receipt.

import * as api from "../api.js";
import { fill, h } from "../dom.js";
import { action } from "../parts/action.js";
import { problemBox } from "../parts/problem.js";
import { Problem, unreachable } from "../problem.js";
import { persist } from "../retry.js";
import { replace } from "../router.js";
import { draft } from "../store.js";
import { FORM, toCounter } from "../views/real_name.js";

export async function face({ params }) {
  const body = h("section", { class: "card face" });
  const place = h("div", {}, body);
  const ending = params.promise ? signing(params) : proving(params);
  const { back, then = back } = ending;
  let receipt = "";

  const look = (outcome) => async () => {
    try {
      receipt ||= await persist(() => looked(params.ticket, outcome));
      await ending.finish(receipt);
    } catch (problem) {
      if (problem.passing) throw problem;
      if (problem.code === "counter_required") return toCounter(place);
      return fill(body, problemBox(problem), h("a",
        { class: "button primary", href: `#${back}`, test: "face-again" }, "重新核验"));
    }
    return replace(then);
  };

  fill(body,
    h("p", { class: "face-agency" }, "身份核验机构（演示）"),
    h("div", { class: "face-frame", "aria-hidden": "true" }),
    h("p", { class: "big" }, "请正对屏幕，保持光线充足"),
    h("p", {}, "演示不打开摄像头，不采集人脸。"),
    action("开始刷脸", look("pass"), { test: "face-pass" }),
    action("演示：刷脸不通过", look("fail"), { kind: "", test: "face-fail" }));
  return place;
}

/** The check proves a real name. */
function proving({ check, then }) {
  return {
    back: then ? `/real-name?then=${encodeURIComponent(then)}` : "/real-name",
    finish: async (receipt) => {
      await api.finishCheck(check, receipt);
      draft.drop(FORM);
    },
  };
}

/** The check signs a promise, by both texts as they were read; `then` is where it goes on. */
const signing = ({ promise, check, text, publication, then }) => ({
  back: `/promises/${promise}`,
  then,
  finish: (receipt) => api.signPromise(promise, {
    text_hash: text, publication_hash: publication, check_id: check, receipt,
  }),
});

function looked(ticket, outcome) {
  const url = new URL("/identity/face", location.href).href;
  return new Promise((resolve, reject) => {
    const success = ({ statusCode, data }) => {
      if (statusCode === 200) return resolve(data.receipt);
      return reject(new Problem({ status: statusCode, title: "刷脸没有完成", detail: data.message }));
    };
    const fail = ({ errMsg }) => reject(unreachable(errMsg));
    wx.request({ url, method: "POST", data: { ticket, outcome }, success, fail });
  });
}
