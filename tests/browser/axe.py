"""What axe and a narrow window find wrong with the page that is open (WCAG 2.2 AA)."""

from collections.abc import Iterator
from typing import Any

from tests.browser.chromium import Axe

WIDE, NARROW, NARROWEST = (1400, 900), (640, 900), (320, 640)  # 40rem and 20rem
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
ALL = {"resultTypes": ["violations"]}
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def faults(page: Any, what: str) -> Iterator[str]:
    """What is wrong with the page that is open, in every guise that matters."""
    for (width, height), theme, rules in (
        (WIDE, "light", ALL),
        (WIDE, "dark", COLOURS),
        (NARROW, "light", ALL),
    ):
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
        for violation in Axe().run(page, options=rules).response["violations"]:
            node = violation["nodes"][0]
            yield f"{what} {theme} {width}: {violation['id']} at {node['target']}: {node['failureSummary']}"
    page.set_viewport_size({"width": NARROWEST[0], "height": NARROWEST[1]})
    if (beyond := page.evaluate(OVERFLOW)) > 0:
        yield f"{what}: {beyond} pixels stand out at {NARROWEST[0]}"


def ensure_faultless(page: Any, what: str) -> None:
    """Fail with everything that is wrong with the page that is open; it stays at its width."""
    before = page.viewport_size
    found = list(faults(page, what))
    page.set_viewport_size(before)
    assert found == [], "\n".join(found)
