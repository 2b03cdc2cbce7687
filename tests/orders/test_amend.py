"""Amending orders: what may change, what follows, and what is refused."""

from decimal import Decimal

import pytest

from credit.models import Commitment
from fulfillment import services as fulfillment
from fulfillment.models import Shipment
from inventory.models import StockLevel
from o2c.kernel.errors import DomainError, NotPermitted
from o2c.kernel.models import Event
from orders import errors, services as orders
from orders.amendment import HeadChange, LineChange
from orders.models import Order, OrderLine, OrderVersion
from orders.services import Amendment, LineInput
from tests.world import World, staff


def amend(
    world: World, order: Order, *, version: int = 1, reason: str = "They called", actor=None, **changes
):
    """Amend an order as its clerk does."""
    return orders.amend_order(
        order_id=order.pk,
        amendment=Amendment(**changes),
        expected_version=version,
        reason=reason,
        on=world.on,
        actor=actor or world.system,
    )


def quantity(number: str) -> LineChange:
    return LineChange(quantity=Decimal(number))


def figures(order: Order) -> list[tuple[int, ...]]:
    """(ordered, cancelled, reserved) of each line."""
    found = OrderLine.objects.filter(order=order).order_by("position")
    return [tuple(int(n) for n in (line.ordered, line.cancelled, line.reserved)) for line in found]


def reserved(product) -> Decimal:
    return StockLevel.objects.get(product=product).reserved


def claim(order: Order) -> Decimal:
    return Commitment.objects.get(reference=order.number).amount


def test_a_confirmed_order_grows_shrinks_and_swaps_a_line_in_one_amendment(world: World) -> None:
    lantern, wick, oil = (world.product(price=price) for price in ("10.00", "2.00", "5.00"))
    order = world.order(world.customer(), (lantern, "5"), (wick, "10"))
    first, second = order.lines.all()

    amended = amend(
        world,
        order,
        changed={first.pk: quantity("8")},
        removed={second.pk},
        added=[LineInput(sku=oil.sku, quantity=Decimal(3), discount_percent=Decimal(10))],
        head=HeadChange(po_number="PO-7", priority=3),
    )
    assert (amended.state, amended.version, amended.po_number, amended.priority) == (
        "confirmed",
        2,
        "PO-7",
        3,
    )
    assert figures(order) == [(8, 0, 8), (10, 10, 0), (3, 0, 3)]
    assert (reserved(lantern), reserved(wick), reserved(oil)) == (8, 0, 3)
    assert (amended.net, amended.tax, amended.gross) == (
        Decimal("93.50"),
        Decimal("18.70"),
        Decimal("112.20"),
    )
    assert claim(order) == Decimal("112.20")
    assert sum(line.net for line in order.lines.all()) == Decimal("93.50")

    version = OrderVersion.objects.get(order=order)
    told = {(c.get("position", c.get("field")), c["what"]) for c in version.changes}
    assert {(1, "ordered"), (2, "cancelled"), (3, "line"), ("po_number", "po_number")} <= told
    assert version.before["lines"]["1"]["ordered"] == "5"
    event = Event.objects.get(kind="order.amended")
    assert event.payload["version"] == 2
    assert event.payload["changes"] == version.changes


def test_a_planned_shipment_follows_the_amendment(world: World) -> None:
    lantern = world.product()
    order = world.order(world.customer(), (lantern, "5"))
    world.let_the_desks_work()
    amend(world, order, changed={order.lines.get().pk: quantity("3")})
    world.let_the_desks_work()
    states = Shipment.objects.filter(order=order).order_by("pk").values_list("state", "lines__quantity")
    assert list(states) == [("cancelled", Decimal(5)), ("planned", Decimal(3))]


def test_what_is_being_picked_cannot_be_amended_away(world: World) -> None:
    order = world.order(world.customer(), (world.product(), "5"))
    shipment = fulfillment.plan_shipment(order_id=order.pk, on=world.on, actor=world.system)
    fulfillment.start_picking(shipment_id=shipment.pk, actor=world.system)
    line = order.lines.get()
    address = {"name": "A", "street": "2 Way", "city": "Leeds", "country": "GB"}
    for changes in (
        {"changed": {line.pk: quantity("4")}},
        {"removed": {line.pk}, "added": world.lines((world.product(stock="0"), "1"))},
        {"head": HeadChange(delivery_address=address)},
    ):
        before = world.fingerprint()
        with pytest.raises(errors.GoodsInHand, match=shipment.number):
            amend(world, order, **changes)
        assert world.fingerprint() == before
    amend(world, order, changed={line.pk: quantity("6")})
    assert figures(order) == [(6, 0, 6)]


def test_the_event_tells_that_the_address_is_another_and_not_where(world: World) -> None:
    order = world.order(world.customer(), (world.product(), "5"))
    address = {"name": "A", "street": "2 Way", "city": "Leeds", "country": "GB"}
    amend(world, order, head=HeadChange(delivery_address=address, po_number="PO-9"))
    changes = OrderVersion.objects.get(order=order).changes
    assert {change["what"]: change["is"] for change in changes} == {
        "po_number": "PO-9",
        "delivery_address": address,
    }
    assert Event.objects.get(kind="order.amended").payload["changes"] == [
        {"field": "po_number", "what": "po_number", "was": "", "is": "PO-9"},
        {"field": "delivery_address", "what": "delivery_address"},
    ]


def test_growth_beyond_the_limit_is_refused_with_what_would_cure_it(world: World) -> None:
    lantern = world.product(price="10.00")
    order = world.order(world.customer(limit="60"), (lantern, "5"))
    before = world.fingerprint()
    with pytest.raises(errors.AmendmentRefused) as refusal:
        amend(world, order, changed={order.lines.get().pk: quantity("6")})
    [reason] = refusal.value.details["reasons"]
    assert reason["code"] == "credit-limit"
    assert reason["cure"]["code"] == "raise-limit"
    assert world.fingerprint() == before
    assert figures(order) == [(5, 0, 5)]
    amend(world, order, changed={order.lines.get().pk: quantity("4")})
    assert claim(order) == Decimal("48.00")


def test_without_backorders_growth_needs_the_stock(world: World) -> None:
    lantern = world.product(stock="6")
    order = world.order(world.customer(accepts_backorders=False), (lantern, "5"))
    line = order.lines.get()
    with pytest.raises(errors.AmendmentRefused, match="1 missing"):
        amend(world, order, changed={line.pk: quantity("7")})
    assert figures(order) == [(5, 0, 5)]
    amend(world, order, changed={line.pk: quantity("6")})
    assert figures(order) == [(6, 0, 6)]


def test_a_held_order_that_shrinks_into_the_limit_is_confirmed(world: World) -> None:
    lantern = world.product(price="10.00")
    order = world.order(world.customer(limit="60"), (lantern, "9"))
    assert order.state == "on_hold"
    amended = amend(world, order, changed={order.lines.get().pk: quantity("5")})
    assert amended.state == "confirmed"
    assert claim(order) == Decimal("60.00")


def test_a_draft_forgets_a_removed_line_and_claims_nothing(world: World) -> None:
    lantern, wick = world.product(price="10.00"), world.product(price="1.00")
    order = orders.create_order(
        order=world.wanted(world.customer(), (lantern, "1"), (wick, "1")), actor=world.system
    )
    first, _ = order.lines.all()
    amended = amend(
        world,
        order,
        removed={first.pk},
        added=world.lines((lantern, "2")),
        head=HeadChange(requested_on=None),
    )
    assert (amended.state, amended.net) == ("draft", Decimal("21.00"))
    assert [line.position for line in order.lines.all()] == [2, 3]
    assert reserved(lantern) == 0


def test_an_amendment_to_what_has_shipped_closes_the_order_when_it_is_paid(world: World) -> None:
    lantern = world.product(stock="3")
    order = world.order(world.customer(), (lantern, "5"))
    world.pay(world.invoice(world.ship(order)))
    world.let_the_desks_work()
    amended = amend(world, order, changed={order.lines.get().pk: quantity("3")})
    assert amended.state == "closed"


def test_what_cannot_be_right_is_named_and_changes_nothing(world: World) -> None:
    lantern = world.product(stock="3")
    order = world.order(world.customer(), (lantern, "5"))
    world.ship(order)
    line, other, packer = order.lines.get(), world.product(), staff("Warehouse clerk")
    wrong = {
        "below-shipped": {"changed": {line.pk: quantity("2")}},
        "quantity": {"changed": {line.pk: quantity("NaN")}},
        "price": {"changed": {line.pk: LineChange(unit_price=Decimal("Infinity"))}},
        "discount": {"changed": {line.pk: LineChange(discount_percent=Decimal(101))}},
        "price-shipped": {"changed": {line.pk: LineChange(unit_price=Decimal(1))}},
        "removed-shipped": {"removed": {line.pk}, "added": world.lines((other, "1"))},
        "unknown-line": {"removed": {0}},
        "no-change": {},
        "nothing-left": {"removed": {line.pk}},
        "priority": {"head": HeadChange(priority=99999)},
        "delivery-date-past": {"head": HeadChange(requested_on=world.on.replace(year=2025))},
        "address": {"head": HeadChange(delivery_address={"country": "GB"})},
    }
    before = world.fingerprint()
    for code, changes in wrong.items():
        with pytest.raises(errors.InvalidOrder) as refusal:
            amend(world, order, **changes)
        assert code in {problem["code"] for problem in refusal.value.details["problems"]}, code
    for refused, options in (
        (errors.InvalidOrder, {"reason": " "}),
        (errors.OrderChanged, {"version": 2}),
        (NotPermitted, {"actor": packer}),
        (DomainError, {"added": [LineInput(sku="nothing", quantity=Decimal(1))]}),
    ):
        with pytest.raises(refused):
            amend(world, order, **{"changed": {line.pk: quantity("4")}, **options})
    assert world.fingerprint() == before


def test_a_stale_amendment_is_refused_and_told_the_version(world: World) -> None:
    order = world.order(world.customer(), (world.product(), "5"))
    line = order.lines.get()
    amend(world, order, changed={line.pk: quantity("6")})
    with pytest.raises(errors.OrderChanged) as refusal:
        amend(world, order, changed={line.pk: quantity("4")})
    assert refusal.value.details == {"version": 2}
    assert figures(order) == [(6, 0, 6)]


def test_a_confirmed_order_does_not_leave_for_another_tax_country(world: World) -> None:
    world.basics.domestic.countries = ["GB"]
    world.basics.domestic.save()
    order = world.order(world.customer(), (world.product(), "5"))
    address = {"name": "A", "street": "2 Rue", "city": "Lyon", "country": "FR"}
    with pytest.raises(errors.AmendmentRefused, match="goods go to France"):
        amend(world, order, head=HeadChange(delivery_address=address))
    assert Order.objects.get(pk=order.pk).delivery_address["country"] == "GB"
