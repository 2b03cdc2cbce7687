"""What Ctrl+K finds: documents by number, customers and products by name, places and things to do."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy as _

from catalog.models import Product
from customers.models import Customer
from fulfillment.models import Return, Shipment
from invoicing.models import Invoice
from o2c.kernel.figures import money
from o2c.kernel.models import User
from orders.labels import stage_words
from orders.models import Order
from orders.selectors import stages_of
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
    look: Callable[[str, date], Iterator[Found]]


def search(words: str, *, reader: User, places: Sequence[Found], today: date) -> list[Group]:
    """Return what the reader may see of what matches, one query a kind, two of orders; *places* are theirs to go to."""
    wanted = words.replace("\x00", "").strip()[:60]
    going = [place for place in places if wanted.lower() in place.label.lower()]
    doing = [
        Found(str(label), "", reverse(url_name))
        for label, permission, url_name in DOING
        if wanted.lower() in str(label).lower() and reader.has_perm(permission)
    ]
    if wanted and wanted.lower() in str(KEYS).lower():
        doing.append(Found(str(KEYS), gettext("single keys on or off"), f"{reverse('my-account')}#keys"))
    groups = [Group(_("Do"), doing), Group(_("Go to"), going[:EACH] if wanted else going)]
    if len(wanted) >= SHORTEST:
        seen = [source for source in SOURCES if reader.has_perm(source.permission)]
        groups = [*(Group(source.label, list(source.look(wanted, today))) for source in seen), *groups]
    return [group for group in groups if group.found]


def _numbered(words: str, prefix: str) -> Q:
    """Return what a number begins with; bare digits stand for what follows *prefix*."""
    if words.isascii() and words.isdigit():
        return Q(number__startswith=f"{prefix}-{words}")
    return Q(number__startswith=words.upper())


def _may_be_number(words: str, prefix: str) -> bool:
    """Return whether a document may have this number: for a name, nobody looks through the documents."""
    return any(letter.isdigit() for letter in words) or prefix.startswith(words.upper())


# Each reads the few columns that it shows: a document with its customer is a hundred.
def _orders(words: str, today: date) -> Iterator[Found]:
    wanted = Q(external_id=words) | Q(po_number=words)
    if _may_be_number(words, "SO-"):
        wanted |= _numbered(words, "SO")
    shown = ("number", "state", "currency", "due_on", "hold_reasons", "customer__name")
    found = list(Order.objects.filter(wanted).select_related("customer").only(*shown).order_by("-pk")[:EACH])
    stages = stages_of(found, today=today) if found else {}
    for order in found:
        stage, order.total_shipped, order.total_ordered = stages[order.pk]  # type: ignore[attr-defined]
        detail = f"{order.customer.name} · {stage_words(order, stage, today)}"
        yield Found(order.number, detail, reverse("order", args=[order.number]))


def _shipments(words: str, _today: date) -> Iterator[Found]:
    if not _may_be_number(words, "SH-"):
        return
    found = Shipment.objects.filter(_numbered(words, "SH") | Q(tracking_number=words)).order_by("-pk")
    for number, customer, state in found.values_list("number", "order__customer__name", "state")[:EACH]:
        yield Found(number, f"{customer} · {Shipment.State(state).label}", reverse("shipment", args=[number]))


def _invoices(words: str, _today: date) -> Iterator[Found]:
    if not _may_be_number(words, "INV-") and not _may_be_number(words, "CN-"):
        return
    found = Invoice.objects.filter(number__startswith=words.upper()).order_by("-pk")
    for number, customer, kind in found.values_list("number", "customer__name", "kind")[:EACH]:
        yield Found(
            str(number), f"{customer} · {Invoice.Kind(kind).label}", reverse("invoice", args=[number])
        )


def _payments(words: str, _today: date) -> Iterator[Found]:
    if not _may_be_number(words, "PAY-"):
        return
    found = Payment.objects.filter(_numbered(words, "PAY")).order_by("-pk")
    shown = found.values_list("number", "customer__name", "amount", "currency")
    for number, customer, amount, currency in shown[:EACH]:
        detail = f"{customer} · {money(amount, currency)} {currency}"
        yield Found(number, detail, reverse("payment", args=[number]))


def _customers(words: str, _today: date) -> Iterator[Found]:
    found = Customer.objects.filter(_numbered(words, "C") | Q(name__icontains=words)).order_by("name")
    for number, name in found.values_list("number", "name")[:EACH]:
        yield Found(name, number, reverse("customer", args=[number]))


def _products(words: str, _today: date) -> Iterator[Found]:
    found = Product.objects.filter(Q(sku__istartswith=words) | Q(name__icontains=words)).order_by("sku")
    for product in found.only("sku", "name", "names")[:EACH]:
        yield Found(product.sku, product.local_name, reverse("product", args=[product.sku]))


def _returns(words: str, _today: date) -> Iterator[Found]:
    if not _may_be_number(words, "RT-"):
        return
    found = Return.objects.filter(_numbered(words, "RT")).order_by("-pk")
    for number, customer, state in found.values_list("number", "shipment__order__customer__name", "state")[
        :EACH
    ]:
        yield Found(number, f"{customer} · {Return.State(state).label}", reverse("return", args=[number]))


DOING = [
    (_("New order"), "orders.add_order", "order-new"),
    (_("Addresses and contacts of customers"), "customers.change_address", "customers"),
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
KEYS = _("Keys")
SOURCES = [
    _Source(_("Orders"), "orders.view_order", _orders),
    _Source(_("Shipments"), "fulfillment.view_shipment", _shipments),
    _Source(_("Invoices"), "invoicing.view_invoice", _invoices),
    _Source(_("Payments"), "receivables.view_payment", _payments),
    _Source(_("Customers"), "customers.view_customer", _customers),
    _Source(_("Returns"), "fulfillment.view_return", _returns),
    _Source(_("Products"), "inventory.view_stocklevel", _products),
]
