// Filling in an application: saved as a draft at any time, and resumed on any device.

import * as api from "../api.js";
import { can } from "../duties.js";
import { fill, h } from "../dom.js";
import { choices } from "../parts/choices.js";
import { form, input } from "../parts/form.js";
import { notYours, subjectCard } from "../parts/subject.js";
import { replace } from "../router.js";
import { acting, draft } from "../store.js";
import { kilowatts } from "./electricity.js";
import { categoryOf } from "./promises.js";

const EMPTY = { business: "", premises: null, address: "", account: "", capacity: 0, use: "",
  contact: "", phone: "", home_visit: false };
const LABELS = { business: "业务类型", premises: "产权情况", address: "用电地址", account: "户号",
  capacity: "容量", use: "用电用途", contact: "联系人", phone: "联系电话" };

export async function electricityNew({ again }) {
  const act = await acting();
  const { subject } = act;
  const top = subjectCard(act, again);
  if (!can(subject, "electricity")) return h("div", { class: "stack" }, top, notYours("用电申请"));
  if (!subject.name) return h("div", { class: "stack" }, top, unproven());
  const name = `electricity-new-${subject.id}`;
  const send = async (values) => {
    const one = await api.beginApplication({ subject_id: subject.id, ...values });
    draft.drop(name);
    replace(`/electricity/${one.id}`);
  };
  const guide = await api.electricityGuide();
  return h("div", { class: "stack" }, top, subject.role === "self" && forShops(),
    filling({ name, guide, category: categoryOf(subject), was: EMPTY, send }));
}

/** Oneself is offered homes only, which who came for a shop cannot know. */
function forShops() {
  return h("p", { class: "quiet", test: "for-shops" }, "给自己家办电的，在下面填写。给店铺、企业办电的，先",
    h("a", { href: "#/enterprises" }, "绑定企业"), "，再换成企业办理。");
}

export async function electricityFill({ params }) {
  const [{ application: one, etag }, guide, { subjects }] = await Promise.all([
    api.application(params.id), api.electricityGuide(), api.subjects().then((subjects) => ({ subjects })),
  ]);
  const name = `electricity-${one.id}`;
  const back = () => {
    draft.drop(name);
    replace(`/electricity/${one.id}`);
  };
  const elsewhere = h("div", { "aria-live": "polite" });
  const faults = draft.of(`${name}-faults`).list ?? [];
  draft.drop(`${name}-faults`);
  // What was typed here before rests on what was read then.
  let base = draft.of(name).etag ?? etag;
  const tag = { node: h("div", { hidden: true }), state: () => ({ etag: base }) };

  const send = async (values) => {
    const given = { ...values, home_visit: one.home_visit };
    try {
      await api.fillApplication(one.id, base, given);
    } catch (problem) {
      if (problem.status !== 412) throw problem;
      const now = await api.application(one.id);
      base = now.etag;
      const differing = differences(now.application, given, guide);
      if (!differing.length) return send(values);
      fill(elsewhere, changedElsewhere(differing, () => { draft.drop(name); replace(`/electricity/${one.id}/fill`); }));
      elsewhere.firstChild.focus();
      return;
    }
    back();
  };
  const subject = subjects.find((each) => each.id === one.subject_id)
    ?? subjects.find((each) => each.name === one.applicant);
  return h("div", { class: "stack" }, elsewhere,
    filling({ name, guide, category: categoryOf(subject ?? {}), was: one, send, extra: tag, faults }));
}

/** The form; `was` is what it begins with where nothing was typed yet. */
function filling({ name, guide, category, was, send, extra, faults = [] }) {
  const known = { ...typed(was), ...draft.of(name) };
  const businesses = guide.businesses.filter((each) => each.categories.includes(category));
  const chosen = known.business || (businesses.length === 1 ? businesses[0].code : "");
  const account = accountPart(known.account);
  const business = choices({
    name: "business", legend: "办什么业务", chosen, missing: "请选择业务类型。",
    test: "business", list: businesses.map(({ code, label }) => ({ code, label })),
    changed: (code) => account.show(increases(code)),
  });
  const increases = (code) => Boolean(guide.businesses.find((each) => each.code === code)?.increase);
  account.show(increases(chosen));
  const premises = choices({
    name: "premises", legend: "用电的地方有没有产权证明", chosen: known.premises,
    missing: "请选择产权情况。", test: "premises",
    list: guide.premises.map(({ code, label, proof }) => ({
      code, label, note: proof === "credit" ? "以信用报告和承诺代替产权证明" : "上传产权证明",
    })),
  });
  const line = (field) => input({ ...field, test: `wanted-${field.name}` }, known[field.name]);
  const parts = [
    business, premises,
    line({ name: "address", label: LABELS.address, hint: "写到门牌和楼层，如：样例路 8 号首层之一",
      maxlength: "100", missing: "请填写用电地址。" }),
    account, capacityPart(known.capacity),
    line({ name: "use", label: LABELS.use, hint: "如：便利店经营、居家", maxlength: "60",
      missing: "请填写用电用途。" }),
    line({ name: "contact", label: LABELS.contact, maxlength: "40", missing: "请填写联系人。" }),
    line({ name: "phone", label: LABELS.phone, type: "tel", inputmode: "tel", maxlength: "20",
      hint: "11 位手机号，供电企业用它约时间", missing: "请填写联系电话。" }),
  ];
  const sent = (values) => send({ ...EMPTY, ...values, premises: values.premises ?? null, business: values.business ?? "" });
  const node = form({
    name, extras: [...parts, extra].filter(Boolean),
    word: "下一步：上传材料", test: "wanted-next", send: sent,
    also: { word: "先保存，以后再填", test: "wanted-save", send: sent },
  });
  faults.forEach((fault) => parts.find((each) => each.owns(fault.pointer))?.blame(fault.detail));
  return h("section", { class: "card" },
    h("p", { class: "quiet" }, "可以随时保存，换一部手机也能接着填。"), node);
}

/** As a form has it: the capacity in kilowatts. */
const typed = (one) => ({ ...one, capacity: one.capacity ? String(one.capacity / 1000) : "" });

function capacityPart(value) {
  const part = input({ name: "capacity", label: "需要的容量（千瓦）", test: "wanted-capacity",
    inputmode: "decimal", maxlength: "9", hint: "所有用电设备同时用电的总功率；一台 1.5 匹空调约 1.2 千瓦" }, value);
  const text = () => part.values().capacity;
  const watts = () => Math.round(Number(text()) * 1000);
  const sound = () => {
    const is = !text() || (watts() > 0 && Number.isFinite(watts()));
    if (!is) part.blame("请填写大于 0 的数字，如 10 或 10.5。");
    return is;
  };
  return {
    ...part,
    sound,
    check: () => {
      if (!text()) part.blame("请填写需要的容量。");
      return Boolean(text()) && sound();
    },
    values: () => ({ capacity: text() ? watts() : 0 }),
    state: () => ({ capacity: text() }),
  };
}

/** Only what has one already is asked for its number. */
function accountPart(value) {
  const part = input({ name: "account", label: "现有户号", test: "wanted-account", inputmode: "numeric",
    maxlength: "20", hint: "10 至 16 位数字，在电费单上", missing: "增容请填写现有户号，见电费单。" }, value);
  const shown = () => !part.node.hidden;
  return {
    ...part,
    show: (is) => { part.node.hidden = !is; },
    check: () => !shown() || part.check(),
    values: () => ({ account: shown() ? part.values().account : "" }),
    state: part.values,
  };
}

/** What another device wrote and this one has otherwise, in words. */
function differences(theirs, mine, guide) {
  const words = {
    business: (code) => guide.businesses.find((each) => each.code === code)?.label,
    premises: (code) => guide.premises.find((each) => each.code === code)?.label,
    capacity: (watts) => (watts ? kilowatts(watts) : ""),
  };
  return Object.keys(LABELS).filter((name) => (theirs[name] || "") !== (mine[name] || ""))
    .map((name) => [LABELS[name], (words[name] ?? String)(theirs[name]) || "没有填写"]);
}

const changedElsewhere = (differing, theirs) => h("section",
  { class: "card", test: "changed-elsewhere", tabindex: "-1" },
  h("p", { class: "big" }, "这份申请刚刚在别处修改过"),
  h("p", {}, "您在这里填写的都还在，还没有保存。别处填写的不同内容是："),
  h("ul", { class: "plain-list" }, differing.map(([label, value]) => h("li", {}, `${label}：${value}`))),
  h("p", {}, "要以这里填写的为准，请再点一次保存。"),
  h("button", { class: "button", type: "button", test: "take-theirs", click: theirs }, "改用别处填写的内容"));

function unproven() {
  const then = encodeURIComponent("/electricity/new");
  return h("section", { class: "card", test: "not-verified" },
    h("p", {}, "申请用电前，请先完成实名认证。"),
    h("a", { class: "button primary", href: `#/real-name?then=${then}` }, "去实名认证"));
}
