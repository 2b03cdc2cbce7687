"""What axe and a narrow window find wrong with the page that is open (WCAG 2.2 AA)."""

from collections.abc import Iterator
from typing import Any

from tests.browser.chromium import Axe

WIDE, NARROW, NARROWEST = (1400, 900), (640, 900), (320, 640)  # 40rem and 20rem
SIZES = {"target-size": {"enabled": True}}  # WCAG 2.2's, which axe looks at when it is asked to
# What another layout can change: how large a target is, what scrolls, and what has lost its name with a hidden word.
LAYOUT = (
    "target-size",
    "scrollable-region-focusable",
    "link-name",
    "button-name",
    "label",
    "select-name",
    "aria-hidden-focus",
)
GUISES: tuple[tuple[tuple[int, int], str, dict[str, Any]], ...] = (
    (WIDE, "light", {"rules": SIZES}),
    (WIDE, "dark", {"runOnly": ["color-contrast"]}),
    (NARROW, "light", {"runOnly": LAYOUT}),
)
WHOLE = (
    WIDE,
    "light",
)  # where axe looks at every row of a table, and not at the first of those that are made alike
# The desks keep the theme in one place, the console in another; nothing fades while axe looks.
DRESS = """theme => {
  const root = document.documentElement;
  root.dataset.theme = theme;
  root.classList.toggle("dark", theme === "dark");
  if (window.isStill) return;
  const still = new CSSStyleSheet();
  still.replaceSync("*, ::before, ::after { transition: none !important; animation: none !important }");
  document.adoptedStyleSheets.push(still);
  window.isStill = true;
}"""
LOOK = """async ([options, whole]) => {
  const seen = new Set();
  const made = row => [row.parentNode.parentNode, row, ...row.querySelectorAll("*")]
    .map(each => `${each.tagName}.${each.id && "*"}${each.className}`).join();
  const again = row => seen.has(made(row)) || !seen.add(made(row));
  const exclude = whole ? [] : [...document.querySelectorAll("tbody tr")].filter(again);
  const told = { resultTypes: ["violations"], preload: false, ...options };
  const found = await axe.run({ include: [document.documentElement], exclude }, told);
  return found.violations.map(({ id, nodes }) => [id, nodes.map(node => [node.target.join(" "), node.failureSummary])]);
}"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
TOLD = 3  # places of one fault


def faults(page: Any, what: str) -> Iterator[str]:
    """What is wrong with the page that is open, in every guise that matters."""
    page.evaluate(Axe().axe_script)
    for (width, height), theme, options in GUISES:
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(DRESS, theme)
        for rule, nodes in page.evaluate(LOOK, [options, ((width, height), theme) == WHOLE]):
            where = "; ".join(f"{target}: {summary}" for target, summary in nodes[:TOLD])
            yield f"{what} {theme} {width}: {rule} {len(nodes)} times, at {where}"
    page.set_viewport_size({"width": NARROWEST[0], "height": NARROWEST[1]})
    if (beyond := page.evaluate(OVERFLOW)) > 0:
        yield f"{what}: {beyond} pixels stand out at {NARROWEST[0]}"


def ensure_faultless(page: Any, what: str) -> None:
    """Fail with everything that is wrong with the page that is open; it stays at its width."""
    before = page.viewport_size
    found = list(faults(page, what))
    page.set_viewport_size(before)
    assert found == [], "\n".join(found)
