// The mini program's pages. Tests find what matters by data-test:
//
//   outside the phone  dev-strip (summary; closed on a narrow screen), persona-select, dev-fill
//   everywhere         back, problem (data-code), retry, more, empty, go-sign-in
//   home               sign-in-entry, subject-switch, subject-option, subject-current, todo,
//                      todo-item, entry-reports, entry-verify, entry-consents, entry-enterprises,
//                      entry-looks, entry-me
//   agreements         agree-privacy, agree-identity, agree-credit-report (ticks), agreed-…,
//                      read-… (opens the text), agreement-text, agree
//   sign in, me        sign-in, phone-bind, me-name, me-phone, sign-out, sign-out-everywhere
//   real name          real-name-name, real-name-id-number, real-name-submit, fault-name,
//                      fault-id_number, minor-refused, real-name-done
//   face (the agency)  face-pass, face-fail, face-again
//   enterprises        enterprise, bind-uscc, bind-submit, fault-uscc, bound, unbind
//   request            purpose (radio; value is the code), fault-purpose, request-report,
//                      only-enterprises
//   reports            report-item (data-state)
//   one report         report-state (data-state), report-number, report-summary, report-subject,
//                      counts, count-{code}, download-pdf, open-pdf, save-pdf (a download),
//                      how-to-verify, show-content, section-{code}, record, more-records, renew,
//                      newer, revoke-entry, known
//   revocation         revoke-reason, revoke
//   verification       verify-scan, verify-address, verify-address-submit, verify-number,
//                      verify-check-code, verify-submit, verify-file (opens a file chooser),
//                      verdict (data-status), verdict-counts, verdict-{code}
//   consents, looks    consent-item (data-agreement), withdraw, withdrawn, look-item (data-action)

import { start } from "./router.js";
import { face } from "./dev/face.js";
import { agreementPage } from "./views/agreement.js";
import { consents } from "./views/consents.js";
import { enterprises } from "./views/enterprises.js";
import { home } from "./views/home.js";
import { looks } from "./views/looks.js";
import { me } from "./views/me.js";
import { phone } from "./views/phone.js";
import { realName } from "./views/real_name.js";
import { report } from "./views/report.js";
import { reports } from "./views/reports.js";
import { request } from "./views/request.js";
import { revoke } from "./views/revoke.js";
import { signInPage } from "./views/sign_in.js";
import { verify } from "./views/verify.js";

start([
  { path: "/", title: "信用越秀", note: "广州市越秀区公共信用服务", view: home },
  { path: "/sign-in", title: "登录", view: signInPage },
  { path: "/agreements/:name", title: "协议", view: agreementPage },
  { path: "/verify", title: "扫码验真", view: verify },
  { path: "/real-name", title: "实名认证", view: realName, signedIn: true },
  { path: "/face", title: "人脸核验", view: face, signedIn: true },
  { path: "/phone", title: "绑定手机号", view: phone, signedIn: true },
  { path: "/enterprises", title: "我的企业", view: enterprises, signedIn: true },
  { path: "/request", title: "申请信用报告", view: request, signedIn: true },
  { path: "/reports", title: "信用报告", view: reports, signedIn: true },
  { path: "/reports/:id", title: "信用报告", view: report, signedIn: true },
  { path: "/reports/:id/revoke", title: "作废报告", view: revoke, signedIn: true },
  { path: "/consents", title: "我的授权", view: consents, signedIn: true },
  { path: "/looks", title: "谁看过我的信用", view: looks, signedIn: true },
  { path: "/me", title: "我的", view: me, signedIn: true },
], document.getElementById("phone"));
