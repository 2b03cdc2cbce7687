// What a page says of itself: changes are announced, numbers can be copied, and kept messages do not shift the page.
const announcer = document.getElementById("announcer");

export function announce(words) {
  if (!announcer) return;
  announcer.textContent = "";
  requestAnimationFrame(() => (announcer.textContent = words));
}

// ---- copying a number; without this it is text that can be selected
for (const holder of navigator.clipboard ? document.querySelectorAll("[data-copy]") : []) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = holder.dataset.copySays;
  button.setAttribute("aria-label", `${holder.dataset.copySays} ${holder.dataset.copy}`);
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(holder.dataset.copy);
    button.textContent = holder.dataset.copied;
    announce(holder.dataset.copied);
    setTimeout(() => (button.textContent = holder.dataset.copySays), 2000);
  });
  holder.append(button);
}

// ---- after a swap, say what it says of itself; focus that was swapped away goes to what came instead
let within = false;

document.addEventListener("htmx:beforeSwap", (event) => {
  within = event.detail.target?.contains(document.activeElement) ?? false;
});

document.addEventListener("htmx:afterSettle", (event) => {
  const told = event.detail.elt.querySelector?.("[data-announce]");
  if (told) announce(told.textContent.trim().replace(/\s+/g, " "));
  if (within && document.activeElement === document.body) {
    const target = document.getElementById(event.detail.target?.id) ?? event.detail.elt;
    if (!target.hasAttribute("tabindex")) target.setAttribute("tabindex", "-1");
    target.focus({ preventScroll: true });
  }
  within = false;
});

// ---- what was done is told as a toast that keeps the focus where it is; it waits while somebody points at it
const messages = document.querySelector("[data-messages]");

if (messages) {
  announce(messages.textContent.trim().replace(/\s+/g, " "));
  const notices = [...messages.children];
  if (notices.every((notice) => notice.matches(".good, .info") && !notice.querySelector("[data-undo]"))) {
    messages.classList.add("toasts");
    const leave = () => (messages.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : messages.remove());
    setTimeout(leave, 10_000);
  }
}
