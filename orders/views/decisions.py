"""What a person decides about one order or quote: each page asks what it must and calls one service."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from o2c.kernel.deskform import DeskForm, posted
from o2c.kernel.errors import DomainError
from o2c.kernel.formats import formats_for
from o2c.kernel.requests import actor, company, today
from orders import selectors, services
from orders.forms import AcceptForm, CancelForm, LossForm, ReasonForm, ReleaseOneForm, RenewForm
from orders.models import Order, OrderLine, Release
from orders.rules import AMENDABLE, totals_of
from orders.views.leading import led_away, to_the_order

Decide = Callable[..., Order]
AboutQuote = Callable[[Any, Order], DeskForm]
State = Order.State


@require_http_methods(["GET", "POST"])
@permission_required("orders.release_order", raise_exception=True)
def release(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for the reason, then confirm a held order in spite of its hold, or propose that to a second person."""
    order = get_object_or_404(Order.objects.select_related("customer__terms"), number=number)
    if request.method == "GET" and order.state == State.ON_HOLD:
        try:
            services.ensure_releasable(order, by=actor(request))
        except DomainError as refusal:
            return to_the_order(request, order, refusal.message)
    if (led := led_away(request, order, State.ON_HOLD)) is not None:
        return led
    form = ReleaseOneForm(
        posted(request),
        policy=selectors.policy_of(order.company_id),
        currency=company(request).base_currency,
    )
    if form.is_valid():
        released = form.hears(
            services.release_order,
            order_id=order.pk,
            on=today(request),
            actor=actor(request),
            **form.cleaned_data,
        )
        if released is not None:
            _tell_released(request, released)
            return redirect("order", number=order.number)
    standing = selectors.standing_today(order, today=today(request))
    context = {"order": order, "form": form, "standing": standing, "typed": _typed_prices(order)}
    return render(request, "orders/release.html", context, status=form.status)


def _typed_prices(order: Order) -> list[OrderLine]:
    """Return the lines whose price a person typed, beside what the price lists had for them."""
    lines = selectors.lines_with_products([order])[order.pk]
    return [line for line in selectors.with_typed_prices_compared(order, lines) if line.is_entered]


def _tell_released(request: HttpRequest, order: Order) -> None:
    if order.state == Order.State.CONFIRMED:
        messages.success(request, _("%(order)s is released and confirmed.") % {"order": order.number})
    elif selectors.is_proposed(order.pk):
        messages.info(request, _("%(order)s waits for a second person to agree.") % {"order": order.number})
    else:
        messages.warning(request, _("%(order)s waits for another reason now.") % {"order": order.number})


@require_http_methods(["GET", "POST"])
@permission_required("orders.release_order", raise_exception=True)
def second(request: HttpRequest, number: str) -> HttpResponse:
    """Show what somebody proposed, and let a second person agree or not."""
    proposals = Release.objects.filter(order__number=number, state=Release.State.PROPOSED)
    proposal = proposals.select_related("order__customer__terms", "proposed_by").first()
    if proposal is None:
        why = _("No release of %(order)s waits for a second person.") % {"order": number}
        return to_the_order(request, get_object_or_404(Order, number=number), why)
    says_no = request.POST.get("do") == "reject"
    form = ReasonForm(request.POST if says_no else None)
    decided: dict[str, Any] = {"release_id": proposal.pk, "on": today(request), "actor": actor(request)}
    if says_no and form.is_valid():
        rejected = form.hears(services.reject_release, reason=form.cleaned_data["reason"], **decided)
        if rejected is not None:
            messages.success(request, _("%(order)s goes on waiting.") % {"order": number})
            return redirect("order", number=number)
    elif request.method == "POST" and not says_no:
        approved = form.hears(services.approve_release, **decided)
        if approved is not None:
            _tell_released(request, Order.objects.get(pk=proposal.order_id))
            return redirect("order", number=number)
    standing = selectors.standing_today(proposal.order, today=today(request))
    context = {
        "order": proposal.order,
        "proposal": proposal,
        "form": form,
        "standing": standing,
        "typed": _typed_prices(proposal.order),
    }
    return render(request, "orders/second.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
@permission_required("orders.cancel_order", raise_exception=True)
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Ask why, then cancel the order, or what is left when something has shipped, or only what is named."""
    order = get_object_or_404(Order.objects.select_related("customer"), number=number)
    if (led := led_away(request, order, *AMENDABLE)) is not None:
        return led
    lines = selectors.lines_with_products([order])[order.pk]
    if request.method == "GET" and not any(line.to_ship for line in lines):
        return to_the_order(request, order, _("Everything has shipped: correct it with a credit note"))
    form = CancelForm(posted(request))
    named = _named(request, lines)
    if form.is_valid() and named is not None:
        verb: Decide = services.cancel_order
        told: dict[str, Any] = dict(form.cleaned_data)
        if named:
            verb, told["quantities"] = services.cancel_lines, named
        elif any(line.shipped for line in lines):
            verb = services.cancel_rest
        if form.hears(verb, order_id=order.pk, on=today(request), actor=actor(request), **told):
            messages.success(request, _("%(order)s: cancelled.") % {"order": order.number})
            return redirect("order", number=order.number)
    status = 422 if named is None else form.status
    return render(
        request, "orders/cancel.html", _to_cancel(request, order, lines, form, named), status=status
    )


def _to_cancel(
    request: HttpRequest, order: Order, lines: list[OrderLine], form: forms.Form, named: Any
) -> dict[str, Any]:
    left = [line for line in lines if line.to_ship]
    return {
        "order": order,
        "form": form,
        "has_shipped": any(line.shipped for line in lines),
        "rows": [(line, request.POST.get(f"quantity-{line.pk}", "")) for line in left],
        "cannot_be_read": named is None,
    }


def _named(request: HttpRequest, lines: list[OrderLine]) -> dict[int, Decimal] | None:
    """Return the quantities to cancel by line; none named means all of it, None that one cannot be read."""
    named = {}
    for line in lines:
        text = request.POST.get(f"quantity-{line.pk}", "").strip()
        if not text:
            continue
        number = formats_for(get_language() or "en").parse(text)
        if number is None:
            return None
        named[line.pk] = number
    return named


@require_POST
@permission_required("orders.submit_order", raise_exception=True)
def submit(request: HttpRequest, number: str) -> HttpResponse:
    """Submit a draft: it comes back confirmed or on hold."""
    draft = get_object_or_404(Order, number=number)
    order = services.submit_order(
        order_id=draft.pk,
        on=today(request),
        actor=actor(request),
        acknowledges_duplicate=request.POST.get("acknowledges_duplicate") == "on",
    )
    if order.state == Order.State.ON_HOLD:
        messages.warning(request, _("%(order)s is placed and waits: see why.") % {"order": order.number})
    else:
        messages.success(request, _("%(order)s is placed and confirmed.") % {"order": order.number})
    return redirect("order", number=order.number)


@require_POST
@permission_required("orders.submit_order", raise_exception=True)
def retry(request: HttpRequest, number: str) -> HttpResponse:
    """Check a held order again."""
    held = get_object_or_404(Order, number=number)
    order = services.retry_order(order_id=held.pk, on=today(request), actor=actor(request))
    if order.state == Order.State.CONFIRMED:
        messages.success(request, _("%(order)s passes now and is confirmed.") % {"order": order.number})
    else:
        messages.warning(request, _("%(order)s still waits.") % {"order": order.number})
    return redirect("order", number=order.number)


def _about_quote(
    request: HttpRequest, number: str, *, state: str, made: AboutQuote, template: str, verb: Decide, told: str
) -> HttpResponse:
    """Ask what a decision on a quote in *state* needs, then have it."""
    quote = get_object_or_404(Order.objects.select_related("customer"), number=number)
    if (led := led_away(request, quote, state)) is not None:
        return led
    form = made(posted(request), quote)
    if form.is_valid():
        order = form.hears(
            verb, order_id=quote.pk, on=today(request), actor=actor(request), **form.cleaned_data
        )
        if order is not None:
            messages.success(request, told % {"order": order.number})
            return redirect("order", number=order.number)
    return render(request, template, {"order": quote, "form": form}, status=form.status)


@require_http_methods(["GET", "POST"])
@permission_required("orders.submit_order", raise_exception=True)
def accept(request: HttpRequest, number: str) -> HttpResponse:
    """Make the order that the customer takes the quote for."""
    return _about_quote(
        request,
        number,
        state=State.QUOTED,
        made=lambda data, _quote: AcceptForm(data),
        template="orders/accept.html",
        verb=services.accept_and_submit_quote,
        told=_("%(order)s is an order now."),
    )


@require_http_methods(["GET", "POST"])
@permission_required("orders.quote_order", raise_exception=True)
def lose(request: HttpRequest, number: str) -> HttpResponse:
    """Note that the customer does not take the quote."""
    return _about_quote(
        request,
        number,
        state=State.QUOTED,
        made=lambda data, _quote: LossForm(data),
        template="orders/lose.html",
        verb=services.lose_quote,
        told=_("%(order)s is lost."),
    )


@require_http_methods(["GET", "POST"])
@permission_required("orders.quote_order", raise_exception=True)
def renew(request: HttpRequest, number: str) -> HttpResponse:
    """Let an expired quote hold again."""
    return _about_quote(
        request,
        number,
        state=State.EXPIRED,
        made=lambda data, quote: RenewForm(data, policy=selectors.policy_of(quote.company_id)),
        template="orders/renew.html",
        verb=services.renew_quote,
        told=_("%(order)s holds again."),
    )


@require_GET
@permission_required("orders.view_order", raise_exception=True)
def printed(request: HttpRequest, number: str) -> HttpResponse:
    """Show a quote or an order as a sheet of paper, in the customer's language."""
    order = get_object_or_404(Order.objects.select_related("customer", "terms"), number=number)
    lines = [
        line for line in selectors.lines_with_products([order])[order.pk] if line.ordered > line.cancelled
    ]
    totals = totals_of(((line.ordered - line.cancelled, line) for line in lines), currency=order.currency)
    context = {"order": order, "lines": lines, "totals": totals, "seller": company(request)}
    return render(request, "orders/printed.html", context)
