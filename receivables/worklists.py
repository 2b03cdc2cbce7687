"""The cash desk's lists: money to allocate, payments, open items, and who is late."""

from typing import Any, ClassVar

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from customers.models import Customer
from customers.selectors import currencies_in_use, named
from o2c.kernel.worklists import Column, Currency, Filters, Kind, Tag, Worklist, any_of, between
from receivables import selectors
from receivables.labels import standing, use_of
from receivables.models import Payment, Receivable


def payment_url(payment: Payment) -> str:
    """Return the page of a payment, where it is allocated."""
    return reverse("payment", args=[payment.number])


def statement_url(customer: Customer) -> str:
    """Return a customer's statement."""
    return reverse("statement", args=[customer.number])


NEW_PAYMENT = (gettext_lazy("Record a payment"), "payment-new", "receivables.record_payment")
COLUMNS = [
    Column(name="number", label=gettext_lazy("Payment"), kind=Kind.LINK, sort="pk", url=payment_url),
    Column(name="customer.name", label=gettext_lazy("Customer"), sort="customer__name", grows=True),
    Column(name="reference", label=gettext_lazy("Remittance text")),
    Column(
        name="method",
        label=gettext_lazy("Method"),
        value=lambda payment: payment.get_method_display(),
        sort="method",
        shown=False,
    ),
    Column(name="received_on", label=gettext_lazy("Received"), kind=Kind.DAY, sort="received_on"),
    Column(name="amount", label=gettext_lazy("Amount"), kind=Kind.MONEY, sort="amount"),
]


class PaymentsToAllocate(Worklist):
    """Money that came in and is not used for an open item yet, the oldest first."""

    key = "payments-to-allocate"
    title = gettext_lazy("Payments to allocate")
    permission = "receivables.view_payment"
    money = "unallocated"
    order = "pk"
    new = NEW_PAYMENT
    search_hint = gettext_lazy("Number, customer, or remittance text")
    nothing = gettext_lazy("All money received is allocated.")
    columns: ClassVar = [
        *COLUMNS,
        Column(name="unallocated", label=gettext_lazy("To allocate"), kind=Kind.MONEY, sort="unallocated"),
        Column(
            name="age",
            label=gettext_lazy("Age"),
            kind=Kind.AGE,
            value=lambda payment: payment.received_on,
            sort="received_on",
        ),
    ]

    def rows(self) -> QuerySet[Payment]:
        """Return the payments with their customers."""
        return selectors.due_for_allocation()

    def found(self, rows: QuerySet[Payment], words: str) -> QuerySet[Payment]:
        """Return the payments of this number, customer or text."""
        return found_payments(rows, words)


def found_payments(rows: QuerySet[Payment], words: str) -> QuerySet[Payment]:
    """Return the payments of a number, a customer or a remittance text."""
    texts = Q(reference__icontains=words) | Q(provider_reference=words)
    return rows.filter(Q(number=words.upper()) | Q(customer__in=named(words)) | texts)


class PaymentFilters(Filters):
    """By what payments are looked for."""

    method = any_of(gettext_lazy("Method"), Payment.Method.choices)
    state = any_of(gettext_lazy("State"), Payment.State.choices)
    received_on = between(gettext_lazy("Received"))
    currency = Currency(in_use=currencies_in_use)


class Payments(Worklist):
    """All money received, newest first."""

    key = "payments"
    title = gettext_lazy("Payments")
    permission = "receivables.view_payment"
    filters = PaymentFilters
    money = "amount"
    new = NEW_PAYMENT
    search_hint = gettext_lazy("Number, customer, or remittance text")
    nothing = gettext_lazy("No payment has come in yet.")
    columns: ClassVar = [
        *COLUMNS[:2],
        Column(name="use", label=gettext_lazy("Use"), kind=Kind.TAG, value=use_of),
        *COLUMNS[2:],
    ]

    def rows(self) -> QuerySet[Payment]:
        """Return the payments with their customers."""
        return Payment.objects.select_related("customer")

    def found(self, rows: QuerySet[Payment], words: str) -> QuerySet[Payment]:
        """Return the payments of this number, customer or text."""
        return found_payments(rows, words)


class OpenItemFilters(Filters):
    """By what open items are looked for; the ageing's cells are such addresses."""

    show = django_filters.ChoiceFilter(
        label=gettext_lazy("Show only"),
        choices=[
            ("overdue", gettext_lazy("Overdue")),
            ("not-due", gettext_lazy("Not due")),
            ("credits", gettext_lazy("Credits to use")),
        ],
        method="shown",
    )
    due_on = between(gettext_lazy("Due"))
    customer = django_filters.CharFilter(
        label=gettext_lazy("Customer number"), field_name="customer__number", lookup_expr="iexact"
    )
    currency = Currency(in_use=currencies_in_use)

    def shown(self, rows: QuerySet[Receivable], _name: str, value: str) -> QuerySet[Receivable]:
        """Return one part of the open items."""
        parts = {
            "overdue": Q(open_amount__gt=0, due_on__lt=self.today),
            "not-due": Q(open_amount__gt=0, due_on__gte=self.today),
            "credits": Q(open_amount__lt=0),
        }
        return rows.filter(parts[value])


def document_url(item: Receivable) -> str:
    """Return the page of the document that the item is of: the open item of a credit note is used there."""
    return reverse("credit" if item.amount < 0 else "invoice", args=[item.document_number])


def tag(item: Any) -> Tag:
    """Return how an item stands on the day that somebody looks."""
    return standing(item, item.seen_on)


class OpenItems(Worklist):
    """Everything that is owed, the longest due first."""

    key = "open-items"
    title = gettext_lazy("Open items")
    permission = "receivables.view_receivable"
    filters = OpenItemFilters
    money = "open_amount"
    search_hint = gettext_lazy("Document or customer")
    nothing = gettext_lazy("Nobody owes anything.")
    columns: ClassVar = [
        Column(
            name="document_number",
            label=gettext_lazy("Document"),
            kind=Kind.LINK,
            sort="document_number",
            url=document_url,
        ),
        Column(name="customer.name", label=gettext_lazy("Customer"), sort="customer__name", grows=True),
        Column(name="standing", label=gettext_lazy("Stands"), kind=Kind.TAG, value=tag),
        Column(name="issued_on", label=gettext_lazy("Issued"), kind=Kind.DAY, sort="issued_on"),
        Column(name="due_on", label=gettext_lazy("Due"), kind=Kind.DAY, sort="due_on"),
        Column(name="amount", label=gettext_lazy("Amount"), kind=Kind.MONEY, sort="amount"),
        Column(name="open_amount", label=gettext_lazy("Open"), kind=Kind.MONEY, sort="open_amount"),
    ]

    def rows(self) -> QuerySet[Receivable]:
        """Return the open items with their customers."""
        return Receivable.objects.open().select_related("customer")

    def found(self, rows: QuerySet[Receivable], words: str) -> QuerySet[Receivable]:
        """Return the items of this document or customer."""
        return rows.filter(Q(document_number=words.upper()) | Q(customer__in=named(words)))

    def prepared(self, rows: list[Receivable]) -> list[Receivable]:
        """Return the items with the day on which their standing is told."""
        for item in rows:
            item.seen_on = self.desk.today  # type: ignore[attr-defined]
        return rows


class OverdueCustomers(Worklist):
    """Who is late: the largest amount first, in the customer's currency."""

    key = "overdue-customers"
    title = gettext_lazy("Overdue by customer")
    permission = "receivables.view_receivable"
    money = "overdue"
    order = "-overdue pk"
    search_hint = gettext_lazy("Name or number")
    nothing = gettext_lazy("Nobody is late.")
    columns: ClassVar = [
        Column(name="name", label=gettext_lazy("Customer"), kind=Kind.LINK, sort="name", url=statement_url),
        Column(name="number", label=gettext_lazy("Number"), sort="number"),
        Column(name="items", label=gettext_lazy("Invoices"), kind=Kind.NUMBER, sort="items"),
        Column(name="oldest", label=gettext_lazy("Due since"), kind=Kind.DAY, sort="oldest"),
        Column(
            name="age",
            label=gettext_lazy("Late"),
            kind=Kind.AGE,
            value=lambda customer: customer.oldest,
            sort="oldest",
        ),
        Column(name="overdue", label=gettext_lazy("Overdue"), kind=Kind.MONEY, sort="overdue"),
    ]

    def rows(self) -> QuerySet[Customer]:
        """Return the customers with what is overdue of theirs in their currency."""
        return selectors.late_customers(on=self.desk.today)

    def found(self, rows: QuerySet[Customer], words: str) -> QuerySet[Customer]:
        """Return the customers of this name or number."""
        return rows.filter(Q(name__icontains=words) | Q(number__iexact=words))
