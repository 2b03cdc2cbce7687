"""Every page of the site, with an address of it that exists in the database in use, and its bar."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.http import QueryDict
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from bench.application import ON
from catalog.models import Product
from customers.models import Customer
from fulfillment.models import Return, Shipment
from invoicing.models import Invoice
from ledger.entries import Role
from ledger.models import Account, JournalEntry
from o2c.kernel.models import Company, Sandbox, User
from o2c.kernel.worklists.views import WorklistView
from o2c.kernel.worklists.worklist import Desk, Worklist
from o2c.operations.roles import ROLES
from orders.models import Order
from receivables.models import Payment
from receivables.worklists import OverdueCustomers

FAR = 20  # where a list is opened again, if it goes so far
PAGE, FRAGMENT, PALETTE, PREVIEW = 200, 100, 80, 300  # milliseconds at the 95th percentile
ADMINISTRATOR = ""
WEEKS = timedelta(days=45)
FETCH = {"X-Requested-With": "fetch"}
LIST = {"HX-Request": "true", "HX-Target": "worklist"}


@dataclass(frozen=True, slots=True)
class Stop:
    """One address, who asks for it, and how many milliseconds it may take."""

    name: str
    address: str
    bar: int = PAGE
    role: str = ADMINISTRATOR
    headers: dict[str, str] = field(default_factory=dict)
    posts: dict[str, Any] | None = None
    is_file: bool = False  # only its first rows are waited for
    later: timedelta = timedelta()  # after the day of measuring, when what is not due yet is overdue


def tour() -> list[Stop]:
    """Return every stop; the same names whatever is in the database."""
    return [*_homes(), *_lists(), *_overdue(), *_documents(), *_books(), *_typing(), *_console()]


def _homes() -> Iterator[Stop]:
    for role in ROLES:
        yield Stop(f"home: {role}", reverse("home"), role=role)
        yield Stop(f"home: {role}, some weeks later", reverse("home"), role=role, later=WEEKS)


def _overdue() -> Iterator[Stop]:
    name, address = "list of the late, some weeks later", reverse("overdue-customers")
    yield Stop(name, address, later=WEEKS)
    yield Stop(f"{name}, as a fragment", address, FRAGMENT, headers=LIST, later=WEEKS)
    for column in OverdueCustomers.columns:
        yield Stop(f"{name}, by {column.name}", f"{address}?sort=-{column.name}", later=WEEKS)


def worklists() -> dict[str, type[Worklist]]:
    """Return every worklist that has an address, by the address."""

    def inside(patterns: list[Any], before: str) -> Iterator[tuple[str, type[Worklist]]]:
        for pattern in patterns:
            path = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from inside(pattern.url_patterns, path)
            elif (
                isinstance(pattern, URLPattern)
                and getattr(pattern.callback, "view_class", None) is WorklistView
            ):
                view: Any = pattern.callback
                yield path, view.view_initkwargs["worklist"]

    return dict(inside(get_resolver().url_patterns, "/"))


def _lists() -> Iterator[Stop]:
    desk = Desk(User.system(), ON, Company.objects.current())
    for path, worklist in worklists().items():
        name = f"list {path}"
        far = min(worklist(desk, QueryDict()).last_page, FAR)
        yield Stop(name, path)
        yield Stop(f"{name}, as a fragment", path, FRAGMENT, headers=LIST)
        yield Stop(f"{name}, page {FAR} or its last", f"{path}?page={far}")
        yield Stop(f"{name}, searched", f"{path}?q=Customer+17")
        for column in worklist.columns:
            if column.sort:
                yield Stop(f"{name}, by {column.name}", f"{path}?sort=-{column.name}")
        yield Stop(f"{name}, first rows as CSV", f"{path}?export=csv", is_file=True)


def _documents() -> Iterator[Stop]:
    old, new = Order.objects.filter(state=Order.State.CLOSED).order_by("pk"), Order.objects.order_by("-pk")
    held = Order.objects.filter(state=Order.State.ON_HOLD).latest("pk")
    busy = Customer.objects.get(pk=old[0].customer_id)
    for name, order in (("closed", old[0]), ("new", new[0]), ("held", held)):
        yield Stop(f"order, {name}", reverse("order", args=[order.number]))
    yield Stop("order, to amend", reverse("order-amend", args=[_confirmed().number]))
    shipment = Shipment.objects.filter(state=Shipment.State.POSTED).order_by("pk")[0]
    yield Stop("shipment", reverse("shipment", args=[shipment.number]))
    yield Stop("return", reverse("return", args=[Return.objects.order_by("pk")[0].number]))
    yield Stop("product", reverse("product", args=[Product.objects.order_by("pk")[0].sku]))
    yield Stop("customer", reverse("customer", args=[busy.number]))
    yield Stop("customer's statement", reverse("statement", args=[busy.number]))
    issued = Invoice.objects.filter(state=Invoice.State.ISSUED).order_by("pk")[0]
    draft = Invoice.objects.filter(state=Invoice.State.DRAFT).order_by("pk")[0]
    yield Stop("invoice", reverse("invoice", args=[issued.number]))
    yield Stop("invoice, to credit", reverse("invoice-credit", args=[issued.number]))
    yield Stop("invoice preview", reverse("invoice-preview", args=[draft.pk]), PREVIEW)
    yield Stop("payment", reverse("payment", args=[Payment.objects.order_by("pk")[0].number]))
    waiting = Payment.objects.filter(unallocated__gt=0).order_by("pk")[0]
    yield Stop("payment, to allocate", reverse("payment", args=[waiting.number]))


def _confirmed() -> Order:
    return Order.objects.filter(state=Order.State.CONFIRMED).latest("pk")


def _books() -> Iterator[Stop]:
    yield Stop("ageing", reverse("ageing"))
    yield Stop("ageing, a month ago", f"{reverse('ageing')}?as_of={ON.replace(month=ON.month - 1)}")
    yield Stop("ageing, items of a bucket", f"{reverse('ageing-items')}?bucket=not_due")
    yield Stop("trial balance", reverse("trial-balance"))
    yield Stop(
        "trial balance, a month ago", f"{reverse('trial-balance')}?as_of={ON.replace(month=ON.month - 1)}"
    )
    for role in (Role.RECEIVABLES, Role.REVENUE):
        account = Account.objects.get(role=role)
        yield Stop(f"account {account.code}", reverse("account", args=[account.pk]))
    yield Stop("journal entry", reverse("entry", args=[JournalEntry.objects.order_by("pk")[0].pk]))


def _typing() -> Iterator[Stop]:
    customer, order = Customer.objects.order_by("pk")[0], _confirmed()
    sku = Product.objects.order_by("pk")[0].sku
    yield Stop("new order", reverse("order-new"))
    sheet = {"customer": customer.number, "channel": "phone", "do": "recalculate"}
    yield Stop(
        "new order, while typing",
        reverse("order-new"),
        FRAGMENT,
        headers=FETCH,
        posts=sheet | {"sku": [sku] * 5, "quantity": ["2"] * 5, "unit_price": [""] * 5, "discount": [""] * 5},
    )
    yield Stop(
        "new order, choosing a product", f"{reverse('order-products')}?q=lantern+1", FRAGMENT, headers=FETCH
    )
    yield Stop(
        "new order, choosing a customer",
        f"{reverse('order-customers')}?q=customer+1",
        FRAGMENT,
        headers=FETCH,
    )
    yield Stop("new payment", reverse("payment-new"))
    yield Stop(
        "new payment, choosing a customer", f"{reverse('payment-customers')}?customer=customer+1", FRAGMENT
    )
    for words in (order.number, order.number[:5], customer.name[:8], "lantern 1", "nothing like it"):
        yield Stop(
            f"palette: {words[:4]}…{len(words)}", f"{reverse('find')}?q={words}", PALETTE, headers=FETCH
        )


def _console() -> Iterator[Stop]:
    yield Stop("console", reverse("admin:index"))
    for model in admin.site._registry:
        if not model.__module__.startswith(("django.", "unfold.")) and model is not Sandbox:
            address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
            yield Stop(f"console: {model._meta.label}", address)
