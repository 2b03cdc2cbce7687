"""Products and prices over HTTP."""

from decimal import Decimal

from catalog import services as catalog
from catalog.models import Product
from tests.api.counting import cost_of
from tests.shops import Caller, cus, open_shop
from tests.world import World

AUTHENTICATION = 1


def test_products_are_listed_by_sku_page_by_page_and_shown(world: World, shop: Caller) -> None:
    skus = sorted(world.product(stock="0").sku for _ in range(5))
    Product.objects.filter(sku=skus[1]).update(weight="2.500", origin_country="GB", standard_cost="4.00")
    seen, cursor = [], ""
    while True:
        page = shop.get(f"products?limit=2&cursor={cursor}").json()
        seen += [one["sku"] for one in page["data"]]
        if not page["has_more"]:
            break
        cursor = page["next_cursor"]
    assert seen == skus
    assert shop.get(f"products/{skus[1]}").json() == {
        "sku": skus[1],
        "name": f"Lantern {skus[1]}",
        "names": {},
        "kind": "goods",
        "unit": "C62",
        "tax_category": "standard",
        "weight": "2.5",
        "origin_country": "GB",
        "customs_code": "",
        "access_days": None,
        "active": True,
        "alternative": None,
    }


def test_products_are_found_by_sku_prefix_and_words(world: World, shop: Caller) -> None:
    lamp, other = world.product(stock="0"), world.product(stock="0")
    Product.objects.filter(pk=lamp.pk).update(sku="LAMP/7 ö", name="Storm lamp 100%")
    Product.objects.filter(pk=other.pk).update(active=False, alternative=lamp)

    def found(query: str) -> list[str]:
        return [one["sku"] for one in shop.get(f"products?{query}").json()["data"]]

    assert found("sku_prefix=LAMP") == ["LAMP/7 ö"]
    assert found("search=100%25") == ["LAMP/7 ö"]
    assert found("search=1%250") == []
    assert found(f"sku={other.sku},LAMP/7 ö") == ["LAMP/7 ö"]
    assert found("active=false") == [other.sku]
    assert shop.get("products/LAMP%2F7%20%C3%B6").json()["name"] == "Storm lamp 100%"
    assert shop.get(f"products/{other.sku}").json()["alternative"] == "LAMP/7 ö"


def test_what_no_product_can_be_asked_is_refused(world: World, shop: Caller) -> None:
    assert shop.get("products/nothing").json()["code"] == "not-found-here"
    assert shop.get("products/%00").json()["code"] == "not-found-here"
    for query in ("cost=1", "search=%00", "limit=0", "kind=bread"):
        assert shop.get(f"products?{query}").json()["code"] == "validation-failed", query
    for cursor in ("x", "ö", "c2t1OgA", "cGs6MQ", "////", "c2t1Og"):
        assert shop.get(f"products?cursor={cursor}").json()["code"] == "cursor-invalid", cursor
    blind = open_shop(world, scopes=["orders:read"])
    for path in ("products", "products/x", "prices?sku=x"):
        assert blind.get(path).json()["code"] == "scope-missing"


def test_a_price_is_the_customers_with_its_rule_and_tax(world: World, shop: Caller) -> None:
    lantern, service = world.product(price="10.00"), world.product(price="5.005", kind="service")
    world.price(lantern, "9.00", minimum="10")
    customer = world.customer()
    world.agree(customer, service, "4.50")
    bought = f"sku={lantern.sku},{service.sku}&quantity=10,2"
    prices = shop.get(f"prices?customer={cus(customer)}&{bought}").json()
    assert (prices["currency"], prices["on"]) == ("GBP", "2026-11-20")
    first, second = prices["data"]
    assert first == {
        "sku": lantern.sku,
        "quantity": "10",
        "unit": "C62",
        "unit_price": "9",
        "minimum_quantity": "10",
        "rule": "standard-gbp from 10",
        "price_list": "standard-gbp",
        "is_contract_price": False,
        "net": {"amount": "90.00", "currency": "GBP"},
        "tax": {"code": "S", "rate": "20", "legal_text": ""},
    }
    assert second["is_contract_price"] is True
    assert second["net"] == {"amount": "9.00", "currency": "GBP"}
    assert second["rule"].startswith(second["price_list"])
    bound = open_shop(world, customer=world.customer())
    assert bound.get(f"prices?{bought}").json()["data"][1]["unit_price"] == "5.005"
    assert bound.get(f"prices?customer={cus(customer)}&{bought}").json()["code"] == "not-found-here"


def test_a_quote_of_prices_tells_discounts_and_what_has_no_price(world: World, shop: Caller) -> None:
    lantern = world.product()
    unpriced = catalog.add_product(
        sku="NEW", name="New", tax_category=world.basics.standard, actor=world.system
    )
    catalog.set_order_discount(
        price_list=world.basics.prices,
        name="Large orders",
        from_net=Decimal(500),
        percent=Decimal(5),
        valid_from=world.on,
        actor=world.system,
    )
    prices = shop.get(f"prices?customer={cus(world.customer())}&sku={lantern.sku},{unpriced.sku}").json()
    assert [(one["unit_price"], one["net"] and one["net"]["amount"]) for one in prices["data"]] == [
        ("10", "10.00"),
        (None, None),
    ]
    assert prices["order_discounts"] == [
        {"percent": "5", "from_net": "500", "rule": "Large orders (standard-gbp)"}
    ]


def test_a_question_for_prices_that_cannot_be_is_refused(world: World, shop: Caller) -> None:
    lantern, customer = world.product(), cus(world.customer())
    for query in (
        "",
        "sku=",
        f"sku={lantern.sku},{lantern.sku}",
        f"sku={lantern.sku}&quantity=1,2",
        f"sku={lantern.sku}&quantity=0",
        f"sku={lantern.sku}&quantity=NaN",
        f"sku={lantern.sku}&cost=1",
    ):
        assert shop.get(f"prices?customer={customer}&{query}").json()["code"] == "validation-failed", query
    assert shop.get(f"prices?sku={lantern.sku}").json()["errors"][0]["pointer"] == "/customer"
    unknown = shop.get(f"prices?customer={customer}&sku=X")
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown-product")


def test_products_and_prices_take_the_same_statements_however_many(world: World, shop: Caller) -> None:
    skus, customer = [world.product(stock="0").sku for _ in range(8)], cus(world.customer())

    def more() -> None:
        skus.extend(world.product(stock="0").sku for _ in range(4))

    assert cost_of(shop, "products", more) == AUTHENTICATION + 1
    assert cost_of(shop, f"products/{skus[0]}", more) == AUTHENTICATION + 1
    few = cost_of(shop, f"prices?customer={customer}&sku={','.join(skus[:2])}", more)
    assert few == cost_of(shop, f"prices?customer={customer}&sku={','.join(skus)}", more)
