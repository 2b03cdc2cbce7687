"""One place for an auditor: changes of master data and deeds, by person, document and day."""

from datetime import UTC, date, datetime
from decimal import Decimal

from catalog import services as catalog
from catalog.models import Price
from o2c.gateway import services as gateway
from orders import services as orders
from tests.documents import release_in
from tests.world import World, staff

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_what_changed_is_called_as_the_reader_calls_it(world: World, sign_in) -> None:
    price = Price.objects.get(product=world.product())
    catalog.end_price(price_id=price.pk, last_on=world.on, actor=staff("Finance manager"))
    page = sign_in("Auditor").get("/audit/", headers={"accept-language": "fr"}).text
    assert "valable jusqu’au" in page
    assert "valid to" not in page


def test_users_keys_manual_entries_releases_and_prices_are_in_one_trail(world: World, sign_in) -> None:
    manager = staff("Finance manager")
    product = world.product()
    catalog.set_price(
        price_list=world.basics.prices,
        product=product,
        unit_price=Decimal(11),
        valid_from=date(2027, 1, 1),
        actor=manager,
    )
    entry = world.manual_entry()
    release = release_in(world, "proposed")
    orders.reject_release(release_id=release.pk, reason="Too much", on=world.on, actor=manager)
    shop = gateway.create_shop(name="Web", actor=world.system)
    key = gateway.create_key(
        shop_id=shop.pk, label="x", mode="live", scopes=["products:read"], at=NOON, actor=world.system
    ).key
    gateway.revoke_key(key_id=key.pk, at=NOON, actor=world.system)

    auditor = sign_in("Auditor")
    page = auditor.get("/audit/").text
    for words in (
        "Journal entry posted by hand",
        "Release from hold rejected",
        f"API key issued: {key.shown}",
        f"API key revoked: {key.shown}",
        "price",
    ):
        assert words in page, words
    assert entry.description in page

    by_manager = auditor.get("/audit/", {"person": manager.username}).text
    assert "Release from hold rejected" in by_manager
    assert "API key issued" not in by_manager
    of_order = auditor.get("/audit/", {"words": release.order.number}).text
    assert "Release from hold proposed" in of_order
    assert "API key issued" not in of_order
    assert "Nothing was found." in auditor.get("/audit/", {"until": "2001-01-01"}).text
    assert "Nothing was found." not in auditor.get("/audit/", {"since": "2001-01-01"}).text
    assert sign_in("Warehouse clerk").get("/audit/").status_code == 403
