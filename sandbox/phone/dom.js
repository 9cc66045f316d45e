// Makes elements. Whatever is shown goes in as text, never as HTML.

const PROPERTIES = ["value", "checked", "disabled", "hidden", "open"];
const SVG = "http://www.w3.org/2000/svg";

/** An element; `test` becomes data-test, a function listens, null and false are left out. */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) put(node, name, value);
  return fill(node, ...children);
}

/** Replaces what is in an element. */
export function fill(node, ...children) {
  node.replaceChildren(...children.flat(2).filter((child) => child != null && child !== false));
  return node;
}

const drawn = new WeakMap();

/** Draws what is in an element anew once `what` it shows is another; what was opened stays open. */
export function redraw(node, what, draw) {
  const is = JSON.stringify(what);
  if (drawn.get(node) === is) return;
  drawn.set(node, is);
  const open = [...node.querySelectorAll("details[open] > summary")].map((each) => each.dataset.test);
  fill(node, draw());
  for (const { parentNode, dataset } of node.querySelectorAll("summary")) {
    if (open.includes(dataset.test)) parentNode.open = true;
  }
}

function put(node, name, value) {
  if (value == null || value === false) return;
  if (typeof value === "function") node.addEventListener(name, value);
  else if (PROPERTIES.includes(name)) node[name] = value;
  else node.setAttribute(name === "test" ? "data-test" : name, value === true ? "" : value);
}

const ICONS = {
  report: "M6 3h9l4 4v14H6zM14 3v5h5M9 12h7M9 16h7",
  verify: "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M8.5 12l2.5 2.5 4.5-5",
  consent: "M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6zM9 12l2 2 4-4",
  enterprise: "M4 21V5l9-2v18M13 9h7v12M3 21h18M7.5 8h2M7.5 12h2M7.5 16h2M16 13h1.5M16 17h1.5",
  look: "M2.5 12S6 6 12 6s9.5 6 9.5 6-3.5 6-9.5 6-9.5-6-9.5-6z"
    + "M12 9.5a2.5 2.5 0 110 5 2.5 2.5 0 010-5z",
  helper: "M9 4a3.5 3.5 0 110 7 3.5 3.5 0 010-7zM2.5 20c.4-4 3-6 6.5-6s6 2 6.5 6M18 8v6M15 11h6",
  power: "M13 2.5L5 14h6l-1 7.5L19 10h-6.5z",
  objection: "M4 4h16v12H10l-5 4v-4H4zM12 7v4M12 13.4v.1",
  promise: "M5 3h10l4 4v14H5zM15 3v4h4M8 16c2-4 3-4 3-1s1 2 5-2",
  butler: "M5 14v-2a7 7 0 0114 0v2M4 14h3v5H4zM17 14h3v5h-3zM18.5 19c0 1.5-2 2.5-5 2.5",
  lecture: "M3 4h18v12H3zM10 7.5l4.5 2.5-4.5 2.5zM8 20.5h8M12 16v4.5",
  notice: "M6 17V11a6 6 0 0112 0v6l1.5 2h-15zM10 21h4",
  person: "M12 4a4 4 0 110 8 4 4 0 010-8zM4 21c.6-4 3.6-6 8-6s7.4 2 8 6",
};

/** A drawn sign; the word beside it says the same. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}
