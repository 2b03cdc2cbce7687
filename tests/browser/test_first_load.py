"""The first page of a morning: small over the wire, and nothing jumps while it appears."""

import gzip

from tests.browser.chromium import PHONE

BUDGET = 150_000  # bytes, as WhiteNoise compresses what does not change; pages themselves are not compressed
SHIFTS = """
    window.shifted = 0;
    new PerformanceObserver((list) => {
      for (const shift of list.getEntries()) window.shifted += shift.value;
    }).observe({ type: "layout-shift", buffered: true });
"""
JUST_NOTICEABLE = 0.01  # 0.1 still counts as good


def on_the_wire(answer) -> int:
    """How many bytes an answer takes in production."""
    body = answer.body()
    squeezed = "/static/" in answer.url and not answer.url.endswith(".woff2")
    return len(gzip.compress(body, 9)) if squeezed else len(body)


def test_the_first_load_is_small_and_nothing_jumps(desk) -> None:
    page, sizes = desk("admin"), {}
    page.on("response", lambda answer: sizes.update({answer.url: answer}))
    page.add_init_script(SHIFTS)
    page.goto("/", wait_until="networkidle")
    weighed = {url: on_the_wire(answer) for url, answer in sizes.items()}
    assert len(weighed) > 8
    assert sum(weighed.values()) < BUDGET, weighed
    for path in ("/", "/orders/", "/customers/"):
        for width in (None, PHONE):
            if width:
                page.set_viewport_size(width)
            page.goto(path, wait_until="networkidle")
            assert page.evaluate("window.shifted") < JUST_NOTICEABLE, (path, width)
