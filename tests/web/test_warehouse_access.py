"""Which buttons and places of the warehouse a role sees; who gets which page is in `test_crawl`."""

from tests.documents import shipment_in


def test_buttons_stand_only_where_the_role_may_press_them(world, sign_in) -> None:
    page = f"/shipments/{shipment_in(world, 'picking').number}/"
    assert f'href="{page}pack/"' in sign_in("Warehouse clerk").get(page).text
    assert f'href="{page}pack/"' not in sign_in("Auditor").get(page).text
    stock = sign_in("AR clerk").get("/stock/").text
    assert 'name="id"' not in stock
    menu = sign_in("Auditor").get("/").text
    assert 'href="/stock/receive/"' not in menu
    assert 'href="/warehouse/pick/"' in menu
