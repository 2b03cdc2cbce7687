"""The warehouse's telephone: a thumb reaches what it aims at, and takes nothing that it does not."""

from tests.browser.chromium import expect
from tests.browser.desks import enter_order

BETWEEN_TAPS = 450  # ms
SHOWN = """link => {
  const [box, strip] = [link, link.closest("nav")].map((one) => one.getBoundingClientRect());
  return box.left >= strip.left && box.right <= strip.right;
}"""


def test_a_thumb_takes_one_stop_at_a_time_and_reaches_the_button_below_what_is_told(site, desk) -> None:
    order = enter_order(desk("order"), "Harbour Hotel Ltd", ("LAN-001", "5"), ("CAN-001", "12"))
    site.let_the_workers_work()
    page = desk("warehouse", phone=True)
    page.goto(f"/orders/{order}/")
    page.get_by_role("link", name="SH-").first.click()
    page.get_by_role("link", name="Pick", exact=True).click()
    page.get_by_role("button", name="Start picking").click()
    button = page.get_by_role("button", name="taken")
    button.click(trial=True)  # until it takes a tap
    box = button.bounding_box()
    thumb = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.touchscreen.tap(*thumb)
    page.wait_for_timeout(BETWEEN_TAPS)
    page.touchscreen.tap(*thumb)
    page.wait_for_timeout(BETWEEN_TAPS)
    expect(page.get_by_text("1 of 2 stops done")).to_be_visible()
    button.click()
    page.get_by_role("button", name="On to the boxes").click()
    page.get_by_role("button", name="Packed").last.click()
    told = page.locator(".toasts")
    expect(told).to_be_visible()
    bar = page.locator(".thumb")
    top, bottom = told.bounding_box(), bar.bounding_box()
    assert top["y"] + top["height"] < bottom["y"]
    assert not told.evaluate("""told => {
      const { left, top, width, height } = told.getBoundingClientRect();
      return told.contains(document.elementFromPoint(left + width / 2, top + height / 2));
    }""")


def test_the_strip_of_places_begins_where_somebody_is(desk) -> None:
    page = desk("warehouse", phone=True)
    for address in ("/stock/receive/", "/stock/count/", "/returns/", "/stock/", "/stock/transfers/"):
        page.goto(address)
        here = page.get_by_role("navigation", name="Main").locator("[aria-current]")
        expect(here).to_have_js_property("isConnected", True)
        assert here.evaluate(SHOWN), address
