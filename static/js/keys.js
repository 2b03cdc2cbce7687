// Keys for people who do this all day. An account can switch single keys off (WCAG 2.1.4).
import { move, tick } from "./list.js";

const sheet = document.getElementById("keys-sheet");
const places = JSON.parse(sheet?.dataset.places ?? "{}");
const typing = (target) => target.closest("input, textarea, select, [contenteditable], dialog[open]");
let waiting = "";

function press(selector) {
  const found = document.querySelector(selector);
  if (!found) return false;
  found.matches("input") ? found.focus() : found.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
  if (typing(event.target) || document.documentElement.dataset.keys === "off") return;
  const key = event.key;
  if (waiting === "g") {
    waiting = "";
    if (places[key]) location.assign(places[key]);
    return;
  }
  const done = {
    g: () => ((waiting = "g"), setTimeout(() => (waiting = ""), 1500), true),
    j: () => (move(1), true),
    k: () => (move(-1), true),
    x: () => (tick(), true),
    "/": () => press('[data-key="/"]'),
    "?": () => (sheet?.showModal(), true),
  }[key];
  const handled = done ? done() : /^[a-z]$/.test(key) && press(`[data-key="${key}"]`);
  if (handled) event.preventDefault();
});

document.querySelector("[data-open-keys]")?.addEventListener("click", () => sheet?.showModal());
