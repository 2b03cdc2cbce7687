"""Entering an order: a sheet that is looked at while it is typed, and becomes a draft, a quote or an order."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers import selectors as customers
from o2c.kernel import clock
from o2c.kernel.errors import DomainError
from o2c.kernel.requests import actor, company, today
from orders import selectors, services
from orders.entry import Sheet, look_up, place
from orders.errors import DuplicateSuspected, OrderChanged, PriceUnusual
from orders.forms import EntryForm, ReasonForm, rows_for, rows_of
from orders.forms.entry import KEPT, customers_named
from orders.forms.rows import padded
from orders.models import Order, OrderRequest
from orders.views.leading import led_away

SHORTEST = 2
CHOICES = 8


@require_http_methods(["GET", "POST"])
@permission_required("orders.add_order", raise_exception=True)
def new_order(request: HttpRequest) -> HttpResponse:
    """Show an empty sheet, look at a filled one, or make of it what its button says."""
    if request.method == "GET":
        asked = _asked(request)
        if asked is not None and asked.state != OrderRequest.State.WAITING:
            return _show_answered(request, asked)
        return _show(request, Sheet(form=EntryForm(initial=_beginning(request, asked)), rows=padded([])))
    sheet = Sheet(form=EntryForm(request.POST), rows=rows_of(request.POST))
    return _answer(request, sheet, SAVED)


@require_http_methods(["GET", "POST"])
@permission_required("orders.quote_order", raise_exception=True)
def revise_quote(request: HttpRequest, number: str) -> HttpResponse:
    """Show a quote on the same sheet, and quote it anew."""
    quote = get_object_or_404(Order.objects.select_related("customer"), number=number)
    if (led := led_away(request, quote, Order.State.QUOTED)) is not None:
        return led
    lines = quote.lines.select_related("product").order_by("position")
    if request.method == "GET":
        form = EntryForm(initial=_as_quoted(quote), quote=quote)
        return _show(request, Sheet(form=form, rows=rows_for(lines), quote=quote))
    sheet = Sheet(form=EntryForm(request.POST, quote=quote), rows=rows_of(request.POST), quote=quote)
    return _answer(request, sheet, {"revise": _revise})


def _asked(request: HttpRequest) -> OrderRequest | None:
    """Return the request of the inbox that the address names, None where it names none.

    :raises Http404: it names one that there never was.
    """
    if "request" not in request.GET:
        return None
    found = OrderRequest.objects.select_related("customer", "order", "answered_by")
    return get_object_or_404(found, pk=_number(request, "request"))


def _show_answered(request: HttpRequest, asked: OrderRequest) -> HttpResponse:
    """Say what became of a request, instead of having it answered twice."""
    return render(request, "orders/entry/answered.html", {"asked": asked})


@require_POST
@permission_required("orders.add_order", raise_exception=True)
def dismiss(request: HttpRequest, request_id: int) -> HttpResponse:
    """Close a request that is no order, with the reason; a refusal comes back on the form."""
    found = OrderRequest.objects.select_related("customer", "order", "answered_by")
    asked = get_object_or_404(found, pk=request_id)
    form = ReasonForm(request.POST)
    if form.is_valid():
        dismissed = form.hears(
            services.dismiss_request,
            request_id=asked.pk,
            reason=form.cleaned_data["reason"],
            on=today(request),
            at=clock.now(),
            actor=actor(request),
        )
        if dismissed is not None:
            messages.success(request, _("The request is dismissed."))
            return redirect("order-inbox")
    return render(request, "orders/entry/answered.html", {"asked": asked, "form": form}, status=form.status)


def _beginning(request: HttpRequest, asked: OrderRequest | None) -> dict[str, Any]:
    """Return what is known before anything is typed: the customer, or the request that is answered."""
    if asked is None:
        return {"customer": " ".join(map(str, customers_named(request.GET.get("customer", ""))[:1]))}
    return {
        "customer": str(asked.customer or ""),
        "channel": asked.channel,
        "request": asked.pk,
    }


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _as_quoted(quote: Order) -> dict[str, Any]:
    return {
        "customer": str(quote.customer),
        "po_number": quote.po_number,
        "requested_on": quote.requested_on,
        "delivery": KEPT,
        "incoterm": quote.incoterm,
        "valid_until": quote.valid_until,
        "version": quote.version,
    }


def _answer(request: HttpRequest, sheet: Sheet, verbs: dict[str, "Verb"]) -> HttpResponse:
    """Have the verb of the button that was pressed; without one, or where it is refused, show the sheet."""
    verb, status = verbs.get(request.POST.get("do", "")), 200
    if verb is not None:
        status = 422
        if sheet.is_sound:
            try:
                return redirect("order", number=verb(request, sheet).number)
            except DomainError as refusal:
                _tell(sheet, refusal)
                status = refusal.status
    look_up(sheet, company=company(request), on=today(request), actor=actor(request))
    return _show(request, sheet, status=status)


def _tell(sheet: Sheet, refusal: DomainError) -> None:
    """Put a refusal where somebody can do something about it."""
    match refusal:
        case DuplicateSuspected():
            sheet.asks_duplicate = True
        case PriceUnusual():
            pass  # the sheet asks whether it is meant
        case OrderChanged():
            _catch_up(sheet)
        case _:
            place(sheet, refusal)


def _catch_up(sheet: Sheet) -> None:
    """Put what others made of the quote beside what was typed; sent again, that replaces it."""
    assert sheet.quote is not None
    seen = sheet.form.cleaned_data["version"] or 0
    sheet.versions = selectors.versions_after(sheet.quote.pk, version=seen)
    sheet.quote.refresh_from_db(fields=["version", "valid_until"])


def _draft(request: HttpRequest, sheet: Sheet) -> Order:
    asked = sheet.order_input(company=company(request), on=today(request))
    order = services.create_order(order=asked, actor=actor(request))
    messages.success(request, _("%(order)s is saved as a draft.") % {"order": order.number})
    return order


def _quote(request: HttpRequest, sheet: Sheet) -> Order:
    asked = sheet.order_input(company=company(request), on=today(request))
    until = sheet.form.cleaned_data["valid_until"]
    quote = services.quote_order(order=asked, valid_until=until, actor=actor(request))
    messages.success(request, _("%(order)s is quoted.") % {"order": quote.number})
    return quote


def _place(request: HttpRequest, sheet: Sheet) -> Order:
    asked = sheet.order_input(company=company(request), on=today(request))
    order = services.place_order(order=asked, actor=actor(request))
    if order.state == Order.State.ON_HOLD:
        messages.warning(request, _("%(order)s is placed and waits: see why.") % {"order": order.number})
    else:
        messages.success(request, _("%(order)s is placed and confirmed.") % {"order": order.number})
    return order


def _revise(request: HttpRequest, sheet: Sheet) -> Order:
    assert sheet.quote is not None
    told = sheet.form.cleaned_data
    quote = services.revise_quote(
        order_id=sheet.quote.pk,
        order=sheet.order_input(company=company(request), on=today(request)),
        reason=told["reason"],
        expected_version=told["version"] or 0,
        valid_until=told["valid_until"],
        actor=actor(request),
    )
    messages.success(request, _("%(order)s is quoted anew.") % {"order": quote.number})
    return quote


Verb = Callable[[HttpRequest, Sheet], Order]
SAVED: dict[str, Verb] = {"draft": _draft, "quote": _quote, "place": _place}


def _show(request: HttpRequest, sheet: Sheet, *, status: int = 200) -> HttpResponse:
    is_fragment = request.headers.get("X-Requested-With") == "fetch"
    template = "orders/entry/_sheet.html" if is_fragment else "orders/entry/page.html"
    is_refused = status != 200 and not is_fragment
    context = {
        "sheet": sheet,
        "form": sheet.form,
        "answered": _answered(sheet),
        "is_refused": is_refused,
    }
    return render(request, template, context, status=200 if is_fragment else status)


def _answered(sheet: Sheet) -> OrderRequest | None:
    """Return the request of the inbox that the sheet answers."""
    bound = sheet.form.cleaned_data.get("request") if sheet.form.is_bound else None
    if bound is not None or sheet.form.is_bound:
        return bound
    return OrderRequest.objects.filter(pk=sheet.form.initial.get("request") or 0).first()


@require_GET
@permission_required("orders.add_order", raise_exception=True)
def product_choices(request: HttpRequest) -> HttpResponse:
    """Return the products that somebody may mean while they type, as the options of a list."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:60]
    found = []
    named = customers_named(request.GET.get("customer", ""))
    customer = named[0] if len(named) == 1 else None
    if len(words) >= SHORTEST:
        found = selectors.product_choices(
            words, customer=customer, company_id=company(request).pk, on=today(request)
        )
    return render(request, "orders/entry/_products.html", {"choices": found, "customer": customer})


@require_GET
@permission_required("orders.add_order", raise_exception=True)
def customer_choices(request: HttpRequest) -> HttpResponse:
    """Return the customers whom somebody may mean while they type, as the options of a list."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:60]
    found = customers.find_customers(words, limit=CHOICES) if len(words) >= SHORTEST else []
    return render(request, "orders/entry/_customers.html", {"choices": found})
