// What is kept of me, and what I may do about it.

import { h } from "../dom.js";
import { row } from "../parts/row.js";

export function myData() {
  return h("div", { class: "stack" },
    h("section", { class: "card" },
      h("p", { class: "quiet" }, "您交给我们的，您都看得到，也带得走。"),
      h("ul", { class: "rows" },
        row("谁看过我的信用", "每次查看：谁、何时、为何、凭什么", "#/looks", "my-data-looks"),
        row("用电信用记录", "欠缴电费、窃电、违约用电的报送与异议", "#/usage-records", "my-data-usage"),
        row("我的授权及原文", "同意过的每一份文本，随时撤回", "#/consents", "my-data-consents"),
        row("个人信息收集清单", "收集什么、做什么用、存多久", "#/collected", "my-data-collected"),
        row("第三方共享清单", "提供给谁、提供什么", "#/shared", "my-data-shared"),
        row("导出我的数据", "全部数据制成一个文件", "#/exports", "my-data-export"))),
    h("section", { class: "card" }, h("ul", { class: "rows" },
      row("注销账号", "删除我的数据", "#/erasure", "my-data-erasure"))));
}
