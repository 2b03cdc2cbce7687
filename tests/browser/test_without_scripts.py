"""What matters works where no script runs: an order is entered and money is allocated."""

import re

from tests.browser.chromium import expect
from tests.browser.desks import number_of


def test_an_order_and_a_payment_without_javascript(desk) -> None:
    clerk = desk("order", java_script_enabled=False)
    clerk.goto("/orders/new/")
    clerk.get_by_label("Customer").fill("Harbour Hotel Ltd")
    clerk.get_by_label("SKU of line 1", exact=True).fill("LAN-003")
    clerk.get_by_label("Quantity of line 1", exact=True).fill("2")
    clerk.get_by_role("button", name="Recalculate").last.click()
    expect(clerk.get_by_role("region", name="Amounts")).to_contain_text("52.80")
    clerk.get_by_role("button", name="Place order").click()
    assert number_of(clerk).startswith("SO-")

    cashier = desk("ar", java_script_enabled=False)
    cashier.goto("/payments/new/")
    cashier.get_by_label("Customer").fill("Atelier Lumière SARL")
    cashier.get_by_label("Amount", exact=True).fill("100")
    cashier.get_by_role("button", name="Recalculate").click()
    boxes = cashier.get_by_role("region", name="Open items").get_by_role("checkbox")
    for box in boxes.all():
        box.uncheck()
    boxes.last.check()
    cashier.get_by_role("button", name="Record", exact=True).click()
    expect(cashier.get_by_role("main")).to_contain_text(re.compile(r"PAY-\d+ for 100.00 EUR is recorded"))
