// The table of the pages. The first one comes with the start, each other when it is first opened.
// `service`: while this service is closed the page gives way to one that says so.

import { largerSwitch } from "./parts/larger.js";
import { pause } from "./retry.js";
import { home } from "./views/home.js";

const TRIES = 8;

/** A view that is fetched when it is needed, and again when the network lost it. */
function later(load, name) {
  return async (page) => {
    for (let left = TRIES; ; left -= 1) {
      try {
        return (await load())[name](page);
      } catch (error) {
        if (!left || !/module|import/i.test(error.message ?? "")) throw error;
        await pause(400);
      }
    }
  };
}

export const PAGES = [
  { path: "/", title: "信用越秀", note: "广州市越秀区公共信用服务", view: home, tool: largerSwitch },
  { path: "/sign-in", title: "登录",
    view: later(() => import("./views/sign_in.js"), "signInPage") },
  { path: "/agreements/:name", title: "协议",
    view: later(() => import("./views/agreement.js"), "agreementPage") },
  { path: "/verify", title: "扫码验真", view: later(() => import("./views/verify.js"), "verify") },
  { path: "/closed/:code", title: "暂停办理",
    view: later(() => import("./views/closed.js"), "closedPage") },
  { path: "/counter", title: "信用服务窗口",
    view: later(() => import("./views/counter.js"), "counter") },
  { path: "/real-name", title: "实名认证", signedIn: true, service: "identity",
    view: later(() => import("./views/real_name.js"), "realName") },
  { path: "/face", title: "人脸核验", signedIn: true,
    view: later(() => import("./dev/face.js"), "face") },
  { path: "/phone", title: "绑定手机号", signedIn: true,
    view: later(() => import("./views/phone.js"), "phone") },
  { path: "/enterprises", title: "我的企业", signedIn: true,
    view: later(() => import("./views/enterprises.js"), "enterprises") },
  { path: "/request", title: "申请信用报告", signedIn: true, service: "credit-report",
    view: later(() => import("./views/request.js"), "request") },
  { path: "/reports", title: "信用报告", signedIn: true,
    view: later(() => import("./views/reports.js"), "reports") },
  { path: "/reports/:id", title: "信用报告", signedIn: true,
    view: later(() => import("./views/report.js"), "report") },
  { path: "/reports/:id/revoke", title: "作废报告", signedIn: true, service: "credit-report",
    view: later(() => import("./views/revoke.js"), "revoke") },
  { path: "/reports/:id/shares", title: "分享报告", signedIn: true,
    view: later(() => import("./views/shares.js"), "shares") },
  { path: "/reports/:id/object", title: "提出异议", signedIn: true, service: "objections",
    view: later(() => import("./views/objection.js"), "object") },
  { path: "/objections", title: "我的异议", signedIn: true,
    view: later(() => import("./views/objections.js"), "objections") },
  { path: "/objections/:id", title: "异议办理", signedIn: true,
    view: later(() => import("./views/objection.js"), "objection") },
  { path: "/usage-records", title: "用电信用记录", signedIn: true,
    view: later(() => import("./views/usage_records.js"), "usageRecords") },
  { path: "/usage-records/:id", title: "用电信用记录", signedIn: true,
    view: later(() => import("./views/usage_records.js"), "usageRecord") },
  { path: "/electricity", title: "信用办电",
    view: later(() => import("./views/electricity.js"), "electricity") },
  { path: "/electricity/check", title: "先问问能不能办",
    view: later(() => import("./views/electricity_check.js"), "electricityCheck") },
  { path: "/electricity/new", title: "填写用电申请", signedIn: true, service: "electricity",
    view: later(() => import("./views/electricity_fill.js"), "electricityNew") },
  { path: "/electricity/:id", title: "用电申请", signedIn: true,
    view: later(() => import("./views/electricity_one.js"), "electricityOne") },
  { path: "/electricity/:id/fill", title: "填写用电申请", signedIn: true, service: "electricity",
    view: later(() => import("./views/electricity_fill.js"), "electricityFill") },
  { path: "/promises", title: "信用承诺", signedIn: true,
    view: later(() => import("./views/promises.js"), "promises") },
  { path: "/promises/new/:template", title: "填写承诺书", signedIn: true, service: "promises",
    view: later(() => import("./views/promise_new.js"), "promiseNew") },
  { path: "/promises/:id", title: "信用承诺书", signedIn: true,
    view: later(() => import("./views/promise.js"), "promise") },
  { path: "/tickets", title: "信用管家", signedIn: true,
    view: later(() => import("./views/tickets.js"), "tickets") },
  { path: "/tickets/new", title: "咨询信用管家", signedIn: true, service: "tickets",
    view: later(() => import("./views/ticket_new.js"), "ticketNew") },
  { path: "/tickets/:number", title: "咨询办理", signedIn: true,
    view: later(() => import("./views/ticket.js"), "ticket") },
  { path: "/tickets/:number/rating", title: "评价服务", signedIn: true,
    view: later(() => import("./views/rating.js"), "rating") },
  { path: "/tickets/:number/complaint", title: "投诉", signedIn: true,
    view: later(() => import("./views/complaint.js"), "complaint") },
  { path: "/delegations", title: "代办授权", signedIn: true,
    view: later(() => import("./views/delegations.js"), "delegations") },
  { path: "/delegations/new", title: "委托他人", signedIn: true, service: "delegations",
    view: later(() => import("./views/invite.js"), "invite") },
  { path: "/invitation", title: "代办邀请", signedIn: true, service: "delegations",
    view: later(() => import("./views/invitation.js"), "invitation") },
  { path: "/invitation/accepted", title: "代办邀请", signedIn: true,
    view: later(() => import("./views/invitation.js"), "accepted") },
  { path: "/staff_binding", title: "绑定工作台账号", signedIn: true,
    view: later(() => import("./views/staff_binding.js"), "staffBinding") },
  { path: "/consents", title: "我的授权", signedIn: true,
    view: later(() => import("./views/consents.js"), "consents") },
  { path: "/looks", title: "谁看过我的信用", signedIn: true,
    view: later(() => import("./views/looks.js"), "looks") },
  { path: "/my-data", title: "我的数据", signedIn: true,
    view: later(() => import("./views/my_data.js"), "myData") },
  { path: "/exports", title: "导出我的数据", signedIn: true,
    view: later(() => import("./views/exports.js"), "dataExports") },
  { path: "/texts/:hash", title: "同意过的文本",
    view: later(() => import("./views/agreement_text.js"), "agreementText") },
  { path: "/collected", title: "个人信息收集清单",
    view: later(() => import("./views/personal_data.js"), "collected") },
  { path: "/shared", title: "第三方共享清单",
    view: later(() => import("./views/personal_data.js"), "shared") },
  { path: "/notices", title: "消息", signedIn: true,
    view: later(() => import("./views/notices.js"), "notices") },
  { path: "/message-settings", title: "消息设置", signedIn: true,
    view: later(() => import("./views/message_settings.js"), "messageSettings") },
  { path: "/sessions", title: "登录设备", signedIn: true,
    view: later(() => import("./views/sessions.js"), "sessions") },
  { path: "/erasure", title: "注销账号", signedIn: true,
    view: later(() => import("./views/erasure.js"), "erasure") },
  { path: "/erased/:number", title: "注销办理情况",
    view: later(() => import("./views/erasure.js"), "erased") },
  { path: "/me", title: "我的", signedIn: true, view: later(() => import("./views/me.js"), "me") },
];
