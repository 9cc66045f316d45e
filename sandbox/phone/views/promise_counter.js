// Signing with the identity proven at the counter: by oneself on this phone, for a while.

import * as api from "../api.js";
import { h } from "../dom.js";
import { moment } from "../format.js";
import { action } from "../parts/action.js";
import { office } from "../parts/office.js";
import { progress } from "./counter.js";

const WAITING = ["open", "confirmed", "returned"];

/** `agreed` says whether what will be public was agreed to, `identity` is the consent to be checked,
    `again` shows the page anew. */
export async function signingAtCounter(one, { agreed, identity, again }) {
  const found = await api.counterCase(one.id);
  if (!found) return h("details", { class: "card" },
    h("summary", { test: "counter-ask-open" }, "刷脸办不了？到窗口核验身份"), asking(one, { identity, again }));
  return h("section", { class: "card", test: "counter-case", "data-state": found.state },
    h("h2", {}, "窗口核验身份"), progress(found),
    WAITING.includes(found.state) && office(found, found.number),
    usable(found) ? signing(one, found, { agreed, again })
      : !WAITING.includes(found.state) && asking(one, { identity, again }));
}

const usable = ({ state, good_until: until }) => state === "released" && Date.parse(until) > Date.now();

const signing = (one, found, { agreed, again }) => h("div", {},
  h("p", {}, `请在 ${moment(found.good_until)} 前由您本人签署，窗口不能代签。`),
  action("签署", async () => {
    if (!agreed()) return;
    await api.signPromise(one.id, {
      text_hash: one.text_hash, publication_hash: one.publication.text_hash,
      check_id: found.check_id, receipt: found.receipt,
    });
    again();
  }, { test: "counter-sign" }));

function asking(one, { identity, again }) {
  const ask = async () => {
    if (!identity.check()) return;
    await identity.settle();
    await api.askCounter(one.id);
    again();
  };
  return h("div", {},
    h("p", {}, "两名工作人员核对证件后，您在自己的手机上签署。"),
    action("取得窗口办理编号", ask, { kind: "", test: "counter-ask" }));
}
