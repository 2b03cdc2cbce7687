"""A week at the order desk: what came in, what was changed on the way, and what was paid in the end."""

from datetime import timedelta
from decimal import Decimal

from credit.models import Commitment
from fulfillment import services as fulfillment
from fulfillment.models import Shipment
from o2c.kernel.models import Event
from orders import selectors, services as orders
from orders.amendment import HeadChange, LineChange
from orders.models import Order, OrderVersion, Release
from orders.services import Amendment, LineInput
from tests.documents import NOON
from tests.world import World, staff


def state(order: Order) -> str:
    return str(Order.objects.get(pk=order.pk).state)


def claim(order: Order) -> Decimal:
    return Commitment.objects.get(reference=order.number).amount


def leave(world: World, shipment: Shipment) -> Shipment:
    """A planned shipment is picked, packed and handed over."""
    fulfillment.start_picking(shipment_id=shipment.pk, actor=world.system)
    fulfillment.pack_shipment(shipment_id=shipment.pk, actor=world.system)
    return fulfillment.post_shipment(shipment_id=shipment.pk, on=world.on, actor=world.system)


def test_from_an_e_mail_to_the_money_with_two_releases_an_amendment_and_a_missing_piece(world: World) -> None:
    """Harbour writes for a thousand lanterns, which is more than they may owe; it is let pass and changed twice."""
    ada, ben, cleo = staff("Order clerk"), staff("Finance manager", "ben"), staff("Finance manager", "cleo")
    lantern, wick = world.product(price="10.00", stock="900"), world.product(price="1.00", stock="50")
    harbour = world.customer(limit="1000")
    harbour.contacts.create(name="Olga", email="olga@harbour.example")

    # Monday: the e-mail waits in the inbox, and Ada makes an order of it.
    request = orders.receive_request(
        channel="email",
        sender="Olga@harbour.example",
        text="1000 lanterns please",
        on=world.on,
        at=NOON,
        actor=ada,
    )
    assert request.customer == harbour
    wanted = world.wanted(harbour, (lantern, "1000"), channel="email", request_id=request.pk)
    order = orders.place_order(order=wanted, actor=ada)
    assert order.state == "on_hold"
    assert selectors.waiting_requests() == []
    [held] = selectors.hold_queue(today=world.on)
    assert (held.blocked, held.over) == (Decimal(12000), Decimal(11000))

    # Ben would let it pass; above ten thousand Cleo has to agree. 900 are there, 100 are waited for.
    orders.release_order(
        order_id=order.pk, reason="Guaranteed by the port", on=world.on, actor=ben, up_to=Decimal(12500)
    )
    assert state(order) == "on_hold"
    orders.approve_release(release_id=Release.objects.get().pk, on=world.on, actor=cleo)
    assert (state(order), claim(order)) == ("confirmed", Decimal(12000))
    line = order.lines.get()
    assert (line.reserved, line.backordered) == (900, 100)

    # Tuesday: they call. Wicks too, and a number of their own; the release reaches that far.
    orders.amend_order(
        order_id=order.pk,
        amendment=Amendment(
            added=[LineInput(sku=wick.sku, quantity=Decimal(50))], head=HeadChange(po_number="H-77")
        ),
        expected_version=1,
        reason="Olga called",
        on=world.on + timedelta(days=1),
        actor=ada,
    )
    assert (state(order), claim(order)) == ("confirmed", Decimal(12060))

    # Wednesday: what is there leaves and is billed. The rest they do not want to wait for, except ten.
    first = world.invoice(world.ship(order, on=world.on + timedelta(days=2)), on=world.on + timedelta(days=2))
    assert (first.gross, claim(order)) == (Decimal(10860), Decimal(1200))
    orders.amend_order(
        order_id=order.pk,
        amendment=Amendment(changed={line.pk: LineChange(quantity=Decimal(950))}),
        expected_version=2,
        reason="They found fifty elsewhere",
        on=world.on + timedelta(days=2),
        actor=ada,
    )
    orders.cancel_lines(
        order_id=order.pk,
        quantities={line.pk: Decimal(40)},
        code="delivery_time",
        reason="Too late for the season",
        on=world.on + timedelta(days=2),
        actor=ada,
    )
    assert claim(order) == Decimal(120)

    # Friday: ten come in, leave, and all is paid.
    world.receive(lantern, "10")
    world.let_the_desks_work(on=world.on + timedelta(days=4))
    second = world.invoice(
        leave(world, Shipment.objects.get(order=order, state="planned")), on=world.on + timedelta(days=4)
    )
    world.pay(first)
    world.pay(second)
    world.let_the_desks_work(on=world.on + timedelta(days=5))
    assert (state(order), claim(order), second.gross) == ("closed", Decimal(0), Decimal(120))

    assert list(OrderVersion.objects.order_by("version").values_list("version", "reason")) == [
        (2, "Olga called"),
        (3, "They found fifty elsewhere"),
    ]
    told = Event.objects.filter(document_type="order", document_id=order.pk).order_by("pk")
    assert [kind.removeprefix("order.") for kind in told.values_list("kind", flat=True)] == [
        "created", "submitted", "held", "release_proposed", "released", "confirmed", "amended", "amended",
        "lines_cancelled", "backorders_reserved", "closed",
    ]  # fmt: skip
    assert world.books() == {
        "bank": "10980.00",
        "revenue": "-9150.00",
        "output_tax": "-1830.00",
        "cost_of_goods": "3840.00",
        "goods_received": "-3840.00",
    }
