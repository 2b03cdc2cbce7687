// A menu that opens over the page closes with Escape, with a click beside it, and when another one opens.
const open = () => [...document.querySelectorAll("details.menu[open]")];

function close(menu) {
  const within = menu.contains(document.activeElement);
  menu.open = false;
  if (within) menu.querySelector("summary").focus();
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || event.target.closest?.("dialog[open]")) return;
  const menus = open();
  menus.forEach(close);
  if (menus.length) event.preventDefault();
});

document.addEventListener("click", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener(
  "toggle", // does not bubble
  (event) => {
    const menu = event.target;
    if (!menu.matches?.("details.menu") || !menu.open) return;
    for (const other of open()) if (other !== menu) other.open = false;
    menu.querySelector("[data-first]")?.focus();
  },
  true,
);
