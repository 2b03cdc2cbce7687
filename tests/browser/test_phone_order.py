"""A telephone order from entry to paid, through the screens only: by keyboard, on a telephone, by ticking."""

import re

from o2c.operations.management.commands.seed_demo import PASSWORD
from tests.browser.axe import ensure_faultless
from tests.browser.chromium import expect
from tests.browser.desks import go, number_of


def sign_in(page, username: str) -> None:
    page.goto("/")
    page.get_by_label(re.compile("user ?name|e-?mail", re.IGNORECASE)).fill(username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Good day")).to_be_visible()


def enter_by_keyboard(page) -> str:
    """No mouse: N, the customer, a line, two columns of a spreadsheet, Ctrl+Enter; return the order's number."""
    keys = page.keyboard
    keys.press("n")
    expect(page.get_by_label("Customer")).to_be_focused()
    keys.type("Harbour")
    expect(page.get_by_role("option", name="Harbour Hotel")).to_be_visible()
    keys.press("Enter")
    first = page.get_by_label("SKU of line 1", exact=True)
    for _ in range(12):
        if first.evaluate("input => input === document.activeElement"):
            break
        keys.press("Tab")
    keys.type("lan-001")
    expect(page.get_by_role("option", name="LAN-001")).to_be_visible()
    keys.press("Tab")
    keys.type("5")
    keys.press("Enter")
    expect(page.get_by_label("SKU of line 2", exact=True)).to_be_focused()
    page.evaluate(r"navigator.clipboard.writeText('CAN-001\t12\nACC-001\t3')")
    keys.press("Control+v")
    expect(page.get_by_label("SKU of line 4", exact=True)).to_be_focused()
    amounts = page.get_by_role("region", name="Amounts")
    expect(amounts).to_contain_text("143.23")  # 72.50 + 34.56 from ten pieces on + 12.30, and 20 %
    expect(page.get_by_role("region", name="Credit")).to_contain_text("passes")
    keys.press("Control+Enter")
    return number_of(page)


def send_it_off(page, order: str) -> None:
    """The warehouse, on a phone: found among what is to pick, picked stop by stop, packed, handed over."""
    page.goto("/warehouse/pick/")
    page.get_by_role("searchbox", name="Search this list").fill(order)
    page.keyboard.press("Enter")
    row = page.get_by_role("row").filter(has_text="Harbour Hotel")
    expect(row).to_have_count(1)
    row.get_by_role("link").first.click()
    page.get_by_role("link", name="Pick", exact=True).click()
    page.get_by_role("button", name="Start picking").click()
    for quantity in ("3", "12", "5"):  # in the order of the shelves
        page.get_by_role("button", name=f"All {quantity} taken").click()
    expect(page.get_by_role("heading", name="Everything is there")).to_be_visible()
    page.get_by_role("button", name="On to the boxes").click()
    page.get_by_role("button", name="Packed").last.wait_for()
    ensure_faultless(page, "boxes to pack")
    page.get_by_role("button", name="Packed").last.click()
    page.get_by_role("button", name="Get labels").click()
    page.get_by_role("button", name="Hand over").click()
    expect(page.get_by_role("status").first).to_be_visible()


def test_a_telephone_order_from_entry_to_paid(site, desk) -> None:
    clerk = desk(permissions=["clipboard-read", "clipboard-write"])
    sign_in(clerk, "order")
    order = enter_by_keyboard(clerk)
    main = clerk.get_by_role("main")
    expect(main).to_contain_text("to ship", ignore_case=True)
    site.let_the_workers_work()

    send_it_off(desk("warehouse", phone=True), order)
    site.let_the_workers_work()

    cashier = desk("ar")
    cashier.goto(f"/orders/{order}/")
    invoice = cashier.get_by_role("link", name=re.compile(r"INV-\d{4}-\d+")).first.inner_text()
    invoice = re.search(r"INV-\d{4}-\d+", invoice).group()
    go(cashier, "Record a payment")
    cashier.get_by_label("Customer").fill("Harbour Hotel Ltd")
    cashier.get_by_label("Amount", exact=True).fill("143.23")
    items = cashier.get_by_role("region", name="Open items")
    expect(items).to_contain_text("the amount to the cent")
    expect(items.get_by_role("checkbox", name=invoice)).to_be_checked()
    cashier.get_by_role("button", name="Record", exact=True).click()
    expect(cashier.get_by_role("main")).to_contain_text(
        re.compile(r"PAY-\d+")
    )  # and the next one can be entered
    site.let_the_workers_work()

    cashier.goto(f"/orders/{order}/")
    expect(cashier.get_by_role("main")).to_contain_text("closed", ignore_case=True)
    cashier.get_by_role("listitem").filter(has_text="Invoice to Harbour Hotel").last.get_by_role(
        "link"
    ).click()
    expect(cashier.get_by_role("heading", level=1)).to_have_text(re.compile(r"JE-\d+"))
    expect(cashier.get_by_role("main")).to_contain_text("119.36")  # earned, and 23.87 owed to the tax office
