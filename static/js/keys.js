// Keys for people who do this all day. An account can switch single keys off (WCAG 2.1.4).
import { move, tick } from "./list.js";
import "./menus.js";

const sheet = document.getElementById("keys-sheet");
const places = JSON.parse(sheet?.dataset.places ?? "{}");
const off = () => document.documentElement.dataset.keys === "off";
const typing = (target) => target.closest("input, textarea, select, [contenteditable], dialog[open]");
let waiting = "";

function press(selector) {
  const found = document.querySelector(selector);
  if (!found) return false;
  found.matches("input, textarea") ? found.focus() : found.click();
  return true;
}

// What this page answers to, in the words of its own buttons.
function open() {
  const part = sheet?.querySelector("[data-page-keys]");
  const list = part?.querySelector("dl");
  list?.replaceChildren();
  for (const one of document.querySelectorAll("[data-key]")) {
    if (one.dataset.key === "/" || sheet.contains(one)) continue;
    const words = one.dataset.says ?? one.labels?.[0]?.textContent ?? one.textContent;
    const key = document.createElement("dt");
    key.append(Object.assign(document.createElement("kbd"), { textContent: one.dataset.key.toUpperCase() }));
    const says = document.createElement("dd");
    says.textContent = words.replace(/\s+[A-Z]$/, "").trim().replace(/\s+[A-Z]$/, "");
    list.append(key, says);
  }
  if (part) part.hidden = !list.childElementCount;
  sheet?.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
  if (typing(event.target) || off()) return;
  const key = event.key;
  if (waiting === "g") {
    waiting = "";
    if (places[key]) location.assign(places[key]);
    return;
  }
  const done = {
    g: () => ((waiting = "g"), setTimeout(() => (waiting = ""), 1500), true),
    j: () => move(1) || press('[data-key="j"]'),
    k: () => move(-1) || press('[data-key="k"]'),
    x: () => (tick(), true),
    "/": () => press('[data-key="/"]'),
    "?": () => (open(), true),
  }[key];
  const handled = done ? done() : /^[a-z]$/.test(key) && press(`[data-key="${key}"]`);
  if (handled) event.preventDefault();
});

// The palette finds the sheet; without this its link leads to the account, where single keys are switched too.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[href$="#keys"]');
  if (!link || !sheet || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  link.closest("dialog")?.close();
  open();
});
