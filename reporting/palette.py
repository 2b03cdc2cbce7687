"""What Ctrl+K finds: documents by number, customers and products by name, places and things to do."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from customers.models import Customer
from fulfillment.models import Return, Shipment
from invoicing.models import Invoice
from o2c.kernel.models import User
from o2c.kernel.templatetags.figures import money
from orders.models import Order
from receivables.models import Payment

EACH = 5
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Found:
    """One thing, and where it is."""

    label: str
    detail: str
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one kind."""

    label: Any
    found: list[Found]


@dataclass(frozen=True, slots=True)
class _Source:
    """A kind of thing: one query, limited, by an index."""

    label: Any
    permission: str
    look: Callable[[str], Iterator[Found]]


def search(words: str, *, reader: User, places: Sequence[Found]) -> list[Group]:
    """Return what the reader may see of what matches, one query a kind at most; *places* are theirs to go to."""
    wanted = words.replace("\x00", "").strip()[:60]
    going = [place for place in places if wanted.lower() in place.label.lower()]
    doing = [
        Found(str(label), "", reverse(url_name))
        for label, permission, url_name in DOING
        if wanted.lower() in str(label).lower() and reader.has_perm(permission)
    ]
    groups = [Group(_("Do"), doing), Group(_("Go to"), going[:EACH] if wanted else going)]
    if len(wanted) >= SHORTEST:
        seen = [source for source in SOURCES if reader.has_perm(source.permission)]
        groups = [*(Group(source.label, list(source.look(wanted))) for source in seen), *groups]
    return [group for group in groups if group.found]


def _numbered(words: str, prefix: str) -> Q:
    """Return what a number begins with; bare digits stand for what follows *prefix*."""
    if words.isascii() and words.isdigit():
        return Q(number__startswith=f"{prefix}-{words}")
    return Q(number__startswith=words.upper())


def _orders(words: str) -> Iterator[Found]:
    found = Order.objects.filter(
        _numbered(words, "SO") | Q(external_id=words) | Q(po_number=words)
    ).select_related("customer")
    for order in found.order_by("-pk")[:EACH]:
        detail = f"{order.customer.name} · {order.get_state_display()}"
        yield Found(order.number, detail, reverse("order", args=[order.number]))


def _shipments(words: str) -> Iterator[Found]:
    found = Shipment.objects.filter(_numbered(words, "SH") | Q(tracking_number=words)).select_related(
        "order__customer"
    )
    for shipment in found.order_by("-pk")[:EACH]:
        detail = f"{shipment.order.customer.name} · {shipment.get_state_display()}"
        yield Found(shipment.number, detail, reverse("shipment", args=[shipment.number]))


def _invoices(words: str) -> Iterator[Found]:
    found = Invoice.objects.filter(number__startswith=words.upper()).select_related("customer")
    for invoice in found.order_by("-pk")[:EACH]:
        yield Found(
            str(invoice.number),
            f"{invoice.customer.name} · {invoice.get_kind_display()}",
            reverse("invoice", args=[invoice.number]),
        )


def _payments(words: str) -> Iterator[Found]:
    found = Payment.objects.filter(_numbered(words, "PAY")).select_related("customer")
    for payment in found.order_by("-pk")[:EACH]:
        detail = f"{payment.customer.name} · {money(payment.amount, payment.currency)} {payment.currency}"
        yield Found(payment.number, detail, reverse("payment", args=[payment.number]))


def _customers(words: str) -> Iterator[Found]:
    found = Customer.objects.filter(_numbered(words, "C") | Q(name__icontains=words))
    for customer in found.order_by("name")[:EACH]:
        yield Found(customer.name, customer.number, reverse("customer", args=[customer.number]))


def _products(words: str) -> Iterator[Found]:
    found = Product.objects.filter(Q(sku__istartswith=words) | Q(name__icontains=words))
    for product in found.order_by("sku")[:EACH]:
        yield Found(product.sku, product.local_name, reverse("product", args=[product.sku]))


def _returns(words: str) -> Iterator[Found]:
    found = Return.objects.filter(_numbered(words, "RT")).select_related("shipment__order__customer")
    for returned in found.order_by("-pk")[:EACH]:
        detail = f"{returned.shipment.order.customer.name} · {returned.get_state_display()}"
        yield Found(returned.number, detail, reverse("return", args=[returned.number]))


DOING = [
    (_("New order"), "orders.add_order", "order-new"),
    (_("Pick"), "fulfillment.pick_shipment", "to-pick"),
    (_("Receive goods"), "inventory.add_stockmove", "stock-receive"),
    (_("Count stock"), "inventory.add_stockmove", "stock-count"),
    (_("Scrap goods"), "inventory.add_stockmove", "stock-scrap"),
    (_("Send a transfer"), "inventory.add_stockmove", "transfer-send"),
    (_("Invoice what left"), "invoicing.add_invoice", "to-invoice"),
    (_("Issue drafts"), "invoicing.issue_invoice", "drafts"),
    (_("Record a payment"), "receivables.record_payment", "payment-new"),
    (_("Allocate payments"), "receivables.allocate", "payments-to-allocate"),
    (_("Release held orders"), "orders.release_order", "order-holds"),
]
SOURCES = [
    _Source(_("Orders"), "orders.view_order", _orders),
    _Source(_("Shipments"), "fulfillment.view_shipment", _shipments),
    _Source(_("Invoices"), "invoicing.view_invoice", _invoices),
    _Source(_("Payments"), "receivables.view_payment", _payments),
    _Source(_("Customers"), "customers.view_customer", _customers),
    _Source(_("Returns"), "fulfillment.view_return", _returns),
    _Source(_("Products"), "inventory.view_stocklevel", _products),
]
