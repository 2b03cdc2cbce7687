"""The pages of customers' accounts: an invoice with its case, the ageing with its rows, and a statement."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from customers.models import Customer
from o2c.kernel.requests import actor, company, today
from reporting.forms import AgeingForm, StatementForm
from reporting.invoice_page import invoice_page
from reporting.selectors.aging import BUCKET_NAMES, Ages, aged_items, aging_matrix
from reporting.selectors.statement import statement as account_of

BUCKETS = {
    "not_due": _("Not due"),
    "days_1_to_30": _("1–30 days"),
    "days_31_to_60": _("31–60 days"),
    "days_61_to_90": _("61–90 days"),
    "over_90": _("Over 90 days"),
    "credits": _("Credit notes"),
    "on_account": _("On account"),
    "balance": _("Balance"),
}


@require_GET
@permission_required("invoicing.view_invoice", raise_exception=True)
def invoice(request: HttpRequest, name: str) -> HttpResponse:
    """Show one invoice or credit note, by its number or its id, with the case that it belongs to."""
    page = invoice_page(name=name, today=today(request), reader=actor(request))
    if page is None:
        raise Http404
    return render(request, "reporting/invoice.html", {"page": page, "invoice": page.own.invoice})


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of the ageing, and the address of the items behind it."""

    label: object
    amount: Decimal
    currency: str
    url: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the ageing: one customer in one currency, or a sum."""

    number: str
    name: str
    currency: str
    cells: list[Cell]
    base_balance: Decimal


@require_GET
@permission_required("receivables.view_receivable", raise_exception=True)
def ageing(request: HttpRequest) -> HttpResponse:
    """Show who owes how much, by how long it is overdue, as of a day; every figure leads to its items."""
    form = AgeingForm(request.GET or None)
    as_of = form.day(default=today(request))
    seller = company(request)
    matrix = aging_matrix(
        as_of=as_of,
        company_id=seller.pk,
        base_currency=seller.base_currency,
        in_base=form.is_in_base,
        page=form.page,
    )
    context = {
        "page": form.page,
        "form": AgeingForm(initial={"as_of": as_of, "amounts": "base" if form.is_in_base else ""}),
        "as_of": as_of,
        "is_in_base": form.is_in_base,
        "matrix": matrix,
        "heads": list(BUCKETS.values()),
        "lines": [_line(row.ages, as_of, row.number, row.name, row.currency) for row in matrix.rows],
        "sums": [
            _line(ages, as_of, currency="" if form.is_in_base else ages.currency) for ages in matrix.totals
        ],
    }
    return render(request, "reporting/ageing.html", context)


def _line(ages: Ages, as_of: date, number: str = "", name: str = "", currency: str = "") -> Line:
    """Return the line of some figures; *currency* is of the items, which the figures may not be in."""
    cells = []
    for bucket, label in BUCKETS.items():
        asked = {"as_of": as_of.isoformat(), "bucket": bucket, "customer": number, "currency": currency}
        query = urlencode({name: value for name, value in asked.items() if value})
        cells.append(
            Cell(
                label,
                getattr(ages, bucket),
                ages.currency,
                f"{reverse('ageing-items')}?{query}",
                bucket.startswith("days_") or bucket == "over_90",
            )
        )
    return Line(number, name, currency or ages.currency, cells, ages.base_balance)


@require_GET
@permission_required("receivables.view_receivable", raise_exception=True)
def ageing_items(request: HttpRequest) -> HttpResponse:
    """Show the items behind a figure of the ageing."""
    bucket = request.GET.get("bucket", "")
    if bucket not in BUCKET_NAMES:
        raise Http404
    form = AgeingForm(request.GET)
    as_of = form.day(default=today(request))
    number = request.GET.get("customer", "").replace("\x00", "")[:20]
    items = aged_items(
        as_of=as_of,
        bucket=bucket,
        number=number,
        currency=request.GET.get("currency", "").replace("\x00", "")[:3],
        page=form.page,
    )
    context = {
        "page": form.page,
        "found": items,
        "as_of": as_of,
        "bucket": BUCKETS[bucket],
        "number": number,
        "base_currency": company(request).base_currency,
    }
    return render(request, "reporting/ageing_items.html", context)


@require_GET
@permission_required("receivables.view_receivable", raise_exception=True)
def statement(request: HttpRequest, number: str) -> HttpResponse:
    """Show what happened on a customer's account between two days, and what was open at the end."""
    customer = get_object_or_404(Customer, number=number)
    form = StatementForm(request.GET or None)
    since, until = form.days(until=today(request), length=timedelta(days=90))
    found = account_of(customer=customer, currency=customer.currency, since=since, until=until)
    context = {
        "form": StatementForm(initial={"since": since, "until": until}),
        "errors": form.errors,
        "customer": customer,
        "statement": found,
    }
    return render(request, "reporting/statement.html", context)
