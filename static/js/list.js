// A worklist works as a form; this counts ticks, remembers columns, and moves through rows by key.
const rows = () => [...document.querySelectorAll("[data-row]")];

function count() {
  for (const bar of document.querySelectorAll("[data-bulk]")) {
    const form = bar.closest("form");
    const ticked = form.querySelectorAll('input[name="id"]:checked').length;
    const all = form.querySelector("[data-all]")?.checked;
    bar.querySelector("[data-ticked]").textContent = all ? "…" : ticked;
    for (const verb of bar.querySelectorAll("button")) verb.disabled = !ticked && !all;
  }
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-tick-all]")) {
    for (const box of event.target.closest("form").querySelectorAll('input[name="id"]')) {
      box.checked = event.target.checked;
    }
  }
  if (event.target.matches("[data-column]")) {
    const form = event.target.closest("form");
    const names = [...form.querySelectorAll("[data-column]:checked")].map((box) => box.dataset.column);
    const field = form.querySelector('input[name="columns"]');
    field.disabled = false;
    field.value = names.join(",");
  }
  count();
});

export function move(step) {
  const all = rows();
  if (!all.length) return false;
  const now = all.findIndex((row) => row.classList.contains("at"));
  const next = Math.min(Math.max(now + step, 0), all.length - 1);
  all[now]?.classList.remove("at");
  all[next].classList.add("at");
  all[next].querySelector("a.row")?.focus({ preventScroll: true });
  all[next].scrollIntoView({ block: "nearest" });
  return true;
}

export function tick() {
  const box = document.querySelector("[data-row].at input[name='id']");
  if (!box) return;
  box.checked = !box.checked;
  count();
}

document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.("[data-row]");
  if (!row) return;
  for (const other of rows()) other.classList.toggle("at", other === row);
});

count();
document.addEventListener("htmx:afterSettle", count);
addEventListener("pageshow", count); // ticks that are there again after Back
