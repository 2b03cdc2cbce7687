// Order entry: the sheet is asked about while somebody types. All of it is a form that works without this.
const form = document.querySelector("[data-sheet]");
const PAUSE = 300;
let timer = 0;
let asked = 0;
let typing = null; // the SKU that somebody is in the middle of: nothing is wrong with it yet

// ---- what the server finds out is put beside what was typed
async function ask({ first = false } = {}) {
  const mine = ++asked;
  const data = new FormData(form);
  data.set("do", "recalculate");
  const answer = await fetch(location.href, { method: "POST", body: data, headers: { "X-Requested-With": "fetch" } }).catch(() => null);
  if (mine !== asked || !answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const now of page.querySelectorAll("[data-live]")) {
    const old = document.getElementById(now.id);
    if (!old || old.contains(document.activeElement) || old.innerHTML === now.innerHTML) continue;
    // A refusal stays until something is typed, and what a colleague changed until the sheet is sent again.
    if (old.id === "refusal" && (first || old.querySelector('[role="alert"]'))) continue;
    if (typing && old.id === `name-${placeOf(typing)}`) for (const problem of now.querySelectorAll(".short")) problem.remove();
    const ticked = [...old.querySelectorAll("input:checked")].map((box) => box.name);
    old.replaceChildren(...now.childNodes);
    for (const name of ticked) old.querySelector(`input[name="${name}"]`)?.setAttribute("checked", "");
  }
  const lines = [...form.querySelectorAll("[data-line]")];
  page.querySelectorAll("[data-line]").forEach((line, place) => {
    const old = lines[place];
    if (!old) return;
    old.querySelector('[name="unit_price"]').placeholder = line.querySelector('[name="unit_price"]').placeholder;
    const sku = old.querySelector('input[name="sku"][type="text"]');
    if (!sku) return;
    if (sku !== typing && line.querySelector('[aria-invalid="true"]')) sku.setAttribute("aria-invalid", "true");
    else sku.removeAttribute("aria-invalid");
  });
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(() => ask(), PAUSE);
}

// ---- rows
const lines = () => [...form.querySelectorAll("[data-line]")];

const placeOf = (input) => lines().indexOf(input.closest("[data-line]")) + 1;

function addLine() {
  const all = lines();
  const last = all.at(-1);
  const next = last.cloneNode(true);
  const number = all.length + 1;
  for (const cell of next.querySelectorAll("[data-live]")) {
    cell.id = cell.id.replace(/\d+$/, number);
    cell.replaceChildren();
  }
  for (const input of next.querySelectorAll("input")) {
    input.value = "";
    if (input.name === "unit_price") input.placeholder = "";
    input.removeAttribute("aria-invalid");
    for (const name of ["aria-label", "aria-describedby"]) {
      const words = input.getAttribute(name);
      if (words) input.setAttribute(name, words.replace(/\d+/, number));
    }
  }
  next.classList.add("blank");
  last.after(next);
  return next;
}

const sku = (line) => line.querySelector('input[name="sku"]');

function nextLine(line) {
  const next = lines().slice(lines().indexOf(line) + 1).find((one) => sku(one).type === "text");
  (next ?? addLine()).querySelector('input[name="sku"]').focus();
}

function paste(event) {
  const line = event.target.closest("[data-line]");
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!line || event.target.name !== "sku" || !/[\t\n]/.test(text.trim())) return;
  event.preventDefault();
  const names = ["sku", "quantity", "unit_price", "discount"];
  let at = line;
  for (const cells of text.trim().split(/\r?\n/).map((row) => row.split("\t"))) {
    names.forEach((name, place) => {
      if (cells[place] !== undefined) at.querySelector(`input[name="${name}"]`).value = cells[place].trim();
    });
    at.classList.remove("blank");
    const all = lines();
    at = all[all.indexOf(at) + 1] ?? addLine();
  }
  sku(at).focus();
  soon();
}

// ---- choosing while typing: one list at a time (the combobox pattern of ARIA)
let list = null;
let wish = 0;

function close() {
  list?.remove();
  list = null;
  form.querySelector('[aria-expanded="true"]')?.setAttribute("aria-expanded", "false");
}

async function offer(input) {
  const kind = input.closest("[data-combobox]").dataset.combobox;
  const mine = ++wish;
  const words = input.value.trim();
  if (words.length < 2) return close();
  const query = new URLSearchParams({ q: words, customer: form.querySelector('[name="customer"]')?.value ?? "" });
  const answer = await fetch(`${form.dataset[kind]}?${query}`, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
  if (mine !== wish || !answer?.ok || document.activeElement !== input) return;
  const html = await answer.text();
  close();
  if (!html.includes('role="option"')) return;
  list = document.createElement("div");
  list.className = "offers";
  list.id = "choices";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.getAttribute("aria-label") ?? input.labels?.[0]?.textContent ?? "");
  list.innerHTML = html;
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    choose(input, event.target.closest('[role="option"]'));
  });
  document.body.append(list);
  const box = input.getBoundingClientRect();
  list.style.left = `${Math.min(box.left, innerWidth - list.offsetWidth - 8) + scrollX}px`;
  list.style.top = `${box.bottom + scrollY + 4}px`;
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-controls", "choices");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "true");
  mark(input, 0);
}

const options = () => [...(list?.querySelectorAll('[role="option"]') ?? [])];
const chosen = () => options().find((option) => option.getAttribute("aria-selected") === "true");

function mark(input, place) {
  const all = options();
  if (!all.length) return;
  const at = (place + all.length) % all.length;
  all.forEach((option, index) => option.setAttribute("aria-selected", String(index === at)));
  input.setAttribute("aria-activedescendant", all[at].id);
}

function choose(input, option) {
  if (!option) return;
  typing = null;
  input.value = option.dataset.value;
  close();
  soon();
}

function typed(event) {
  const input = event.target;
  if (input.closest("[data-combobox]")) {
    clearTimeout(input.waiting);
    input.waiting = setTimeout(() => offer(input), 120);
  }
  input.closest("[data-line]")?.classList.remove("blank");
  typing = input.name === "sku" ? input : null;
  soon();
}

function pressed(event) {
  const input = event.target;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-submit]"));
    return;
  }
  if (list && input.closest("[data-combobox]")) {
    const now = options().indexOf(chosen());
    if (event.key === "ArrowDown") mark(input, now + 1);
    else if (event.key === "ArrowUp") mark(input, now - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Tab") return choose(input, chosen());
    else if (event.key === "Enter") {
      choose(input, chosen());
      input.closest("[data-line]")?.querySelector('[name="quantity"]').focus();
    } else return;
    event.preventDefault();
    return;
  }
  if (event.key !== "Enter" || !input.matches("input")) return;
  event.preventDefault();
  const line = input.closest("[data-line]");
  if (line) nextLine(line);
  else soon();
}

// ---- what was typed outlives Back: the browser forgets fields that it may not complete
const KEPT = `sheet:${location.pathname}${location.search}`;
const isTyped = ([name, value]) => typeof value === "string" && !["csrfmiddlewaretoken", "do"].includes(name);

const keep = () => sessionStorage.setItem(KEPT, JSON.stringify([...new FormData(form)].filter(isTyped)));

function takeUp() {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
  const cameBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  if (!cameBack || !kept.length) return;
  while (lines().length < kept.filter(([name]) => name === "sku").length) addLine();
  const places = {};
  for (const [name, value] of kept) {
    const place = (places[name] = (places[name] ?? -1) + 1);
    const fields = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
    const choice = fields.find((field) => /^(checkbox|radio)$/.test(field.type) && field.value === value);
    if (choice) choice.checked = true;
    else if (fields[place] && fields[place].type !== "hidden") fields[place].value = value;
  }
  for (const line of lines()) if (sku(line).value) line.classList.remove("blank");
}

if (form) {
  takeUp();
  addEventListener("pagehide", keep);
  form.addEventListener("input", typed);
  form.addEventListener("change", soon);
  form.addEventListener("keydown", pressed);
  form.addEventListener("paste", paste);
  form.addEventListener("focusout", (event) => {
    if (event.target === typing) {
      typing = null;
      soon();
    }
    if (event.target.closest("[data-combobox]")) setTimeout(close, 100);
  });
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
  addEventListener("pageshow", () => delete form.dataset.sent);
  document.documentElement.classList.add("js");
  if (lines().some((line) => sku(line)?.value)) ask({ first: true });
  const wrong = form.querySelector('[aria-invalid="true"]');
  wrong?.closest("details")?.setAttribute("open", "");
  (wrong ?? form.querySelector("[autofocus], input[name='customer']"))?.focus();
}
