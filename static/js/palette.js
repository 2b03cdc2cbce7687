// Ctrl+K: find a document, a customer, a product, or a thing to do. The answers come from the server.
const dialog = document.getElementById("palette");
const input = dialog?.querySelector("input");
const found = dialog?.querySelector(".found");
const told = dialog?.querySelector("[role=status]");
let asked = 0;
let timer = 0;

function open() {
  dialog.showModal();
  input.select();
  if (!found.childElementCount) ask();
}

async function ask() {
  const mine = ++asked;
  const answer = await fetch(`${dialog.dataset.url}?q=${encodeURIComponent(input.value)}`, {
    headers: { "X-Requested-With": "fetch" },
  }).catch(() => null);
  if (mine !== asked || !answer?.ok) return;
  found.innerHTML = await answer.text();
  const count = options().length;
  input.setAttribute("aria-expanded", String(count > 0));
  told.textContent = count ? `${told.dataset.some} ${count}` : told.dataset.none;
  choose(0);
}

const options = () => [...found.querySelectorAll('[role="option"]')];

function choose(place) {
  const all = options();
  if (!all.length) return input.removeAttribute("aria-activedescendant");
  const next = (place + all.length) % all.length;
  all.forEach((option, index) => option.setAttribute("aria-selected", String(index === next)));
  input.setAttribute("aria-activedescendant", all[next].id);
  all[next].scrollIntoView({ block: "nearest" });
}

if (dialog) {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
  document.querySelector("[data-open-palette]")?.addEventListener("click", (event) => {
    event.preventDefault();
    open();
  });
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 150);
  });
  input.addEventListener("keydown", (event) => {
    const now = options().findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "Escape") {
      dialog.close(); // the field's own answer is to forget what was typed, and to stay open
      input.blur(); // it would keep the next key for itself until the page is drawn again
    } else if (event.key === "ArrowDown") choose(now + 1);
    else if (event.key === "ArrowUp") choose(now - 1);
    else if (event.key === "Enter" && options()[now]) {
      event.ctrlKey || event.metaKey ? window.open(options()[now].href, "_blank") : options()[now].click();
    } else return;
    event.preventDefault();
  });
}
