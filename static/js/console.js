// The theme makes its scrolling parts regions that are all called "scrollable content". The browser's own scrolling
// is reached by keyboard as well, and names nothing twice.
document.addEventListener("DOMContentLoaded", () => {
  for (const part of document.querySelectorAll("[data-simplebar]")) part.removeAttribute("data-simplebar");
});
