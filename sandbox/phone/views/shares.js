// Sharing one report with somebody named, for a purpose, once or until a day; and what came of it.

import * as api from "../api.js";
import { fill, h } from "../dom.js";
import { day, moment } from "../format.js";
import { action } from "../parts/action.js";
import { choices } from "../parts/choices.js";
import { endDate } from "../parts/dates.js";
import { facts } from "../parts/facts.js";
import { form } from "../parts/form.js";
import { handover } from "../parts/handover.js";
import { beginning, closed } from "../services.js";
import { draft } from "../store.js";

const STATES = {
  standing: ["有效", "good"],
  opened: ["已用完", "over"],
  expired: ["已到期", "over"],
  revoked: ["已收回", "over"],
  ended: ["已失效", "over"],
};
const PRESETS = [["1 天", { days: 1 }], ["7 天", { days: 7 }], ["30 天", { days: 30 }]];
const USUAL = 1;
const ONCE = [
  { code: "once", label: "只能打开一次", note: "对方打开后 30 分钟内可以看和下载" },
  { code: "until", label: "期限内可以多次打开", note: "每次打开都有记录" },
];

export async function shares({ params }) {
  const name = `share-${params.id}`;
  const top = h("div", {});
  const list = h("div", {});
  const [{ status }, said] = await Promise.all([api.report(params.id), beginning()]);
  const shut = closed(said, "shares");

  async function draw() {
    const items = await api.shares(params.id);
    fill(list, h("section", { class: "card", test: "shares" }, h("h2", {}, "已分享的"),
      items.length === 0
        ? h("p", { class: "empty" }, "还没有分享过这份报告。")
        : h("ul", { class: "rows" }, items.map((each) => h("li", {}, row(each, draw))))));
  }
  async function send({ once, ...values }) {
    const share = await api.share(params.id, { ...values, once: once === "once" });
    draft.drop(name);
    fill(top, shared(share));
    top.firstChild.focus();
    await draw();
  }

  await draw();
  fill(top, shut ? paused(shut) : asking(name, status, send));
  return h("div", { class: "stack" }, top, list);
}

/** While sharing is closed what was shared is still seen and taken back. */
const paused = ({ title, sentence, code }) => h("section",
  { class: "card", test: "closed", "data-service": code },
  h("p", { class: "big" }, `${title}：暂停办理`),
  h("p", { test: "closed-sentence" }, sentence),
  h("p", { class: "quiet" }, "已经分享的，仍可以在下面查看和收回。"),
  h("a", { class: "button", href: "#/counter" }, "信用服务窗口：电话、地址、时间"));

function asking(name, status, send) {
  const known = draft.of(name);
  return h("section", { class: "card" },
    h("p", { class: "big" }, `分享“${status.purpose_label}”报告`),
    h("p", { class: "quiet" }, "对方打开时要写明自己是谁，每次打开您都看得到；随时可以收回。"),
    form({
      name,
      fields: [
        { name: "recipient", label: "分享给谁", test: "share-recipient", maxlength: "60",
          hint: "例如：某某银行越秀支行" },
        { name: "purpose", label: "做什么用", test: "share-purpose", maxlength: "100" },
      ],
      extras: [
        choices({ name: "once", legend: "能打开几次", list: ONCE, chosen: known.once ?? "once",
          test: "share-once", missing: "请选择能打开几次。" }),
        endDate({ name: "until", legend: "到什么时候", presets: PRESETS, usual: USUAL, known }),
      ],
      word: "生成分享链接",
      test: "share-submit",
      send,
    }));
}

function shared(share) {
  const title = `给${share.recipient}的信用报告`;
  const note = `用途：${share.purpose}，${day(share.until)}止`;
  return h("section", { class: "card", test: "shared", tabindex: "-1", role: "status" },
    h("p", { class: "big" }, "✓ 分享链接已生成"),
    facts([["分享给谁", share.recipient], ["做什么用", share.purpose],
      ["打开次数", share.once ? "一次" : "期限内多次"], ["截止", day(share.until)]]),
    h("p", { class: "quiet" }, "链接只在这里显示一次，请发给对方，或请对方扫二维码。"),
    handover({ link: share.url, qr: share.qr_svg, card: { title, note } }));
}

function row(share, draw) {
  const stands = share.state === "standing";
  const [word, tone] = STATES[share.state];
  const revoke = async () => {
    await api.revokeShare(share.id);
    await draw();
  };
  return h("div", { class: "consent-row", test: "share-item", "data-state": share.state },
    h("p", { class: "row-title plain" }, share.recipient,
      h("span", { class: `badge ${tone}` }, word)),
    h("p", {}, share.state_text),
    h("p", {}, `用途：${share.purpose}`),
    h("p", { class: "quiet" }, `${moment(share.created_at)} ${share.shared_by}分享，${day(share.until)}止，`
      + `${share.once ? "只能打开一次" : "可多次打开"}`),
    h("p", { test: "share-openings" }, `已打开 ${share.openings} 次`),
    stands && action("收回", revoke, { kind: "", test: "share-revoke" }));
}
