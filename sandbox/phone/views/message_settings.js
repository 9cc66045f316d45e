// How messages come (消息设置): what WeChat carries, when it is quiet, when the digest comes.

import * as api from "../api.js";
import { fill, h } from "../dom.js";
import { action } from "../parts/action.js";
import { faultLine, form } from "../parts/form.js";
import { messagesPart } from "../parts/messages.js";
import { draft } from "../store.js";

const NAME = "message-settings";
const WAYS = [["now", "立即发微信通知"], ["digest", "每天汇总一次"], ["inbox", "只看站内消息"]];

export async function messageSettings({ again }) {
  const [{ chosen, etag }, messages] = await Promise.all([
    api.messagePreferences(), messagesPart("settings"),
  ]);
  const said = h("p", { role: "status" });

  async function send(values) {
    await api.chooseMessages(values, etag);
    draft.drop(NAME);
    await again();
  }
  async function more() {
    await messages.ask();
    fill(said, "✓ 已按您在微信中的选择更新，次数稍后显示。");
  }
  return h("div", { class: "stack" },
    h("section", { class: "card" },
      h("p", { class: "quiet" }, "每条消息都会留在“消息”里。这里决定哪些同时发到微信，以及什么时候发。"),
      form({
        name: NAME,
        extras: [kindsPart(chosen.kinds), quietPart(chosen.quiet), digestPart(chosen.digest_at)],
        word: "保存",
        test: "message-settings-save",
        send,
      })),
    messages.offers.length > 0 && h("section", { class: "card" }, h("h2", {}, "微信通知次数"),
      messages.node, action("增加微信通知次数", more, { kind: "", test: "messages-more" }), said));
}

function kindsPart(kinds) {
  const selects = kinds.map(({ kind, way }) => {
    const select = h("select", { id: `way-${kind}`, test: `way-${kind}` },
      WAYS.map(([value, word]) => h("option", { value }, word)));
    select.value = way;
    return select;
  });
  const fault = faultLine("fault-kinds", "fault-kinds");
  return {
    node: h("div", {}, kinds.map(({ kind, label }, index) => h("div", { class: "field" },
      h("label", { for: `way-${kind}` }, label), selects[index])), fault.node),
    values: () => ({ kinds: kinds.map(({ kind }, n) => ({ kind, way: selects[n].value })) }),
    owns: (pointer) => pointer.startsWith("/kinds"),
    blame: fault.blame,
    focus: () => selects[0].focus(),
  };
}

function quietPart(quiet) {
  const on = h("input", { type: "checkbox", test: "quiet", checked: Boolean(quiet),
    change: () => { hours.hidden = !on.checked; } });
  const begins = clock("quiet-begins", quiet?.begins ?? "22:00");
  const ends = clock("quiet-ends", quiet?.ends ?? "08:00");
  const hours = h("div", { hidden: !quiet },
    h("div", { class: "field" }, h("label", { for: "quiet-begins" }, "免打扰开始"), begins),
    h("div", { class: "field" }, h("label", { for: "quiet-ends" }, "免打扰结束"), ends));
  const fault = faultLine("fault-quiet", "fault-quiet");
  return {
    node: h("div", { class: "field" },
      h("label", { class: "tick" }, on, h("span", {}, "夜间免打扰，早上再发")), hours, fault.node),
    values: () => ({ quiet: on.checked ? { begins: begins.value, ends: ends.value } : null }),
    owns: (pointer) => pointer.startsWith("/quiet"),
    blame: fault.blame,
    focus: () => begins.focus(),
  };
}

function digestPart(at) {
  const input = clock("digest-at", at);
  const fault = faultLine("fault-digest", "fault-digest");
  return {
    node: h("div", { class: "field" },
      h("label", { for: "digest-at" }, "每天汇总的时间"), input, fault.node),
    values: () => ({ digest_at: input.value }),
    owns: (pointer) => pointer === "/digest_at",
    blame: fault.blame,
    focus: () => input.focus(),
  };
}

const clock = (id, value) => h("input", { type: "time", id, test: id, value });
