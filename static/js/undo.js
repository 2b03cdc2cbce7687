// The way back after an allocation stands out for ten seconds, and then needs no page in between.
const TEN_SECONDS = 10_000;

for (const link of document.querySelectorAll("[data-undo]")) {
  const notice = link.closest(".notice");
  notice?.classList.add("fresh");
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    const body = new URLSearchParams(new URL(link.href).search);
    body.set("csrfmiddlewaretoken", document.querySelector('input[name="csrfmiddlewaretoken"]').value);
    const address = link.href.split("?")[0];
    const answer = await fetch(address, { method: "POST", body }).catch(() => null);
    location.assign(answer?.ok ? answer.url : link.href);
  });
  setTimeout(() => notice?.remove(), TEN_SECONDS);
}
