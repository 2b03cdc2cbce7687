"""The cash desk as it is typed at: what was wrong goes away, and the browser has nothing to say."""

import re

from tests.browser.chromium import expect


def test_what_was_wrong_goes_away_as_it_is_put_right(desk) -> None:
    page, said = desk("ar"), []
    page.on("console", lambda message: said.append(f"{message.text} {message.location}"))
    page.goto("/payments/new/")
    page.get_by_label("Customer").fill("Harbourx")
    page.get_by_label("Amount", exact=True).fill("10.999")
    error = page.get_by_text("No customer has this number or name.")
    expect(error).to_be_visible()
    page.get_by_label("Customer").fill("Harb")
    page.get_by_label("Remittance text").focus()
    expect(error).to_have_count(0)
    expect(page.get_by_text("Harbour Hotel Ltd", exact=False).last).to_be_visible()
    expect(page.get_by_text("Enter 0.01 GBP or more, with no more decimals than that.")).to_be_visible()
    page.get_by_label("Amount", exact=True).fill("11")
    expect(page.get_by_text("Enter 0.01 GBP or more")).to_have_count(0)
    expect(page.locator("#booking")).to_contain_text(re.compile(r"Allocated\s*11.00"))
    # A password manager, or a picture that is taken, leaves a style on a field, which the policy lets nobody copy.
    page.evaluate("document.querySelector('[name=item]').style.color = 'red'")
    page.get_by_label("Amount", exact=True).fill("12")
    expect(page.locator("#booking")).to_contain_text(re.compile(r"Allocated\s*12.00"))
    assert said == []
