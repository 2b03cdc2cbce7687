"""What comes back: authorised, received, inspected, or cancelled."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from catalog.models import Product
from fulfillment import services
from fulfillment.errors import ReturnNotCancellable, ReturnNotInspectable, ReturnNotReceivable
from fulfillment.forms import ConfirmForm, GridForm, ReturnForm, Row
from fulfillment.models import Return, Shipment, ShipmentLine
from fulfillment.rules import means_damage
from fulfillment.views.picking import shipment_or_404
from o2c.kernel.deskform import leads_away, posted
from o2c.kernel.figures import quantity
from o2c.kernel.requests import actor, today

OPEN_FOR = timedelta(days=30)


def return_or_404(number: str) -> Return:
    """Return the return with what its pages say of it."""
    return get_object_or_404(Return.objects.select_related("shipment__order__customer"), number=number)


def _page_of(returned: Return) -> str:
    return reverse("return", args=[returned.number])


@require_http_methods(["GET", "POST"])
@permission_required("fulfillment.authorise_return", raise_exception=True)
def authorise(request: HttpRequest, number: str) -> HttpResponse:
    """Ask what may come back of a shipment, why and until when."""
    shipment = shipment_or_404(number)
    form = ReturnForm(
        posted(request),
        rows=_returnable(shipment),
        columns={"back": _("Comes back")},
        initial={"valid_until": today(request) + OPEN_FOR},
    )
    if request.method == "POST" and form.is_valid():
        returned = form.hears(
            services.authorise_return,
            shipment_id=shipment.pk,
            lines=form.some("back"),
            reason=form.cleaned_data["reason"],
            valid_until=form.cleaned_data["valid_until"],
            note=form.cleaned_data["note"],
            on=today(request),
            actor=actor(request),
        )
        if returned is not None:
            messages.success(request, _("%(number)s is authorised.") % {"number": returned})
            return redirect("return", number=returned.number)
    context = {"shipment": shipment, "form": form}
    return render(request, "fulfillment/return_authorise.html", context, status=form.status)


def _returnable(shipment: Shipment) -> list[Row]:
    lines = shipment.lines.exclude(order_line__product__kind=Product.Kind.SERVICE)
    return [
        Row(line.pk, line.order_line.local_name, detail=_can_come(line), of=line)
        for line in lines.select_related("order_line__product")
        if line.quantity > line.in_returns
    ]


def _can_come(line: ShipmentLine) -> str:
    told = {"sku": line.order_line.product.sku, "quantity": quantity(line.quantity - line.in_returns)}
    return _("%(sku)s · %(quantity)s can come back") % told


@require_http_methods(["GET", "POST"])
@permission_required("fulfillment.receive_return", raise_exception=True)
def receive(request: HttpRequest, number: str) -> HttpResponse:
    """Ask what really came."""
    returned = return_or_404(number)
    away = leads_away(request, returned.mark_received, otherwise=ReturnNotReceivable, to=_page_of(returned))
    if away is not None:
        return away
    lines = returned.lines.select_related("shipment_line__order_line__product").order_by("pk")
    rows = [
        Row(
            line.shipment_line_id,
            line.shipment_line.order_line.local_name,
            detail=_("%(quantity)s authorised") % {"quantity": quantity(line.authorised)},
            of=line,
            start={"came": line.authorised},
        )
        for line in lines
    ]
    form = GridForm(posted(request), rows=rows, columns={"came": _("Came")})
    if request.method == "POST" and form.is_valid():
        done = form.hears(
            services.receive_return,
            return_id=returned.pk,
            received=form.column("came"),
            on=today(request),
            actor=actor(request),
        )
        if done is not None:
            messages.success(request, _("%(number)s is received: inspect it next.") % {"number": returned})
            return redirect("return-inspect", number=number)
    context = {"returned": returned, "form": form}
    return render(request, "fulfillment/return_receive.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
@permission_required("fulfillment.receive_return", raise_exception=True)
def inspect(request: HttpRequest, number: str) -> HttpResponse:
    """Ask of each piece that came: back on the shelf, or scrap, as the reason has it."""
    returned = return_or_404(number)
    away = leads_away(request, returned.mark_inspected, otherwise=ReturnNotInspectable, to=_page_of(returned))
    if away is not None:
        return away
    proposed = "scrapped" if means_damage(returned.reason) else "restocked"
    lines = returned.lines.filter(received__gt=0, shipment_line__order_line__is_stocked=True)
    rows = [
        Row(
            line.shipment_line_id,
            line.shipment_line.order_line.local_name,
            detail=_("%(quantity)s came") % {"quantity": quantity(line.received)},
            of=line,
            start={proposed: line.received},
        )
        for line in lines.select_related("shipment_line__order_line__product").order_by("pk")
    ]
    columns = {"restocked": _("Back to stock"), "scrapped": _("Scrap")}
    form = GridForm(posted(request), rows=rows, columns=columns)
    if request.method == "POST" and form.is_valid():
        done = form.hears(
            services.inspect_return,
            return_id=returned.pk,
            restocked=form.some("restocked"),
            scrapped=form.some("scrapped"),
            on=today(request),
            actor=actor(request),
        )
        if done is not None:
            messages.success(request, _("%(number)s is inspected.") % {"number": returned})
            return redirect("return", number=number)
    context = {"returned": returned, "form": form}
    return render(request, "fulfillment/return_inspect.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
@permission_required("fulfillment.authorise_return", raise_exception=True)
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Ask, then cancel a return of which nothing has come."""
    returned, form = return_or_404(number), ConfirmForm(posted(request))
    away = leads_away(request, returned.mark_cancelled, otherwise=ReturnNotCancellable, to=_page_of(returned))
    if away is not None:
        return away
    if request.method == "POST":
        by = {"return_id": returned.pk, "on": today(request), "actor": actor(request)}
        if form.hears(services.cancel_return, **by) is not None:
            messages.success(request, _("%(number)s is cancelled.") % {"number": returned})
            return redirect("return", number=number)
    context = {
        "form": form,
        "title": _("Cancel %(number)s?") % {"number": returned},
        "text": _("The customer keeps the goods; they can be authorised again. This cannot be undone."),
        "yes": _("Cancel the return"),
        "back": reverse("return", args=[number]),
    }
    return render(request, "fulfillment/ask.html", context, status=form.status)
