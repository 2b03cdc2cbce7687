"""One document in each state of its state machine, made by the verbs that lead there."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from catalog.models import Product
from credit import services as credit
from credit.models import LimitRequest
from customers.models import Customer
from fulfillment import services as fulfillment
from fulfillment.models import Shipment
from inventory import services as inventory
from inventory.models import CartHold, Transfer
from invoicing import services as invoicing
from invoicing.models import Invoice
from ledger import services as ledger
from ledger.models import Period
from o2c.kernel.db import fetch_all, unit_of_work
from o2c.kernel.errors import DomainError
from orders import services as orders
from orders.models import Order, OrderRequest, Release
from receivables import services as receivables
from receivables.models import Payment
from tests.world import TODAY, World, staff

QUOTE_STATES = ("quoted", "expired", "lost")
ORDER_STATES = (
    *QUOTE_STATES,
    "draft",
    "submitted",
    "on_hold",
    "confirmed",
    "part_shipped",
    "closed",
    "cancelled",
)
SHIPMENT_STATES = ("planned", "picking", "packed", "posted", "delivered", "cancelled")
INVOICE_STATES = ("draft", "issued")
PAYMENT_STATES = ("received", "allocated", "reversed")
LIMIT_REQUEST_STATES = ("requested", "approved", "rejected")
PERIOD_STATES = ("open", "closed")
TRANSFER_STATES = ("sent", "received")
RELEASE_STATES = ("proposed", "approved", "rejected")
REQUEST_STATES = ("waiting", "ordered", "dismissed")
CART_STATES = ("held", "ordered", "expired", "dropped")
NOON = datetime.combine(TODAY, time(12), tzinfo=UTC)


def order_in(world: World, state: str) -> Order:
    """An order for five lanterns; ``part_shipped`` is a confirmed one of which three have left."""
    lantern = world.product(price="10.00", stock="3" if state == "part_shipped" else "100")
    customer = world.customer(limit="0" if state == "on_hold" else "1000")
    if state in QUOTE_STATES:
        return _quote_in(world, state, customer, lantern)
    if state in {"draft", "submitted"}:
        order = orders.create_order(
            order=world.wanted(customer, (lantern, "5"), channel="phone"), actor=staff("Order clerk")
        )
        if state == "submitted":  # no verb ends here: an order is submitted and decided at once
            fetch_all("UPDATE orders_order SET state = 'submitted' WHERE id = %s", [order.pk])
        return Order.objects.get(pk=order.pk)
    order = world.order(customer, (lantern, "5"), actor=staff("Order clerk"))
    if state == "part_shipped":
        world.ship(order)
    if state == "closed":
        world.pay(world.invoice(world.ship(order)))
        world.let_the_desks_work()
    if state == "cancelled":
        orders.cancel_order(order_id=order.pk, reason="Test", on=world.on, actor=world.system)
    return Order.objects.get(pk=order.pk)


def _quote_in(world: World, state: str, customer: Customer, lantern: Product) -> Order:
    on = world.on - timedelta(days=1) if state == "expired" else world.on
    wanted = world.wanted(customer, (lantern, "5"), channel="phone", on=on)
    quote = orders.quote_order(order=wanted, valid_until=on, actor=staff("Order clerk"))
    if state == "expired":
        orders.expire_quotes(on=world.on, actor=world.system)
    if state == "lost":
        orders.lose_quote(order_id=quote.pk, code="price", on=world.on, actor=world.system)
    return Order.objects.get(pk=quote.pk)


def release_in(world: World, state: str) -> Release:
    """A release of a held order over 12,000.00 net, proposed by one finance manager and decided by another."""
    customer = world.customer(limit="0")
    order = world.order(customer, (world.product(price="12000.00"), "1"), actor=staff("Order clerk"))
    first, second = staff("Finance manager", "first-manager"), staff("Finance manager", "second-manager")
    orders.release_order(order_id=order.pk, reason="Known for years", on=world.on, actor=first)
    release = Release.objects.get(order=order)
    if state == "approved":
        orders.approve_release(release_id=release.pk, on=world.on, actor=second)
    if state == "rejected":
        orders.reject_release(release_id=release.pk, reason="Too much", on=world.on, actor=second)
    return Release.objects.get(pk=release.pk)


def request_in(world: World, state: str) -> OrderRequest:
    """A request that came by telephone."""
    clerk = staff("Order clerk")
    request = orders.receive_request(
        channel="phone", sender="Ada", subject="Five lanterns", on=world.on, at=NOON, actor=clerk
    )
    if state == "ordered":
        wanted = world.wanted(world.customer(), (world.product(), "5"), request_id=request.pk)
        orders.place_order(order=wanted, actor=clerk)
    if state == "dismissed":
        orders.dismiss_request(request_id=request.pk, reason="Spam", on=world.on, at=NOON, actor=clerk)
    return OrderRequest.objects.get(pk=request.pk)


def shipment_in(world: World, state: str) -> Shipment:
    """A shipment of five lanterns."""
    order = order_in(world, "confirmed")
    shipment = fulfillment.plan_shipment(order_id=order.pk, on=world.on, actor=world.system)
    steps: dict[str, Callable[[], object]] = {
        "picking": lambda: fulfillment.start_picking(shipment_id=shipment.pk, actor=world.system),
        "packed": lambda: fulfillment.pack_shipment(shipment_id=shipment.pk, actor=world.system),
        "posted": lambda: fulfillment.post_shipment(shipment_id=shipment.pk, on=world.on, actor=world.system),
        "delivered": lambda: fulfillment.deliver_shipment(
            shipment_id=shipment.pk, on=world.on, actor=world.system
        ),
    }
    if state == "cancelled":
        fulfillment.cancel_shipment(shipment_id=shipment.pk, on=world.on, actor=world.system)
    elif state != "planned":
        for name, step in steps.items():
            step()
            if name == state:
                break
    return Shipment.objects.get(pk=shipment.pk)


def invoice_in(world: World, state: str) -> Invoice:
    """The invoice of five lanterns, 60.00 gross."""
    shipment = world.ship(order_in(world, "confirmed"))
    if state == "issued":
        return world.invoice(shipment)
    return invoicing.draft_for_shipment(shipment_id=shipment.pk, on=world.on, actor=world.system)


def payment_in(world: World, state: str) -> Payment:
    """A payment of 60.00 for an invoice; ``received`` leaves all of it on account."""
    invoice = invoice_in(world, "issued")
    payment = receivables.receive_payment(
        company=world.company,
        customer_id=invoice.customer_id,
        amount=invoice.gross,
        currency="GBP",
        received_on=world.on,
        shares={invoice.receivable_id: invoice.gross} if state == "allocated" else {},
        actor=world.system,
    )
    if state == "reversed":
        receivables.reverse_payment(payment_id=payment.pk, on=world.on, actor=world.system)
    return Payment.objects.get(pk=payment.pk)


def limit_request_in(world: World, state: str) -> LimitRequest:
    """A request for a limit of 500 instead of 100."""
    customer = world.customer(limit="100")
    clerk, manager = staff("AR clerk"), staff("Finance manager")
    wish = credit.request_limit(
        customer_id=customer.pk, limit=Decimal(500), reason="They grow", on=world.on, actor=clerk
    )
    if state == "approved":
        credit.approve_limit_request(request_id=wish.pk, on=world.on, actor=manager)
    if state == "rejected":
        credit.reject_limit_request(request_id=wish.pk, answer="Too new", on=world.on, actor=manager)
    return LimitRequest.objects.get(pk=wish.pk)


def period_in(world: World, state: str) -> Period:
    """The first period of the year."""
    period = Period.objects.order_by("starts_on")[0]
    if state == "closed":
        ledger.close_period(period_id=period.pk, on=world.on, actor=world.system)
    return Period.objects.get(pk=period.pk)


def transfer_in(world: World, state: str) -> Transfer:
    """Five lanterns, worth 20.00, on their way to another warehouse; one is lost before they arrive."""
    lantern = world.product(stock="10", cost="4.00")
    transfer = fulfillment.send_transfer(
        source=world.basics.warehouse,
        target=world.warehouse(),
        wanted={lantern.pk: Decimal(5)},
        on=world.on,
        expected_on=world.on,
        actor=world.system,
    )
    if state == "received":
        fulfillment.receive_transfer(
            transfer_id=transfer.pk, arrived={lantern.pk: Decimal(4)}, on=world.on, actor=world.system
        )
    return Transfer.objects.get(pk=transfer.pk)


def cart_in(world: World, state: str) -> CartHold:
    """A cart with five lanterns, held for ten minutes from noon; the expired one for a minute only."""
    lantern = world.product(stock="5")
    cart = world.hold(lantern, "5", at=NOON, minutes=1 if state == "expired" else 10)
    if state == "dropped":
        inventory.drop_cart(token=cart.token, on=world.on, actor=world.system)
    if state == "expired":
        inventory.expire_carts(at=cart.expires_at, on=world.on, actor=world.system)
    if state == "ordered":
        with unit_of_work():
            inventory.take_cart(token=cart.token, warehouse_id=cart.warehouse_id, demands=[], complete=False)
    return CartHold.objects.get(pk=cart.pk)


@dataclass(frozen=True)
class Cell:
    """One cell of a matrix: the verb tried in a state, and the state after it or ``!`` and an error code."""

    verb: str
    state: str
    outcome: str


def cells(table: str) -> list[Cell]:
    """The cells of a table whose first row names the states and whose first column the verbs."""
    head, *rows = [line.split() for line in table.strip().splitlines()]
    found = []
    for verb, *outcomes in rows:
        assert len(outcomes) == len(head), f"{verb}: {len(outcomes)} outcomes for {len(head)} states"
        found += [Cell(verb, state, outcome) for state, outcome in zip(head, outcomes, strict=True)]
    return found


@contextmanager
def tried() -> Iterator[None]:
    """Do something up to its commit, deferred constraints included, and then undo it."""
    with transaction.atomic():
        yield
        fetch_all("SET CONSTRAINTS ALL IMMEDIATE", [])
        fetch_all("SET CONSTRAINTS ALL DEFERRED", [])
        transaction.set_rollback(True)


def walk(
    world: World,
    table: str,
    state: str,
    *,
    run: Callable[[str], object],
    state_after: Callable[[], str],
) -> None:
    """Try every verb of the table on a document in *state*: it goes where the table says, or is refused by name.

    A refusal changes nothing: neither the state, nor a row, the books, stock or credit.
    """
    for cell in cells(table):
        if cell.state != state:
            continue
        with tried():
            if not cell.outcome.startswith("!"):
                run(cell.verb)
                assert state_after() == cell.outcome, cell
                continue
            before, state_before = world.fingerprint(), state_after()
            with pytest.raises(DomainError) as refusal:
                run(cell.verb)
            assert refusal.value.code == cell.outcome[1:], cell
            assert state_after() == state_before, cell
            assert world.fingerprint() == before, cell
