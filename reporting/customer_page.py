"""One customer as their page shows them: orders, what is open, credit, how they pay, people, prices and messages."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from catalog.models import Price
from credit import selectors as credit
from credit.models import CreditAccount, LimitRequest
from customers.models import Address, Contact, Customer
from customers.selectors import messages_of_customer
from o2c.kernel.attached import attached_to
from o2c.kernel.figures import day, known
from o2c.kernel.models import User
from o2c.kernel.worklists import Tag
from orders.labels import TONES, stage_words
from orders.models import Order, OrderRequest
from orders.selectors import stages_of
from receivables import selectors as receivables
from receivables.models import Receivable
from reporting.document import DocumentPage, Head
from reporting.order_actions import Action
from reporting.order_page import CreditBar
from reporting.outgoing import told_of
from reporting.selectors import document_history

SHOWN = 12
EVENTS = 30


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order with how far it is."""

    order: Order
    tag: Tag


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerOwn:
    """What only a customer's page shows; of each list the newest, the open items the longest due."""

    customer: Customer
    orders: list[OrderRow]
    items: list[Receivable]
    account: CreditAccount | None
    credit: CreditBar | None
    contacts: list[Contact]
    addresses: list[Address]
    prices: list[Price]
    limit_requests: list[LimitRequest]
    requests: list[OrderRequest]


def customer_page(*, number: str, today: date, reader: User) -> DocumentPage | None:
    """Return the page of a customer by their number, None where there is none; as many queries for any customer."""
    found = Customer.objects.select_related("terms", "price_list", "contract_list", "parent", "tax_region")
    customer = found.filter(number=number).first()
    if customer is None:
        return None
    history = document_history([("customer", customer.pk)], most=EVENTS)
    facts = credit.exposure(customer=customer, on=today)
    messages = list(messages_of_customer(customer.pk)[:SHOWN])
    limit_requests = LimitRequest.objects.filter(account__customer=customer).select_related("requested_by")
    waiting = OrderRequest.objects.filter(customer=customer, state=OrderRequest.State.WAITING)
    return DocumentPage(
        head=_head(customer, facts=facts),
        actions=list(_actions(customer, reader=reader)),
        history=history,
        attached=attached_to("customer", customer.pk),
        messages=messages,
        told=told_of(history),
        own=CustomerOwn(
            customer=customer,
            orders=_orders(customer, today=today),
            items=list(receivables.open_items(customer_id=customer.pk, currency=customer.currency)[:SHOWN]),
            account=credit.account_of(customer.pk),
            credit=None if facts is None else CreditBar(facts),
            contacts=list(customer.contacts.order_by("role", "pk")),
            addresses=list(customer.addresses.order_by("role", "pk")),
            prices=_agreed(customer, today=today),
            limit_requests=list(limit_requests.order_by("-pk")[:5]),
            requests=list(waiting.order_by("pk")[:5]),
        ),
    )


def _head(customer: Customer, *, facts: object) -> Head:
    told = [customer.number, known(customer.terms.name), customer.currency]
    if customer.vat_id:
        told.append(customer.vat_id)
    if customer.parent is not None:
        told.append(_("part of %(parent)s") % {"parent": customer.parent.name})
    if customer.registered_on:
        told.append(format_html(_("customer since {day}"), day=day(customer.registered_on)))
    return Head(title=customer.name, copied=False, tag=_standing(customer, facts), facts=told)


def _standing(customer: Customer, facts: object) -> Tag:
    """Return in one word how they stand with us."""
    if not customer.active:
        return Tag(_("inactive"))
    if getattr(facts, "blocked", False):
        return Tag(_("credit blocked"), "bad")
    late = getattr(facts, "days_overdue", 0)
    if late:
        return Tag(_("overdue %(days)d d") % {"days": late}, "bad")
    return Tag(_("in good standing"), "good")


def _actions(customer: Customer, *, reader: User) -> Iterator[Action]:
    """Yield what the role of the reader does with a customer, the next one last."""
    number = customer.number
    if reader.has_perm("customers.add_vatcheck"):
        blocked = "" if customer.vat_id else _("They have no VAT id")
        yield Action(_("Check VAT id"), reverse("customer-vat-check", args=[number]), blocked, posts=True)
    if reader.has_perm("receivables.view_receivable"):
        yield Action(_("Statement"), reverse("statement", args=[number]))
    if reader.has_perm("customers.change_address"):
        yield Action(_("Addresses"), reverse("customer-addresses", args=[number]))
    if reader.has_perm("customers.change_contact"):
        yield Action(_("Contacts"), reverse("customer-contacts", args=[number]), key="e")
    if reader.has_perm("credit.request_limit"):
        yield Action(_("Request limit"), reverse("customer-limit", args=[number]))
    if reader.has_perm("orders.add_order"):
        blocked = "" if customer.active else _("They are inactive")
        yield Action(_("New order"), f"{reverse('order-new')}?customer={number}", blocked, is_primary=True)


def _orders(customer: Customer, *, today: date) -> list[OrderRow]:
    orders = list(Order.objects.filter(customer=customer).order_by("-pk")[:SHOWN])
    known = stages_of(orders, today=today)
    rows = []
    for order in orders:
        stage, order.total_shipped, order.total_ordered = known[order.pk]  # type: ignore[attr-defined]
        rows.append(OrderRow(order, Tag(stage_words(order, stage, today), TONES[stage])))
    return rows


def _agreed(customer: Customer, *, today: date) -> list[Price]:
    """Return the prices agreed with them that hold today, by SKU."""
    now = Q(valid_to=None) | Q(valid_to__gte=today)
    agreed = Price.objects.filter(now, price_list=customer.contract_list_id or 0, valid_from__lte=today)
    return list(agreed.select_related("product").order_by("product__sku", "minimum_quantity")[:SHOWN])
