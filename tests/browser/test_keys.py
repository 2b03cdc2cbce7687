"""Hands that stay on the keyboard: the palette, the keys of lists, saved views, and the export of what is shown."""

import csv
import re
from pathlib import Path

from tests.browser.chromium import expect


def test_the_palette_and_the_keys_of_a_list(desk) -> None:
    page = desk("admin")
    keys = page.keyboard
    page.goto("/")
    keys.press("Control+k")
    keys.type("Fjordlys")
    expect(page.get_by_role("option", name="Fjordlys").first).to_be_visible()
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Fjordlys")
    keys.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    keys.press("Escape")
    keys.press("g")
    keys.press("o")
    expect(page.get_by_role("heading", name="Orders")).to_be_visible()
    for key in ("j", "j", "k", "x"):
        keys.press(key)
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(1)
    opened = page.evaluate("document.activeElement.textContent.trim()")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(opened)


def test_the_sheet_of_keys_opens_after_one_escape_out_of_the_palette(desk) -> None:
    page = desk("order")
    page.goto("/orders/")
    page.keyboard.press("Control+k")
    page.keyboard.type("Fjordlys")
    expect(page.get_by_role("option", name="Fjordlys").first).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def test_keys_are_not_switched_off_by_enter_and_come_back_through_the_palette(desk) -> None:
    page = desk("order")
    page.goto("/orders/")
    page.keyboard.press("?")
    expect(page.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    page.keyboard.press("Control+k")
    page.keyboard.type("keys")
    expect(page.get_by_role("option", name="Keys")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def test_the_menus_of_a_list_close_and_make_room_for_each_other(desk) -> None:
    page = desk("order")
    page.goto("/orders/?channel=phone")
    filters, columns = page.locator("details.filtermenu"), page.locator(".toolbar details.menu").nth(1)
    filters.locator("summary").click()
    columns.locator("summary").click()
    expect(filters).not_to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(columns).not_to_have_attribute("open", "")
    expect(columns.locator("summary")).to_be_focused()
    filters.locator("summary").click()
    page.get_by_role("heading", level=1).click()
    expect(filters).not_to_have_attribute("open", "")
    page.get_by_text("Save view").click()
    expect(page.get_by_label("Name", exact=True)).to_be_focused()


def test_what_nothing_is_ticked_for_cannot_be_pressed(desk) -> None:
    page = desk("admin")
    page.goto("/orders/")
    release = page.get_by_role("button", name="Release")
    expect(release).to_be_disabled()
    page.get_by_role("checkbox", name=re.compile("^Tick SO-")).first.check()
    expect(release).to_be_enabled()


def test_a_view_is_saved_and_exactly_what_it_shows_is_exported(desk, tmp_path: Path) -> None:
    page = desk("order")
    page.goto("/orders/")
    page.keyboard.press("/")
    page.keyboard.type("Harbour")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("q=Harbour"))
    page.get_by_text("Save view").click()
    page.get_by_label("Name", exact=True).fill("The hotel")
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto("/orders/")
    page.get_by_role("link", name="The hotel").click()
    shown = page.get_by_role("row").count() - 1
    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as coming:
        page.get_by_role("link", name="CSV").click()
    file = tmp_path / "orders.csv"
    coming.value.save_as(file)
    rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) - 1 == shown > 3
    assert all("Harbour Hotel Ltd" in row for row in rows[1:])
