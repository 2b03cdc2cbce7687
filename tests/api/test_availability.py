"""What can be had when, and carts, over HTTP."""

from datetime import UTC, date, datetime
from decimal import Decimal

import time_machine

from catalog.models import Product
from inventory import services as inventory
from inventory.models import CartHold, StockLevel
from tests.api.counting import cost_of
from tests.shops import Caller, cus, open_shop
from tests.world import World


def expect(world: World, product: Product, quantity: str, on: date) -> None:
    inventory.expect_receipt(
        warehouse=world.basics.warehouse,
        product_id=product.pk,
        reference=f"PO {product.sku}",
        quantity=Decimal(quantity),
        expected_on=on,
        actor=world.system,
    )


def test_availability_says_what_is_free_and_when_more_leaves(world: World, shop: Caller) -> None:
    lantern, scarce = world.product(stock="10"), world.product(stock="1")
    expect(world, scarce, "5", date(2026, 11, 25))
    told = shop.get(f"availability?sku={lantern.sku},{scarce.sku}&quantity=10,3").json()
    assert told == {
        "on": "2026-11-20",
        "data": [
            {
                "sku": lantern.sku,
                "quantity": "10",
                "unit": "C62",
                "is_for_sale": True,
                "is_stocked": True,
                "free": "10",
                "is_free": True,
                "leaves_on": "2026-11-23",
                "why": "in stock",
                "expected": [],
                "alternative": None,
            },
            {
                "sku": scarce.sku,
                "quantity": "3",
                "unit": "C62",
                "is_for_sale": True,
                "is_stocked": True,
                "free": "1",
                "is_free": False,
                "leaves_on": "2026-11-26",
                "why": "expected on 25 Nov 2026",
                "expected": [{"on": "2026-11-25", "quantity": "5"}],
                "alternative": None,
            },
        ],
    }


def test_orders_that_wait_are_served_before_anybody_new(world: World, shop: Caller) -> None:
    scarce = world.product(stock="0")
    expect(world, scarce, "5", date(2026, 11, 25))
    world.order(world.customer(), (scarce, "4"))
    [told] = shop.get(f"availability?sku={scarce.sku}&quantity=2").json()["data"]
    assert (told["leaves_on"], told["why"]) == (None, "not in stock, and nothing is expected")
    assert shop.get(f"availability?sku={scarce.sku}").json()["data"][0]["leaves_on"] == "2026-11-26"


def test_services_are_always_there_and_withdrawn_goods_name_what_is_sold_instead(
    world: World, shop: Caller
) -> None:
    service, old, new = world.product(kind="service"), world.product(stock="5"), world.product()
    Product.objects.filter(pk=old.pk).update(active=False, alternative=new)
    first, second = shop.get(f"availability?sku={service.sku},{old.sku}").json()["data"]
    assert (first["is_stocked"], first["is_free"], first["leaves_on"]) == (False, True, None)
    assert (second["is_for_sale"], second["free"], second["is_free"]) == (False, "0", False)
    assert (second["why"], second["alternative"]) == ("not sold any more", new.sku)
    assert shop.get("availability?sku=X").json()["code"] == "unknown-product"
    assert shop.get("availability").json()["code"] == "validation-failed"
    assert open_shop(world, scopes=["orders:read"]).get("availability?sku=X").status_code == 403


def test_availability_takes_the_same_statements_however_many(world: World, shop: Caller) -> None:
    skus = [world.product().sku for _ in range(6)]
    few = cost_of(shop, f"availability?sku={','.join(skus[:1])}", lambda: world.product())
    assert cost_of(shop, f"availability?sku={','.join(skus)}", lambda: world.product()) == few


def reserved(product: Product) -> Decimal:
    return StockLevel.objects.get(product=product).reserved


def test_a_cart_holds_stock_which_its_order_takes(world: World, shop: Caller) -> None:
    lantern, customer = world.product(stock="5"), world.customer()
    cart = shop.post("carts", {"lines": [{"sku": lantern.sku, "quantity": "5"}], "minutes": 10})
    assert cart.status_code == 201, cart.content
    token = cart.json()["token"]
    assert (len(token), cart.json()["state"], cart.json()["expires_at"]) == (
        43,
        "held",
        "2026-11-20T12:10:00Z",
    )
    assert reserved(lantern) == 5
    short = shop.post("carts", {"lines": [{"sku": lantern.sku, "quantity": "1"}]})
    assert (short.status_code, short.json()["code"]) == (409, "insufficient-stock")
    lines = [{"sku": lantern.sku, "quantity": "4"}]
    order = shop.post("orders", {"customer": cus(customer), "lines": lines, "cart": token}).json()
    assert order["lines"][0]["reserved"] == "4"
    assert reserved(lantern) == 4


def test_a_cart_is_replaced_dropped_once_and_expires(world: World, shop: Caller) -> None:
    lantern = world.product(stock="5")

    def lines(quantity: str) -> list[dict[str, str]]:
        return [{"sku": lantern.sku, "quantity": quantity}]

    token = shop.post("carts", {"lines": lines("1")}).json()["token"]
    assert shop.post("carts", {"token": token, "lines": lines("3")}).json()["token"] == token
    assert reserved(lantern) == 3
    assert shop.post(f"carts/{token}/drop").json()["state"] == "dropped"
    assert reserved(lantern) == 0
    for path, body in ((f"carts/{token}/drop", None), ("carts", {"token": token, "lines": lines("1")})):
        ended = shop.post(path, body)
        assert (ended.status_code, ended.json()["code"]) == (409, "cart-expired"), path
    late = shop.post("carts", {"lines": lines("1"), "minutes": 1}).json()["token"]
    with time_machine.travel(datetime(2026, 11, 20, 12, 2, tzinfo=UTC), tick=False):
        inventory.expire_carts(at=datetime.now(UTC), on=world.on, actor=world.system)
        assert shop.post(f"carts/{late}/drop").json()["code"] == "cart-expired"


def test_a_cart_that_cannot_be_changes_nothing(world: World, shop: Caller) -> None:
    lantern = world.product(stock="5")
    one = {"sku": lantern.sku, "quantity": "1"}
    for body in (
        {},
        {"lines": []},
        {"lines": [one, one]},
        {"lines": [one | {"quantity": "0"}]},
        {"lines": [one], "minutes": 0},
        {"lines": [one], "minutes": 100_000},
        {"lines": [one], "warehouse": 1},
    ):
        refused = shop.post("carts", body)
        assert (refused.status_code, refused.json()["code"]) == (400, "validation-failed"), body
    part = shop.post("carts", {"lines": [one | {"quantity": "1.5"}]})
    assert (part.status_code, part.json()["code"]) == (422, "invalid-quantity")
    assert "1.5 is no whole number" in part.json()["detail"]
    chosen = shop.post("carts", {"lines": [one], "token": "mine"})
    assert (chosen.status_code, chosen.json()["code"]) == (404, "not-found-here")
    assert shop.post("carts/mine/drop").json()["code"] == "not-found-here"
    assert shop.post("carts", {"lines": [one]}, key=None).json()["code"] == "idempotency-key-missing"
    reader = open_shop(world, scopes=["products:read"])
    for path in ("carts", "carts/mine/drop"):
        assert reader.post(path, {"lines": [one]}).json()["code"] == "scope-missing"
    assert CartHold.objects.count() == 0
    assert reserved(lantern) == 0
