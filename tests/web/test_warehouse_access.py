"""Who gets which page of the warehouse: every address tried by every role, cell by cell."""

import pytest

from o2c.operations.roles import FINANCE_MANAGER, ORDER_CLERK, WAREHOUSE_CLERK
from tests.documents import shipment_in, transfer_in
from tests.fulfillment.returns import return_in
from tests.world import World, all_roles

WAREHOUSE = {WAREHOUSE_CLERK}
EVERYBODY = set(all_roles())
RETURNS = {ORDER_CLERK, FINANCE_MANAGER}
BUYING = {WAREHOUSE_CLERK, FINANCE_MANAGER}

MAY: dict[str, set[str]] = {
    "/warehouse/pick/": EVERYBODY,
    "/warehouse/pick/sheet/": EVERYBODY,
    "/warehouse/pack/": EVERYBODY,
    "/warehouse/ship/": EVERYBODY,
    "/warehouse/road/": EVERYBODY,
    "/warehouse/services/": EVERYBODY,
    "/returns/": EVERYBODY,
    "/shipments/": EVERYBODY,
    "/stock/": EVERYBODY,
    "/stock/reorder/": EVERYBODY,
    "/stock/expected/": EVERYBODY,
    "/stock/transfers/": EVERYBODY,
    "/stock/goods/": EVERYBODY,
    "/stock/receive/": WAREHOUSE,
    "/stock/count/": WAREHOUSE,
    "/stock/scrap/": WAREHOUSE,
    "/stock/transfers/new/": WAREHOUSE,
    "/shipments/{shipment}/": EVERYBODY,
    "/shipments/{shipment}/pick/": WAREHOUSE,
    "/shipments/{shipment}/pick/done/": WAREHOUSE,
    "/shipments/{shipment}/pack/": WAREHOUSE,
    "/shipments/{shipment}/ship/": WAREHOUSE,
    "/shipments/{shipment}/deliver/": WAREHOUSE,
    "/shipments/{shipment}/cancel/": WAREHOUSE,
    "/shipments/{shipment}/return/": RETURNS,
    "/returns/{returned}/": EVERYBODY,
    "/returns/{returned}/receive/": WAREHOUSE,
    "/returns/{returned}/inspect/": WAREHOUSE,
    "/returns/{returned}/cancel/": RETURNS,
    "/products/{sku}/": EVERYBODY,
    "/stock/bins/{level}/": WAREHOUSE,
    "/stock/reorder/{house}/{product}/": BUYING,
    "/stock/transfers/{transfer}/": EVERYBODY,
    "/stock/transfers/{transfer}/receive/": WAREHOUSE,
}


def a_warehouse(world: World) -> dict[str, object]:
    """One document of each kind, by the name that its address has for it."""
    shipment = shipment_in(world, "picking")
    product = shipment.lines.get().order_line.product
    level = product.stock_levels.get()
    return {
        "shipment": shipment.number,
        "returned": return_in(world, "authorised").number,
        "transfer": transfer_in(world, "sent").number,
        "sku": product.sku,
        "product": product.pk,
        "level": level.pk,
        "house": level.warehouse_id,
    }


@pytest.mark.parametrize("role", all_roles())
def test_each_page_opens_for_the_roles_that_may_and_for_no_other(world, sign_in, role: str) -> None:
    names, client = a_warehouse(world), sign_in(role)
    opened = {address: client.get(address.format(**names)).status_code for address in MAY}
    assert opened == {address: 200 if role in roles else 403 for address, roles in MAY.items()}


@pytest.mark.parametrize("role", sorted(EVERYBODY - WAREHOUSE))
def test_a_form_that_is_not_for_a_role_changes_nothing(world, sign_in, role: str) -> None:
    names, client = a_warehouse(world), sign_in(role)
    before = world.fingerprint()
    for address, roles in MAY.items():
        if role not in roles:
            assert client.post(address.format(**names)).status_code == 403, address
    assert client.post(f"/shipments/{names['shipment']}/pick/start/").status_code == 403
    assert world.fingerprint() == before


def test_buttons_stand_only_where_the_role_may_press_them(world, sign_in) -> None:
    names = a_warehouse(world)
    page = f"/shipments/{names['shipment']}/"
    assert f'href="{page}pack/"' in sign_in("Warehouse clerk").get(page).text
    assert f'href="{page}pack/"' not in sign_in("Auditor").get(page).text
    stock = sign_in("AR clerk").get("/stock/").text
    assert 'name="id"' not in stock
    menu = sign_in("Auditor").get("/").text
    assert 'href="/stock/receive/"' not in menu
    assert 'href="/warehouse/pick/"' in menu
