// A scanner types and presses Enter. Each scan of the right goods counts one up; the last one goes on by itself.
// Without this the same form asks the server, which says whether it is the right thing.
const STILL_THE_LAST_TAP = 800; // ms
const form = document.querySelector("form[data-scan]");

if (form) {
  const field = form.querySelector("[data-scan-field]");
  const allThere = form.querySelector("[data-all-there]");
  const counter = document.querySelector("[data-counted]");
  const wanted = Number(form.dataset.wanted);
  const kept = `picked-${form.dataset.line}`;
  let counted = Number(sessionStorage.getItem(kept) ?? 0);

  const show = () => {
    counter.hidden = !counted;
    counter.textContent = `${counted} / `;
    form.elements.quantity.placeholder = counted || "";
  };

  // What was wrong with an earlier scan is over once the right goods come.
  const forget = () => {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
    document.getElementById("sku-wrong")?.remove();
    for (const notice of document.querySelectorAll(".hand > .notice.bad")) notice.remove();
  };

  form.addEventListener("submit", (event) => {
    const scanned = field.value.trim();
    if (event.submitter?.hasAttribute("data-all-there")) return sessionStorage.removeItem(kept);
    if (![scanned, scanned.toUpperCase()].includes(form.dataset.sku) || !Number.isInteger(wanted) || form.elements.quantity.value) return;
    event.preventDefault();
    forget();
    counted += 1;
    field.value = "";
    field.focus();
    sessionStorage.setItem(kept, counted);
    show();
    // A form that is being submitted cannot be submitted again before this event is over.
    if (counted >= wanted) setTimeout(() => form.requestSubmit(allThere));
  });

  form.querySelector("details").addEventListener("toggle", (event) => {
    if (event.target.open && counted && !form.elements.quantity.value) form.elements.quantity.value = counted;
  });

  // A tap beside a control gives the focus back to the scanner.
  document.addEventListener("pointerup", (event) => {
    if (!event.target.closest("a, button, input, select, summary, label, .thumb, details[open]")) field.focus();
  });

  // The button of the next stop lies where that of the last one lay: the second tap of two is not for it.
  allThere.inert = true;
  setTimeout(() => (allThere.inert = false), STILL_THE_LAST_TAP);

  show();
}
