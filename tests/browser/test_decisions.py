"""Orders that need a decision: held and released by two people, amended while somebody else amends."""

from tests.browser.axe import ensure_faultless
from tests.browser.chromium import expect
from tests.browser.desks import enter_order, go


def test_a_held_order_is_understood_and_released_by_two_people(desk) -> None:
    order = enter_order(
        desk("order"), "The Corner Shop", ("LAN-005", "60"), ("LAN-004", "50"), ("LAN-003", "100")
    )
    first, second = desk("finance"), desk("admin")
    go(first, "Hold desk")
    row = first.get_by_role("row").filter(has_text=order)
    expect(row).to_contain_text("over limit by")
    row.get_by_role("link", name=order).click()
    main = first.get_by_role("main")
    expect(main).to_contain_text("exceeds the credit limit by")
    expect(first.get_by_role("region", name="Credit")).to_contain_text("1,000.00")
    main.get_by_role("link", name="The Corner Shop").first.click()
    expect(first.get_by_role("heading", name="The Corner Shop")).to_be_visible()
    first.go_back()
    first.get_by_role("link", name="Release", exact=True).click()
    first.get_by_label("Reason").fill("They pay the first half in advance")
    first.get_by_role("button", name="Release").click()
    expect(first.get_by_role("main")).to_contain_text("You proposed it: somebody else must agree")

    second.goto(f"/orders/{order}/")
    second.get_by_role("link", name="Agree", exact=True).click()
    expect(second.get_by_role("main")).to_contain_text("They pay the first half in advance")
    ensure_faultless(second, "the second person's page")
    second.get_by_role("button", name="Agree", exact=True).click()
    expect(second.get_by_role("main")).to_contain_text(f"{order} is released and confirmed")
    expect(second.get_by_role("link", name="Amend")).to_be_visible()


def test_an_amendment_shows_what_changes_and_a_conflict_loses_nothing(desk) -> None:
    mine = desk("order")
    order = enter_order(mine, "Harbour Hotel Ltd", ("LAN-002", "4"), ("CAN-003", "20"))
    mine.get_by_role("link", name="Amend").click()
    theirs = desk("admin")
    theirs.goto(mine.url)
    theirs.get_by_label("Quantity of line 1", exact=True).fill("6")
    changes = theirs.get_by_role("region", name="What changes")
    expect(changes).to_contain_text("6")
    theirs.get_by_label("Why it changes").fill("They called again")
    theirs.get_by_role("button", name="Save the amendment").click()
    expect(theirs.get_by_role("heading", name=order)).to_be_visible()

    mine.get_by_label("Quantity of line 2", exact=True).fill("30")
    mine.get_by_label("Why it changes").fill("More tea lights")
    with mine.expect_response(lambda answer: answer.request.is_navigation_request()) as sent:
        mine.get_by_role("button", name="Save the amendment").click()
    assert sent.value.status == 409
    alert = mine.get_by_role("alert")
    expect(alert).to_contain_text("has changed since you opened it")
    expect(alert).to_contain_text("They called again")
    expect(mine.get_by_label("Quantity of line 2", exact=True)).to_have_value("30")
    expect(mine.get_by_label("Why it changes")).to_have_value("More tea lights")
    ensure_faultless(mine, "the page of a conflict")
    mine.get_by_role("button", name="Save the amendment").click()
    expect(mine.get_by_role("heading", name=order)).to_be_visible()
    expect(mine.get_by_role("main")).to_contain_text("More tea lights")
