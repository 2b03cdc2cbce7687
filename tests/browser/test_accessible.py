"""axe looks over every page, in both themes and narrow; at 320 pixels, as with 400 % zoom, nothing is cut off."""

from typing import Any

import pytest

from tests.browser.axe import faults
from tests.browser.console import console_pages, one_of_each_kind
from tests.browser.pages import OUTSIDE, UNUSED, WALKED, Page, pages

PARTS = 4  # so that two processes can share the pages


def looked_over(page: Any, shown: list[Page]) -> list[str]:
    """What is wrong with these pages."""
    wrong = []
    for example in shown:
        answer = page.goto(example.path)
        assert answer.status == 200, example
        wrong += faults(page, example.path)
    return wrong


@pytest.mark.parametrize("part", range(PARTS))
def test_axe_finds_nothing_on_any_page(site, desk, part: int) -> None:
    found, missing = pages(site.user("admin"), share=slice(part, None, PARTS))
    assert set(missing) <= WALKED | UNUSED, (
        "give tests/browser/pages.py an example, or say why there is no page"
    )
    wrong = looked_over(desk("admin"), found)
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("part", range(2))
def test_axe_finds_nothing_on_a_page_of_each_kind_of_the_console(site, desk, part: int) -> None:
    """The console's lists and forms are the same few templates: each of its own, and of the others one of a kind."""
    wrong = looked_over(desk("admin"), one_of_each_kind(site.user("admin"), share=slice(part, None, 2)))
    assert wrong == [], "\n".join(wrong)


@pytest.mark.soak
def test_axe_finds_nothing_on_any_page_of_the_console(site, desk) -> None:
    wrong = looked_over(desk("admin"), console_pages(site.user("admin")))
    assert wrong == [], "\n".join(wrong)


def test_axe_finds_nothing_before_the_sign_in_in_dialogs_and_on_pages_that_say_no(
    site, desk, monkeypatch
) -> None:
    outside, inside, warehouse = desk(), desk("admin"), desk("warehouse")
    wrong = []
    for path in OUTSIDE:
        outside.goto(path)
        wrong += faults(outside, path)
    for page, path, status in ((inside, "/orders/SO-0/", 404), (warehouse, "/ledger/", 403)):
        assert page.goto(path).status == status
        wrong += faults(page, path)
    with monkeypatch.context() as broken:
        broken.setattr("reporting.views.desks_of", None)
        assert inside.goto("/").status == 500
        wrong += faults(inside, "something broke")
    inside.goto("/orders/")
    inside.keyboard.press("Control+k")
    inside.get_by_role("dialog").get_by_role("option").first.wait_for()
    wrong += faults(inside, "the palette")
    inside.goto("/customers/")
    inside.keyboard.press("?")
    inside.get_by_role("dialog", name="Keys").wait_for()
    wrong += faults(inside, "the sheet of keys")
    assert wrong == [], "\n".join(wrong)
