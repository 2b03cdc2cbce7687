"""What people do at several desks, in the words of the pages: roles and labels, so that a new look breaks no test."""

import re
from typing import Any

from tests.browser.chromium import expect

NUMBER = re.compile(r"(SO|SH|RT|PAY)-\d+")


def enter_order(page: Any, customer: str, *rows: tuple[str, str]) -> str:
    """Place an order at the order desk; return its number. The page of the order is open."""
    page.goto("/orders/new/")
    page.get_by_label("Customer").fill(customer)
    for place, (sku, quantity) in enumerate(rows, 1):
        page.get_by_label(f"SKU of line {place}", exact=True).fill(sku)
        page.get_by_label(f"Quantity of line {place}", exact=True).fill(quantity)
    page.get_by_role("button", name="Place order").click()
    return number_of(page)


def number_of(page: Any) -> str:
    """The number in the heading of a document's page."""
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(NUMBER)
    found = NUMBER.search(heading.inner_text())
    assert found is not None
    return found.group()


def go(page: Any, place: str) -> None:
    """Choose a place of the navigation, from the home page when nothing is open yet."""
    if page.url == "about:blank":
        page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name=place, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
