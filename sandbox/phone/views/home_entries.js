// The services on the first page, open or closed, and what they are.

import { h, icon } from "../dom.js";
import { office } from "../parts/office.js";
import { closed } from "../services.js";
import { signedIn } from "../session.js";

const ENTRIES = [
  { path: "reports", sign: "report", name: "信用报告", note: "申请、查看、分享", service: "credit-report" },
  { path: "electricity", sign: "power", name: "信用办电", note: "没有产权证明也能申请用电", service: "electricity" },
  { path: "promises", sign: "promise", name: "信用承诺", note: "在线签署，容缺、替代证明", service: "promises" },
  { path: "tickets", sign: "butler", name: "信用管家", note: "有问题问管家，24 小时内答复", service: "tickets" },
  { path: "lectures", sign: "lecture", name: "云讲堂", note: "看直播、看回放、领学习证书" },
  { path: "verify", sign: "verify", name: "扫码验真", note: "不用登录，验报告和承诺书" },
  { path: "notices", sign: "notice", name: "消息", note: "办理进度都在这里" },
  { path: "delegations", sign: "helper", name: "代办授权", note: "委托经办人或亲友", service: "delegations" },
  { path: "objections", sign: "objection", name: "我的异议", note: "信息有误，申请更正", service: "objections" },
  { path: "enterprises", sign: "enterprise", name: "我的企业", note: "绑定后为企业办事", service: "subjects" },
  { path: "consents", sign: "consent", name: "我的授权", note: "看得见，随时撤回" },
  { path: "looks", sign: "look", name: "谁看过我的信用", note: "每次查看都有记录" },
  { path: "me", sign: "person", name: "我的", note: "实名、手机、设备" },
];

/** `news` goes beside 消息. */
export function entries(said, news) {
  return h("nav", { "aria-label": "服务" }, h("ul", { class: "entries" },
    ENTRIES.map((each) => h("li", {}, entry(each, closed(said, each.service), news)))));
}

function entry({ path, sign, name, note }, shut, news) {
  const href = shut ? `#/closed/${shut.code}?see=/${path}` : `#/${path}`;
  return h("a", { class: shut ? "entry shut" : "entry", href, test: `entry-${path}`,
    "data-closed": shut && "true" },
  icon(sign),
  h("span", { class: "entry-name" }, name),
  h("span", { class: "quiet" }, shut ? shut.sentence : note),
  shut && h("span", { class: "badge over" }, "暂停办理"),
  path === "notices" && news);
}

export function about(said) {
  return h("section", { class: "about" },
    h("details", { open: !signedIn() }, h("summary", {}, "这里能办什么"),
      h("dl", { class: "prose" },
        h("dt", {}, "公共信用信息报告"),
        h("dd", {}, "本人可以查自己的，法定代表人或经办人可以为企业申请，用于办理用电、投标、融资等。报告客观列出公共信用信息，不评分、不评级。"),
        h("dt", {}, "信用办电"),
        h("dd", {}, "没有产权证明的，可以用信用报告和承诺代替，在线申请用电、看办理进度。"),
        h("dt", {}, "扫码验真"),
        h("dd", {}, "收到别人的报告时，核对它是否由本平台出具、是否还有效、有没有被改动。"),
        h("dt", {}, "我的授权与查看记录"),
        h("dd", {}, "只有您同意后才会查询；谁在什么时候看过，您都能看到，授权可以随时撤回。"))),
    said && h("details", {}, h("summary", {}, "信用服务窗口：电话、地址、时间"), office(said.office)),
    h("p", { class: "links" },
      h("a", { href: "#/agreements/privacy" }, "隐私保护指引"),
      h("a", { href: "#/agreements/identity" }, "实名认证同意书"),
      h("a", { href: "#/agreements/credit-report" }, "报告查询授权书")),
    said?.sample && h("p", { class: "quiet small", test: "sample" }, "演示环境，数据均为样例"));
}
