// The theme makes its scrolling parts regions that are all called "scrollable content". The browser's own scrolling
// is reached by keyboard as well, and names nothing twice.
document.addEventListener("DOMContentLoaded", () => {
  for (const part of document.querySelectorAll("[data-simplebar]")) part.removeAttribute("data-simplebar");
});

// Its search fields are drawn beside the field that has the label, and take its name when they are made.
document.addEventListener("DOMContentLoaded", () => {
  const named = () => {  // both the box and the text in it
    for (const drawn of document.querySelectorAll(":is(.select2-selection, .select2-selection__rendered):not([aria-label])")) {
      const field = drawn.closest(".select2-container")?.previousElementSibling;
      const label = field?.getAttribute("aria-label") || field?.labels?.[0]?.textContent.trim();
      if (label) drawn.setAttribute("aria-label", label);
    }
  };
  named();
  new MutationObserver(named).observe(document.body, { childList: true, subtree: true });
});
