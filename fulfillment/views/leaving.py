"""What leaves: boxes with their labels, the hand over, the delivery, and what does not leave after all."""

from decimal import Decimal

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fulfillment import selectors, services
from fulfillment.errors import ShipmentNotCancellable, ShipmentNotDeliverable, ShipmentNotPackable
from fulfillment.forms import CarrierForm, ConfirmForm, EvidenceForm, PackForm, Row
from fulfillment.models import Shipment
from fulfillment.services import PackageInput
from fulfillment.views.picking import shipment_or_404
from fulfillment.walk import walk_of
from o2c.kernel.deskform import leads_away, posted
from o2c.kernel.requests import actor, today

MOST_BOXES = 20


@require_http_methods(["GET", "POST"])
@permission_required("fulfillment.pick_shipment", raise_exception=True)
def pack(request: HttpRequest, number: str) -> HttpResponse:
    """Ask what is in which box and who carries it; one box with everything where nobody says more."""
    shipment = shipment_or_404(number)
    not_yet = _not_picked(request, shipment)
    away = not_yet or leads_away(
        request, shipment.mark_packed, otherwise=ShipmentNotPackable, to=_page_of(shipment)
    )
    if away is not None:
        return away
    text = request.POST.get("boxes") or request.GET.get("boxes", "1")
    boxes = min(max(int(text), 1), MOST_BOXES) if text.isascii() and text.isdigit() and len(text) < 4 else 1
    form = PackForm(posted(request), rows=_goods(shipment), boxes=boxes)
    carrier = CarrierForm(posted(request), initial={"carrier": selectors.usual_carrier()})
    if "more" in request.POST:  # everything typed stays, with one box more
        form = PackForm(request.POST, rows=_goods(shipment), boxes=min(boxes + 1, MOST_BOXES))
    elif request.method == "POST" and form.is_valid() and carrier.is_valid():
        done = form.hears(
            services.pack_shipment,
            shipment_id=shipment.pk,
            actor=actor(request),
            carrier=carrier.cleaned_data["by_hand"],
            tracking_number=carrier.cleaned_data["tracking_number"],
            carrier_id=carrier.by,
            packages=_packages(form, tracking_number=carrier.cleaned_data["tracking_number"]),
        )
        if done is not None:
            messages.success(request, _("%(number)s is packed.") % {"number": done})
            return redirect("shipment-ship", number=number)
    context = {
        "shipment": shipment,
        "form": form,
        "carrier": carrier,
        "is_full": len(form.boxes) == MOST_BOXES,
    }
    return render(
        request, "fulfillment/pack.html", context, status=200 if "more" in request.POST else form.status
    )


def _page_of(shipment: Shipment) -> str:
    return reverse("shipment", args=[shipment.number])


def _not_picked(request: HttpRequest, shipment: Shipment) -> HttpResponse | None:
    """Lead to the walk where it is not over: boxes hold what was found, not what was planned."""
    if shipment.state not in {Shipment.State.PLANNED, Shipment.State.PICKING}:
        return None
    walk = walk_of(shipment)
    if shipment.state == Shipment.State.PLANNED or (walk.stops and not walk.done):
        messages.warning(request, str(ShipmentNotPackable.hint))
        return redirect("shipment-pick", number=shipment.number)
    if walk.done < len(walk.stops) or walk.missing:
        return redirect("shipment-picked", number=shipment.number)
    return None


def _goods(shipment: Shipment) -> list[Row]:
    lines = shipment.lines.filter(order_line__is_stocked=True).select_related("order_line__product")
    return [
        Row(line.pk, line.order_line.local_name, of=line, start={"box1": line.quantity}) for line in lines
    ]


def _packages(form: PackForm, *, tracking_number: str) -> list[PackageInput] | None:
    """Return the boxes that have something in them; None where there are only services."""
    found = [
        PackageInput(
            contents=form.some(f"box{box}"),
            weight=form.cleaned_data[f"weight-{box}"],
            length=form.cleaned_data[f"length-{box}"],
            width=form.cleaned_data[f"width-{box}"],
            height=form.cleaned_data[f"height-{box}"],
            tracking_number=tracking_number if box == 1 else "",
        )
        for box in form.boxes
        if form.some(f"box{box}")
    ]
    is_plain = len(found) == 1 and all(
        (value is None) for value in (found[0].weight, found[0].length, found[0].width, found[0].height)
    )
    everything = {row.pk: row.start["box1"] for row in form.rows}
    return None if not form.rows or (is_plain and dict(found[0].contents) == everything) else found


@require_http_methods(["GET", "POST"])
@permission_required("fulfillment.post_shipment", raise_exception=True)
def ship(request: HttpRequest, number: str) -> HttpResponse:
    """Show the labels to print, and hand the shipment over: goods issue."""
    shipment, form = shipment_or_404(number), ConfirmForm(posted(request))
    by = {"shipment_id": shipment.pk, "on": today(request), "actor": actor(request)}
    if request.method == "POST" and "announce" in request.POST:
        if form.hears(services.announce_shipment, **by) is not None:
            return redirect("shipment-ship", number=number)
    elif request.method == "POST" and form.hears(services.post_shipment, **by) is not None:
        messages.success(request, _("%(number)s has left the house.") % {"number": shipment})
        return redirect("to-hand-over")
    boxes = list(shipment.packages.select_related("label").defer("label__content").order_by("position"))
    waits = shipment.carried_by is not None and any(not box.tracking_number for box in boxes)
    context = {
        "shipment": shipment,
        "form": form,
        "boxes": [(box, hasattr(box, "label")) for box in boxes],
        "waits": waits,
        "weight": sum((box.weight for box in boxes), Decimal(0)),
    }
    return render(request, "fulfillment/ship.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
@permission_required("fulfillment.post_shipment", raise_exception=True)
def deliver(request: HttpRequest, number: str) -> HttpResponse:
    """Ask who signed for the goods, and note that the customer has them."""
    shipment, form = shipment_or_404(number), EvidenceForm(posted(request))
    away = leads_away(
        request, shipment.mark_delivered, otherwise=ShipmentNotDeliverable, to=_page_of(shipment)
    )
    if away is not None:
        return away
    if request.method == "POST" and form.is_valid():
        done = form.hears(
            services.deliver_shipment,
            shipment_id=shipment.pk,
            on=today(request),
            actor=actor(request),
            evidence=form.cleaned_data["evidence"],
        )
        if done is not None:
            messages.success(request, _("%(number)s is delivered.") % {"number": shipment})
            return redirect("shipment", number=number)
    context = {
        "form": form,
        "title": _("Has %(number)s arrived?") % {"number": shipment},
        "text": _("The customer has the goods. Who signed is kept with the shipment."),
        "yes": _("Delivered"),
        "back": reverse("shipment", args=[number]),
    }
    return render(request, "fulfillment/ask.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
@permission_required("fulfillment.cancel_shipment", raise_exception=True)
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Ask, then cancel a shipment that has not left; its goods stay reserved for the order."""
    shipment, form = shipment_or_404(number), ConfirmForm(posted(request))
    away = leads_away(
        request, shipment.mark_cancelled, otherwise=ShipmentNotCancellable, to=_page_of(shipment)
    )
    if away is not None:
        return away
    if request.method == "POST":
        by = {"shipment_id": shipment.pk, "on": today(request), "actor": actor(request)}
        if form.hears(services.cancel_shipment, **by) is not None:
            messages.success(request, _("%(number)s is cancelled.") % {"number": shipment})
            return redirect("shipment", number=number)
    context = {
        "form": form,
        "title": _("Cancel %(number)s?") % {"number": shipment},
        "text": _("The goods go back to the shelf and stay reserved for the order. This cannot be undone."),
        "yes": _("Cancel the shipment"),
        "back": reverse("shipment", args=[number]),
    }
    return render(request, "fulfillment/ask.html", context, status=form.status)
