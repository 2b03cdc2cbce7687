"""The pages that read over all stages: home, one order with its whole case, and the books."""

from datetime import date

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from ledger import selectors as ledger
from o2c.context import navigation
from o2c.kernel.money import total
from o2c.kernel.requests import actor, company, today
from reporting import order_page as case
from reporting.customer_page import customer_page as about_customer
from reporting.desks import desks_of
from reporting.entry_page import entry_page
from reporting.forms import AsOfForm, after_key
from reporting.palette import Found, search
from reporting.product_page import product_page as page_of_product
from reporting.return_page import return_page as page_of_return
from reporting.selectors import account_page, newest_certificate
from reporting.shipment_page import shipment_page as page_of_shipment


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits for the role of the person."""
    desks = desks_of(actor(request), on=today(request))
    proof = newest_certificate() if request.user.has_perm("reporting.view_certificate") else None
    return render(request, "reporting/home.html", {"desks": desks, "proof": proof})


@require_GET
def find(request: HttpRequest) -> HttpResponse:
    """Find documents, customers, products and places; the palette asks for the bare list."""
    words = request.GET.get("q", "")
    places = [Found(str(place.label), str(place.group), place.url) for place in navigation(request)]
    kinds = search(words, reader=actor(request), places=places, today=today(request))
    is_palette = request.headers.get("X-Requested-With") == "fetch"
    template = "reporting/_found.html" if is_palette else "reporting/find.html"
    return render(request, template, {"kinds": kinds, "words": words})


@require_GET
@permission_required("orders.view_order", raise_exception=True)
def order_page(request: HttpRequest, number: str) -> HttpResponse:
    """Show one order with everything that came of it."""
    page = case.order_page(number=number, today=today(request), reader=actor(request))
    if page is None:
        raise Http404
    return render(request, "reporting/order.html", {"page": page, "order": page.own.order})


@require_GET
@permission_required("fulfillment.view_shipment", raise_exception=True)
def shipment_page(request: HttpRequest, number: str) -> HttpResponse:
    """Show one shipment: its lines and boxes, where it was seen, and what is next."""
    page = page_of_shipment(number=number, reader=actor(request))
    if page is None:
        raise Http404
    return render(request, "reporting/shipment.html", {"page": page, "shipment": page.own.shipment})


@require_GET
@permission_required("fulfillment.view_return", raise_exception=True)
def return_page(request: HttpRequest, number: str) -> HttpResponse:
    """Show one return: what may come back, what came, and what became of it."""
    page = page_of_return(number=number, reader=actor(request))
    if page is None:
        raise Http404
    return render(request, "reporting/return.html", {"page": page, "returned": page.own.returned})


@require_GET
@permission_required("inventory.view_stocklevel", raise_exception=True)
def product_page(request: HttpRequest, sku: str) -> HttpResponse:
    """Show one product: its prices, its stock with moves and promises, and what comes in."""
    before = request.GET.get("before", "")
    page = page_of_product(
        sku=sku,
        today=today(request),
        reader=actor(request),
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None,
    )
    if page is None:
        raise Http404
    return render(request, "reporting/product.html", {"page": page, "product": page.own.product})


@require_GET
@permission_required("customers.view_customer", raise_exception=True)
def customer_page(request: HttpRequest, number: str) -> HttpResponse:
    """Show one customer with everything that is known of them."""
    page = about_customer(number=number, today=today(request), reader=actor(request))
    if page is None:
        raise Http404
    return render(request, "reporting/customer.html", {"page": page, "customer": page.own.customer})


@require_GET
@permission_required("ledger.view_account", raise_exception=True)
def trial_balance(request: HttpRequest) -> HttpResponse:
    """Show every account as of a day, and that debits equal credits."""
    form = AsOfForm(request.GET or None)
    seller = company(request)
    as_of = form.day(default=today(request))
    balance = ledger.trial_balance(company_id=seller.pk, currency=seller.base_currency, as_of=as_of)
    context = {
        "balance": balance,
        "debit_balance": total(row.balance for row in balance.rows if row.balance > 0),
        "credit_balance": total(-row.balance for row in balance.rows if row.balance < 0),
        "as_of": as_of,
        "form": AsOfForm(initial={"as_of": as_of}),
    }
    return render(request, "reporting/trial_balance.html", context)


@require_GET
@permission_required("ledger.view_account", raise_exception=True)
def account(request: HttpRequest, account_id: int) -> HttpResponse:
    """Show what an account's balance is made of, up to a day, a page at a time.

    :raises NotFound: there is no such account.
    """
    as_of = AsOfForm(request.GET or None).day(default=date.max)
    after = after_key(request.GET)
    page = account_page(account_id=account_id, until=as_of, after=after)
    older = page.next_after and f"{page.next_after[0].isoformat()}.{page.next_after[1]}"
    context = {"page": page, "as_of": None if as_of == date.max else as_of, "next": older, "after": after}
    return render(request, "reporting/account.html", context)


@require_GET
@permission_required("ledger.view_journalentry", raise_exception=True)
def entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Show one journal entry with its lines and what caused it."""
    page = entry_page(entry_id)
    if page is None:
        raise Http404
    reverse_url = reverse("admin:ledger_journalentry_reverse", args=[entry_id])
    return render(request, "reporting/entry.html", {"page": page, "reverse_url": reverse_url})
