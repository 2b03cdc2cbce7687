"""Goods on their way from one warehouse to another."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fulfillment import services
from fulfillment.forms import GridForm, Row
from fulfillment.losses import lost_on_the_way
from fulfillment.stock_forms import LINES, TransferForm
from inventory.errors import TransferNotReceivable
from inventory.models import Transfer, TransferLine
from o2c.kernel.deskform import leads_away, posted
from o2c.kernel.figures import quantity
from o2c.kernel.money import total
from o2c.kernel.requests import actor, company, today

MOST_LINES = 100
USUAL_DAYS = timedelta(days=2)


def transfer_or_404(number: str) -> Transfer:
    """Return the transfer with its warehouses."""
    return get_object_or_404(Transfer.objects.select_related("source", "target", "created_by"), number=number)


@require_http_methods(["GET", "POST"])
@permission_required("inventory.add_stockmove", raise_exception=True)
def send(request: HttpRequest) -> HttpResponse:
    """Ask what goes where, and send it."""
    text = request.POST.get("lines", "")
    lines = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else LINES
    lines = min(max(lines, LINES) + (LINES if "more" in request.POST else 0), MOST_LINES)
    initial = {"expected_on": today(request) + USUAL_DAYS}
    form = TransferForm(posted(request), lines=lines, initial=initial)
    if request.method == "POST" and "more" not in request.POST and form.is_valid():
        data = form.cleaned_data
        transfer = form.hears(
            services.send_transfer,
            source=data["source"],
            target=data["target"],
            wanted=data["wanted"],
            on=today(request),
            expected_on=data["expected_on"],
            actor=actor(request),
        )
        if transfer is not None:
            messages.success(request, _("%(number)s is on its way.") % {"number": transfer})
            return redirect("transfer", number=transfer.number)
    status = 200 if "more" in request.POST else form.status
    return render(request, "fulfillment/transfer_send.html", {"form": form, "lines": lines}, status=status)


def _lines(transfer: Transfer) -> list[TransferLine]:
    return list(transfer.lines.select_related("product").order_by("product__sku"))


@require_safe
@permission_required("inventory.view_transfer", raise_exception=True)
def show(request: HttpRequest, number: str) -> HttpResponse:
    """Show what travels, and what arrived."""
    transfer = transfer_or_404(number)
    lines, currency = _lines(transfer), company(request).base_currency
    arrived = {line.product_id: line.received for line in lines if line.received is not None}
    context = {
        "transfer": transfer,
        "lines": lines,
        "worth": total(line.value for line in lines),
        "losses": lost_on_the_way(lines, arrived, currency=currency),
        "currency": currency,
    }
    return render(request, "fulfillment/transfer.html", context)


@require_http_methods(["GET", "POST"])
@permission_required("inventory.add_stockmove", raise_exception=True)
def receive(request: HttpRequest, number: str) -> HttpResponse:
    """Ask what arrived; what did not is a loss, which is shown before it is booked."""
    transfer, currency = transfer_or_404(number), company(request).base_currency
    page = reverse("transfer", args=[number])
    away = leads_away(request, transfer.mark_received, otherwise=TransferNotReceivable, to=page)
    if away is not None:
        return away
    lines = _lines(transfer)
    rows = [
        Row(
            line.product_id,
            str(line.product),
            detail=_("%(quantity)s sent") % {"quantity": quantity(line.quantity)},
            of=line,
            start={"arrived": line.quantity},
        )
        for line in lines
    ]
    form = GridForm(posted(request), rows=rows, columns={"arrived": _("Arrived")})
    losses = None
    if request.method == "POST" and form.is_valid():
        losses = lost_on_the_way(lines, form.column("arrived"), currency=currency)
        if losses.confirmed_by(request.POST) and _received(request, form, transfer):
            messages.success(request, _("%(number)s has arrived.") % {"number": transfer})
            return redirect("transfer", number=number)
    context = {"transfer": transfer, "form": form, "losses": losses, "currency": currency}
    return render(request, "fulfillment/transfer_receive.html", context, status=form.status)


def _received(request: HttpRequest, form: GridForm, transfer: Transfer) -> bool:
    done = form.hears(
        services.receive_transfer,
        transfer_id=transfer.pk,
        arrived=form.column("arrived"),
        on=today(request),
        actor=actor(request),
    )
    return done is not None
