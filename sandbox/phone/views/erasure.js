// Erasing the account: what goes, what stays and until when, the word to type, and the reference.

import * as api from "../api.js";
import { h } from "../dom.js";
import { day, moment } from "../format.js";
import { facts } from "../parts/facts.js";
import { form } from "../parts/form.js";
import { replace } from "../router.js";
import { left, signIn } from "../session.js";
import { draft } from "../store.js";

const NAME = "erasure";

export async function erasure() {
  const plan = await api.erasurePlan();

  async function send({ confirm }) {
    // A sign-in of just now is asked for; it takes no tap.
    await signIn();
    const { number } = await api.erase(confirm);
    draft.drop(NAME);
    left();
    replace(`/erased/${number}`);
  }

  return h("div", { class: "stack" },
    h("section", { class: "card" }, h("h2", {}, "提交后会怎样"),
      h("ul", { class: "plain-list", test: "erasure-follows" },
        plan.follows.map((text) => h("li", {}, text)))),
    h("section", { class: "card" }, h("h2", {}, "将被删除"),
      facts(plan.goes.map(({ what, count }) => [what, `${count} 项`])),
      h("p", {}, `以及：${plan.always_goes}`)),
    h("section", { class: "card" }, h("h2", {}, "依规则留存，到期自动删除"),
      h("ul", { class: "rows", test: "erasure-kept" }, plan.kept.map(kept))),
    h("section", { class: "card" },
      h("p", { class: "big" }, "注销账号"),
      h("p", {}, "注销后不能恢复。"),
      form({
        name: NAME,
        fields: [{ name: "confirm", label: `请输入“${plan.confirm}”两个字确认`,
          test: "erase-confirm", maxlength: "10" }],
        word: "注销账号",
        kind: "danger",
        test: "erase",
        send,
      })));
}

function kept({ title, count, until, keeps, source, sample }) {
  const long = until ? `至 ${day(until)}` : "目前没有，无需留存";
  return h("li", {}, h("div", { class: "consent-row", test: "erasure-rule" },
    h("p", { class: "row-title plain" }, title),
    h("p", {}, count ? `${count} 项，最晚${long}` : long),
    h("p", { class: "quiet" }, keeps),
    h("p", { class: "quiet small" }, `依据：${source}`,
      sample && h("span", { class: "badge" }, "样例规则"))));
}

export async function erased({ params }) {
  const told = await api.erasureStatus(params.number);
  return h("section", { class: "card" },
    h("p", { class: "big", role: "status" }, "注销申请已受理"),
    facts([
      ["业务编号", told.number, "erasure-number"],
      ["受理时间", moment(told.requested_at)],
      ["办理情况", told.state_text, "erasure-state"],
    ]),
    h("p", { class: "quiet" }, "请记下业务编号：账号已停用，以后凭编号在这个页面查看办理情况，编号不含您的任何信息。"),
    h("a", { class: "button", href: "#/" }, "回首页"));
}
