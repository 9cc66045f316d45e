// Taking a report back: the reason, and that whoever checks it will see it.

import * as api from "../api.js";
import { h } from "../dom.js";
import { form } from "../parts/form.js";
import { replace } from "../router.js";
import { draft } from "../store.js";

const STALE = 412;

export async function revoke({ params }) {
  const name = `revoke-${params.id}`;
  let { status, etag } = await api.report(params.id);
  const number = h("p", { class: "quiet code" }, status.number);

  async function send(values) {
    try {
      await api.revoke(params.id, etag, values);
    } catch (problem) {
      if (problem.status === STALE) ({ etag } = await api.report(params.id));
      throw problem;
    }
    draft.drop(name);
    replace(`/reports/${params.id}`);
  }

  return h("section", { class: "card" },
    h("p", { class: "big" }, `作废“${status.purpose_label}”报告`),
    number,
    h("p", {}, "作废后不能恢复。任何人验真时都会看到“已作废”，PDF 也不能再下载。"),
    form({
      name,
      fields: [{ name: "reason", label: "作废的原因", test: "revoke-reason",
        many: true, rows: "3", maxlength: "200" }],
      word: "确认作废",
      kind: "danger",
      test: "revoke",
      send,
    }));
}
