"""Reading what happened: the way to catch up."""

from datetime import timedelta

from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from o2c.gateway import selectors
from o2c.gateway.authentication import principal_of
from o2c.gateway.event_catalogue import CATALOGUE, DOCUMENTS, TYPES, data_of, told_as
from o2c.gateway.models import ApiKey
from o2c.kernel.events import DomainEvent
from o2c.kernel.models import Event
from tests.shops import Caller, cus, open_shop
from tests.webhooks import arrives, desks_work, happens
from tests.world import World


def listed(shop: Caller, query: str = "") -> list[dict]:
    answer = shop.get(f"events{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()["data"]


def test_a_case_is_read_from_its_events(world: World, shop: Caller) -> None:
    customer = world.customer()
    lines = [{"sku": world.product().sku, "quantity": "2"}]
    order = shop.post("orders", {"customer": cus(customer), "lines": lines}).json()
    desks_work()
    events = listed(shop, f"?document={order['id']}")
    assert [one["type"] for one in events] == ["order.created", "order.confirmed"]
    sequences = [one["sequence"] for one in events]
    assert sequences == sorted(set(sequences))
    assert {one["document"]["url"] for one in events} == {f"/api/v1/orders/{order['id']}"}
    assert shop.get(f"events/{events[0]['id']}").json() == events[0]
    assert shop.get("events/evt_nothing").json()["code"] == "not-found-here"


def test_events_are_chosen_by_type_and_customer(world: World, shop: Caller) -> None:
    ada, bob = world.customer(), world.customer()
    happens(world, ada)
    arrives(world, ada, document=1)
    happens(world, bob)
    assert [one["type"] for one in listed(shop, "?types=shipment.delivered")] == ["shipment.delivered"]
    assert [
        one["type"] for one in listed(shop, f"?customer={cus(ada)}&types=order.closed,shipment.delivered")
    ] == [
        "order.closed",
        "shipment.delivered",
    ]
    assert shop.get("events?types=stock.low").json()["errors"][0]["pointer"] == "/types"
    assert shop.get("events?document=cus_" + "0" * 32).json()["code"] == "validation-failed"
    assert shop.get("events?sort=kind").json()["code"] == "validation-failed"
    assert listed(shop, "?document=ord_" + "0" * 32) == []


def test_invoices_and_credit_notes_are_told_apart(world: World, shop: Caller) -> None:
    invoice = world.invoice(world.ship(world.order(world.customer(), (world.product(), "1"))))
    [told] = listed(shop, "?types=invoice.issued")
    assert told["document"]["id"] == f"inv_{invoice.public_id.hex}"
    assert listed(shop, "?types=credit_note.issued") == []


def test_a_bound_key_reads_the_events_of_its_customer(world: World, shop: Caller) -> None:
    mine, other = world.customer(), world.customer()
    own, foreign = happens(world, mine), happens(world, other)
    key = open_shop(world, customer=mine)
    assert {one["data"]["customer"] for one in listed(key)} == {cus(mine)}
    assert key.get(f"events/evt_{own.public_id.hex}").status_code == 200
    assert key.get(f"events/evt_{foreign.public_id.hex}").status_code == 404
    partner = open_shop(world, sees_all=False)
    assert listed(partner) == []
    other.served_by.add(partner.shop.account)
    assert {one["data"]["customer"] for one in listed(partner)} == {cus(other)}
    assert partner.get(f"events/evt_{own.public_id.hex}").status_code == 404
    assert open_shop(world, scopes=["webhooks:write"]).get("events").json()["code"] == "scope-missing"


def test_events_are_read_oldest_first_from_where_one_stopped(world: World, shop: Caller) -> None:
    customer = world.customer()
    made = [happens(world, customer, number=f"SO-{place}") for place in range(5)]
    first = shop.get("events?types=order.closed&limit=2").json()
    assert [one["document"]["number"] for one in first["data"]] == ["SO-0", "SO-1"]
    rest = shop.get(f"events?types=order.closed&cursor={first['next_cursor']}").json()
    assert [one["document"]["number"] for one in rest["data"]] == ["SO-2", "SO-3", "SO-4"]
    assert rest["next_cursor"] is None
    last = rest["data"][-1]["id"]
    assert last == f"evt_{made[-1].public_id.hex}"
    assert listed(shop, f"?types=order.closed&cursor={last}") == []


def test_the_newest_seconds_are_left_for_the_next_call(world: World, shop: Caller) -> None:
    happens(world, world.customer())
    with override_settings(EVENTS_SETTLE_WITHIN=timedelta(hours=1)):
        assert listed(shop) == []
    assert listed(shop, "?types=order.closed") != []


def test_events_are_listed_for_thirty_days(world: World, shop: Caller) -> None:
    happens(world, world.customer())
    at = Event.objects.latest("pk").at
    for days, count in ((29, 1), (31, 0)):
        assert len(events_seen_at(shop, at + timedelta(days=days))) == count


def events_seen_at(shop: Caller, at) -> list:
    principal = principal_of(ApiKey.objects.select_related("shop__account").get(shop=shop.shop))
    return list(selectors.events_for(principal, types=["order.closed"], at=at))


def test_a_list_takes_the_same_statements_however_many_events(world: World, shop: Caller) -> None:
    customer, used = world.customer(), []
    shop.get("events")
    for _ in range(2):
        happens(world, customer)
        arrives(world, customer, document=3)
        with CaptureQueriesContext(connection) as captured:
            listed(shop)
        used.append(len(captured))
        for _ in range(4):
            happens(world, customer)
    assert used[0] == used[1]


def test_the_catalogue_names_kinds_that_exist_and_documents_that_are_shown() -> None:
    kinds = {kind.kind: kind for kind in subclasses()}
    for told in CATALOGUE.values():
        event = kinds[told.kind]
        assert "customer_id" in event.__dataclass_fields__, told.type
        assert told.kind.split(".")[0] in DOCUMENTS
        assert told.means.endswith(".")
    assert len(TYPES) == len(CATALOGUE) > 25


def subclasses() -> list:
    found, level = [], [DomainEvent]
    while level:
        level = [below for above in level for below in above.__subclasses__()]
        found += [one for one in level if hasattr(one, "kind")]
    return found


def test_nothing_of_staff_leaves_with_an_event(world: World, shop: Caller) -> None:
    customer = world.customer(limit="1.00")
    lines = [{"sku": world.product().sku, "quantity": "2"}]
    shop.post("orders", {"customer": cus(customer), "lines": lines})
    [held] = listed(shop, "?types=order.held")
    assert held["data"] == {"customer": cus(customer), "codes": ["credit-limit"]}


def test_a_hold_is_told_without_what_we_suspect() -> None:
    reasons = [{"code": code} for code in ("screening", "credit-limit", "credit-risk")]
    told = told_as("order.held", {})
    assert data_of(told, {"reasons": reasons}) == {"codes": ["credit-limit", "review"]}
    told = told_as("order.released", {})
    assert data_of(told, {"codes": ["screening"]}) == {"codes": ["review"]}
