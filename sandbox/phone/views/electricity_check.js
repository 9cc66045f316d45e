// Four questions without sign-in: the likely way, the papers it needs, the days of each step.

import * as api from "../api.js";
import { fill, h } from "../dom.js";
import { choices } from "../parts/choices.js";
import { form } from "../parts/form.js";
import { draft } from "../store.js";

const NAME = "electricity-check";
const QUESTIONS = [
  ["bad_record", "有没有严重失信、经营异常、失信被执行人或者未履行的承诺？"],
  ["bad_usage", "近三年有没有被认定的欠费、窃电、违约用电？"],
];
const ANSWERS = [{ code: "no", label: "没有" }, { code: "yes", label: "有" }];

export async function electricityCheck() {
  const guide = await api.electricityGuide();
  const known = draft.of(NAME);
  const ask = (name, legend, list) => choices({
    name, legend, list, chosen: known[name], missing: "请选一项。", test: `check-${name}`,
  });
  const answer = h("div", { class: "stack" });
  const send = async (values) => {
    const likely = await api.electricityCheck(values);
    fill(answer, result(likely));
    answer.firstChild.focus();
  };
  return h("div", { class: "stack" },
    h("section", { class: "card" },
      h("p", { class: "quiet" }, "四个问题，不用登录，也不保存您的回答。"),
      form({
        name: NAME,
        extras: [
          ask("business", "办什么业务？", guide.businesses.map(({ code, label }) => ({ code, label }))),
          ask("premises", "用电的地方有没有产权证明？",
            guide.premises.map(({ code, label }) => ({ code, label }))),
          ...QUESTIONS.map(([name, legend]) => ask(name, legend, ANSWERS)),
        ],
        word: "看看怎么办",
        test: "check-submit",
        send,
      })),
    answer);
}

function result({ proof, text, papers, steps }) {
  const [said, caution] = parted(text);
  return h("section", { class: "card", test: "likely", "data-proof": proof, tabindex: "-1" },
    h("p", { class: "big" }, proof === "credit" ? "可以试试凭信用办理" : "按一般程序办理"),
    h("p", {}, said), h("p", { class: "quiet" }, caution),
    h("h2", {}, "需要的材料"),
    h("ul", { class: "plain-list", test: "likely-papers" }, papers.map((paper) => h("li", {},
      paper.required ? paper.label : `${paper.label}（选交）`,
      paper.hint && h("span", { class: "quiet" }, `：${paper.hint}`)))),
    h("h2", {}, "供电企业各步最长时间"),
    h("ol", { class: "plain-list", test: "likely-steps" },
      steps.map(({ title, days }) => h("li", {}, `${title}：${days} 个工作日`))),
    h("a", { class: "button primary", href: "#/electricity/new", test: "likely-apply" }, "去申请"));
}

/** What is said, and the caution that ends it. */
function parted(text) {
  const place = text.indexOf("以上仅供参考");
  return place < 0 ? [text, ""] : [text.slice(0, place), text.slice(place)];
}
