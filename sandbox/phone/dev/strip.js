// The developer's strip beside the phone: whose WeChat this is, and that person's data to type in.

import { fill, h } from "../dom.js";
import { unreachable } from "../problem.js";
import { persist } from "../retry.js";
import { handTo, holder } from "../wx.js";
import { received } from "./received.js";
import { telephone } from "./telephone.js";

const root = document.getElementById("dev");
const wide = matchMedia("(min-width: 56rem)");

persist(personas).then(draw, absent);

function personas() {
  const url = new URL("/sandbox/personas", location.href).href;
  return new Promise((resolve, reject) => {
    const success = ({ statusCode, data }) => (
      statusCode === 200 ? resolve(data.items) : reject(unreachable()));
    wx.request({ url, success, fail: ({ errMsg }) => reject(unreachable(errMsg)) });
  });
}

function draw(personas) {
  if (!personas.some((each) => each.openid === holder())) handTo(personas[0].openid);
  const persona = personas.find((each) => each.openid === holder());
  const change = () => swap(select.value);
  const select = h("select", { id: "persona", test: "persona-select", change },
    personas.map((each) => h("option", { value: each.openid }, each.label)));
  select.value = persona.openid;
  fill(root, h("details", { open: wide.matches },
    h("summary", { test: "dev-strip" }, `开发演示 · ${persona.label}`),
    h("label", { for: "persona" }, "这是谁的微信"), select,
    h("p", {}, persona.description),
    h("dl", {}, facts(persona).map(([label, value]) => [h("dt", {}, label), h("dd", {}, value)])),
    h("button", { type: "button", test: "dev-fill", click: () => type(persona) }, "填入当前表单"),
    persona.uscc && succession(persona, personas),
    cancellation(persona),
    scanning(),
    received(persona.openid),
    telephone(),
    h("p", {}, "这一栏不属于小程序。")));
}

/** The registry names another legal representative from now on. */
function succession({ uscc, enterprise, successor }, personas) {
  const said = h("p", { role: "status" });
  const select = h("select", { id: "representative", test: "dev-representative" },
    personas.map((each) => h("option", { value: each.id }, `${each.label}（${each.name}）`)));
  select.value = successor ?? personas[0].id;
  const change = () => wx.request({
    url: new URL(`/sandbox/enterprises/${uscc}`, location.href).href,
    method: "PUT",
    data: { representative: select.value },
    success: ({ statusCode }) => { said.textContent = statusCode === 200 ? "✓ 已变更" : "没有变更成功"; },
    fail: () => { said.textContent = "没有变更成功"; },
  });
  return h("div", {}, h("label", { for: "representative" }, "变更法定代表人"),
    h("p", {}, enterprise), select,
    h("button", { type: "button", test: "dev-register", click: change }, "变更登记"), said);
}

/** The person closes their WeChat account, of which WeChat tells our API. */
function cancellation({ openid }) {
  const said = h("p", { role: "status" });
  const failed = () => { said.textContent = "没有通知成功"; };
  const cancel = () => wx.request({
    url: new URL("/sandbox/wx/pushes", location.href).href,
    method: "POST",
    data: { event: "user_authorization_cancellation", fields: { OpenID: openid } },
    success: ({ statusCode, data }) => {
      if (statusCode !== 200 || data.sent.at(-1).status !== 200) failed();
      else said.textContent = "✓ 微信已通知后端";
    },
    fail: failed,
  });
  return h("div", {},
    h("button", { type: "button", test: "dev-cancel", click: cancel }, "注销这个微信账号"), said);
}

/** WeChat's camera on the code that was drawn last, on whatever screen it stands. */
function scanning() {
  const said = h("p", { role: "status" });
  const scan = () => wx.request({
    url: new URL("/sandbox/wx/codes", location.href).href,
    success: ({ data }) => {
      if (data.items?.length) location.hash = data.items[0];
      else said.textContent = "还没有生成过小程序码";
    },
    fail: () => { said.textContent = "没有扫描成功"; },
  });
  return h("div", {},
    h("button", { type: "button", test: "dev-scan", click: scan }, "扫最近生成的小程序码"), said);
}

const facts = (persona) => [
  ["姓名", persona.name], ["身份证号", persona.id_number], ["手机号", persona.phone],
  ["企业", persona.enterprise], ["统一社会信用代码", persona.uscc],
].filter(([, value]) => value).map(([label, value]) => [label, value.name ?? value]);

// The page starts afresh, as another person's phone would; nothing of it stays in memory.
function swap(openid) {
  fill(document.getElementById("phone"));
  handTo(openid);
  location.hash = "#/";
  location.reload();
}

/** An application for electricity, of the enterprise or of the person themself as the page asks. */
function wanted({ name, phone }) {
  const home = document.querySelector("#phone input[name=business][value=resident-new]");
  return {
    business: home ? "resident-new" : "business-new", premises: "no_title",
    address: "广州市越秀区样例路 8 号首层之一", capacity: home ? "6" : "10",
    use: home ? "居家" : "便利店经营", contact: name, phone,
  };
}

function type(persona) {
  if (document.querySelector("#phone input[name=capacity]")) return fillIn(wanted(persona));
  for (const name of ["name", "id_number", "uscc"]) {
    const input = document.querySelector(`#phone input[name=${name}]`);
    if (!input || !persona[name]) continue;
    input.value = persona[name];
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function fillIn(values) {
  for (const [name, value] of Object.entries(values)) {
    const radio = document.querySelector(`#phone input[type=radio][name=${name}][value=${CSS.escape(value)}]`);
    const input = radio ?? document.querySelector(`#phone input[name=${name}]:not([type=radio])`);
    if (!input) continue;
    if (radio) radio.checked = true;
    else input.value = value;
    input.dispatchEvent(new Event(radio ? "change" : "input", { bubbles: true }));
  }
}

function absent() {
  fill(root, h("p", { role: "alert" }, "开发演示：没有取得演示人物，请确认沙箱已启动。"));
}
