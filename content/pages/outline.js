// Text with headings, lists, tables and links, written as it will be read. The text field stays what
// is sent: without this script it is written as HTML. What is not for reading the server takes out.
//
//   data-outline           the text field
"use strict";

(() => {
  const field = document.querySelector("[data-outline]");
  if (!field) return;
  const TOOLS = [
    ["小标题", () => mark("formatBlock", "h3")],
    ["正文", () => mark("formatBlock", "p")],
    ["加粗", () => mark("bold")],
    ["项目符号", () => mark("insertUnorderedList")],
    ["编号", () => mark("insertOrderedList")],
    ["链接", link],
    ["清除格式", () => mark("removeFormat")],
  ];

  const sheet = document.createElement("div");
  sheet.className = "outline";
  sheet.contentEditable = "true";
  sheet.setAttribute("role", "textbox");
  sheet.setAttribute("aria-multiline", "true");
  sheet.setAttribute("aria-label", "内容提要");
  sheet.dataset.test = "outline";

  const tools = document.createElement("div");
  tools.className = "inline";
  tools.setAttribute("role", "toolbar");
  tools.setAttribute("aria-label", "内容提要的格式");
  for (const [word, work] of TOOLS) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet";
    button.textContent = word;
    // The selection stays where it is.
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", work);
    tools.append(button);
  }

  function mark(how, what) {
    sheet.focus();
    document.execCommand(how, false, what);
    keep();
  }

  function link() {
    const address = prompt("链接地址，以 https:// 开头：", "https://");
    if (address?.startsWith("https://") && address.length > 8) mark("createLink", address);
  }

  // Read without running: a document apart loads nothing and has no scripts.
  function show() {
    const read = new DOMParser().parseFromString(field.value, "text/html");
    for (const one of read.querySelectorAll("script, style, iframe, img, svg, object, embed, link, form")) one.remove();
    for (const one of read.body.querySelectorAll("*")) {
      for (const { name } of [...one.attributes]) if (name !== "href") one.removeAttribute(name);
    }
    sheet.replaceChildren(...document.importNode(read.body, true).childNodes);
  }

  const keep = () => { field.value = sheet.innerHTML; };

  document.execCommand("defaultParagraphSeparator", false, "p");
  sheet.addEventListener("input", keep);
  // From other programs come words only: their looks are not ours.
  sheet.addEventListener("paste", (event) => {
    event.preventDefault();
    document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
  });
  show();
  field.hidden = true;
  field.previousElementSibling.textContent = "内容提要";
  field.before(tools, sheet);
})();
