// Signing in: the privacy policy first, then one tap.

import { h } from "../dom.js";
import { action } from "../parts/action.js";
import { ticked } from "../parts/consent.js";
import { replace } from "../router.js";
import { signIn, signedIn } from "../session.js";
import { agreement } from "../store.js";

export async function signInPage({ params }) {
  const privacy = ticked(await agreement("privacy"));

  async function work() {
    if (!privacy.check()) return;
    if (!signedIn()) await signIn();
    await privacy.settle();
    replace(params.then ?? "/");
  }

  return h("section", { class: "card" },
    h("p", { class: "big" }, "用微信登录"),
    h("p", { class: "quiet" }, "登录只用来认出您是谁，不会取得您的微信昵称、头像和好友。"),
    privacy.node,
    action("微信一键登录", work, { test: "sign-in" }));
}
