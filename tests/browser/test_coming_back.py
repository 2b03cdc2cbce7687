"""Goods come back: allowed, received and inspected by the warehouse, credited by the billing desk."""

import re

from tests.browser.axe import ensure_faultless
from tests.browser.chromium import expect
from tests.browser.desks import go, number_of


def test_a_return_from_the_letter_to_the_credit_note(site, desk) -> None:
    clerk = desk("order")
    clerk.goto("/shipments/?q=The+Corner+Shop")
    clerk.get_by_role("row").filter(has_text="Delivered").get_by_role("link").first.click()
    clerk.get_by_role("link", name="Authorise a return").click()
    clerk.get_by_label("Comes back").fill("3")
    clerk.get_by_role("button", name="Authorise").click()
    returned = number_of(clerk)
    warehouse = desk("warehouse", phone=True)
    warehouse.goto(f"/returns/{returned}/")
    warehouse.get_by_role("main").get_by_role("link", name="Receive", exact=True).click()
    warehouse.get_by_role("main").get_by_role("textbox").first.fill("3")
    warehouse.get_by_role("button", name="Receive", exact=True).click()
    expect(warehouse.get_by_role("heading", name="Good, or scrap?")).to_be_visible()
    warehouse.get_by_label("Back to stock").fill("2")
    warehouse.get_by_role("main").get_by_label("Scrap").fill("1")
    warehouse.get_by_role("button", name="Inspect").click()
    expect(warehouse.get_by_role("heading", name=returned)).to_be_visible()
    site.let_the_workers_work()

    biller = desk("ar")
    go(biller, "Returns to credit")
    main = biller.get_by_role("main")
    main.get_by_role("link", name=returned).click()
    main.get_by_role("link", name="Draft credit note", exact=True).click()
    ensure_faultless(biller, "a return to credit")
    expect(main).to_contain_text("21.89")  # 3 of 6.08, for ten or more were bought, and 20 %
    main.get_by_role("button", name="Draft credit note").click()
    main.get_by_role("link", name="Issue", exact=True).click()
    main.get_by_role("button", name="Issue", exact=True).click()
    expect(biller.get_by_role("heading", level=1)).to_contain_text(re.compile(r"CN-\d{4}-\d+"))
    biller.get_by_role("link", name="Use the credit").click()  # quicker than the worker that sets it off
    ensure_faultless(biller, "a credit")
    biller.go_back()
    site.let_the_workers_work()
    main.get_by_role("link", name=re.compile(r"INV-\d{4}-\d+")).first.click()
    expect(main.get_by_role("region", name="Credit notes")).to_contain_text(returned)
    ensure_faultless(biller, "an invoice of which something is credited")
