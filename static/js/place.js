// On a narrow screen the navigation is a strip: it begins where somebody is.
const here = document.querySelector(".side [aria-current]");
const strip = here?.closest(".side");

if (strip && strip.scrollWidth > strip.clientWidth) {
  const [link, whole] = [here.getBoundingClientRect(), strip.getBoundingClientRect()];
  strip.scrollLeft += link.left - whole.left - (whole.width - link.width) / 2;
}
