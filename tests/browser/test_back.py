"""Going back to a sheet: what was typed is still there, also after a refusal."""

from tests.browser.chromium import expect
from tests.browser.desks import go

SKUS = ["LAN-001", "CAN-001", "ACC-001", "LAN-002", "LAN-003", "LAN-004", "LAN-005", "CAN-002", "CAN-003"]


def test_back_finds_the_order_as_it_was_typed(desk) -> None:
    page = desk("order")
    page.goto("/orders/new/")
    page.get_by_label("Customer").fill("Harbour Hotel Ltd")
    for number, sku in enumerate(SKUS, start=1):
        line = page.get_by_label(f"SKU of line {number}", exact=True)
        if not line.count():
            page.get_by_label(f"SKU of line {number - 1}", exact=True).press("Enter")
        line.fill(sku)
        page.get_by_label(f"Quantity of line {number}", exact=True).fill("1.5" if number == 9 else "2")
    page.keyboard.press("Escape")

    def is_kept() -> None:
        for number, sku in enumerate(SKUS, start=1):
            expect(page.get_by_label(f"SKU of line {number}", exact=True)).to_have_value(sku)
        expect(page.get_by_label("Quantity of line 9", exact=True)).to_have_value("1.5")

    page.get_by_label("Quantity of line 9", exact=True).press("Control+Enter")
    expect(page.get_by_role("main")).to_contain_text("is no whole number")
    is_kept()
    page.go_back()
    is_kept()
    go(page, "Hold desk")
    page.go_back()
    is_kept()
    page.goto("/orders/new/")
    expect(page.get_by_label("SKU of line 1", exact=True)).to_have_value("")
