"""The walk with a phone: one bin after another, what was found, and the sheet for who prefers paper."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fulfillment import selectors, services
from fulfillment.forms import ConfirmForm, PickedForm, PickForm
from fulfillment.models import Shipment
from fulfillment.selectors.picking import PickLine
from fulfillment.walk import Walk, forget_reasons, keep_reason, reasons, walk_of
from inventory.models import Warehouse
from o2c.kernel.deskform import posted
from o2c.kernel.requests import actor, today

SHEET = 100  # shipments on one sheet


def shipment_or_404(number: str) -> Shipment:
    """Return the shipment with what its pages say of it."""
    found = Shipment.objects.select_related("order__customer", "warehouse", "carried_by", "picker")
    return get_object_or_404(found, number=number)


def as_id(text: str) -> int | None:
    """Return a row's id from an address; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


@require_http_methods(["GET", "POST"])
@permission_required("fulfillment.pick_shipment", raise_exception=True)
def pick(request: HttpRequest, number: str) -> HttpResponse:
    """Show the next stop, and take what was scanned or found there."""
    shipment = shipment_or_404(number)
    form = PickForm(posted(request))
    if request.method == "POST" and form.is_valid():
        gone_on = _taken(request, shipment, form)
        if gone_on is not None:
            return gone_on
    line_id = as_id(request.POST.get("line", "") or request.GET.get("line", ""))
    return _stop(request, shipment, walk_of(shipment, line_id=line_id), form)


def _stop(request: HttpRequest, shipment: Shipment, walk: Walk, form: PickForm) -> HttpResponse:
    """Show where somebody stands; who has not begun, or is not the one who walks, is asked first."""
    user = actor(request)
    is_mine = shipment.state == Shipment.State.PICKING and shipment.picker_id in {None, user.pk}
    if is_mine and walk.at is None and not form.is_bound:
        return redirect("shipment-picked", number=shipment.number)
    context = {
        "shipment": shipment,
        "walk": walk,
        "form": form,
        "is_mine": is_mine,
        "found": request.GET.get("found") == "1",
    }
    template = "fulfillment/pick.html" if is_mine else "fulfillment/pick_start.html"
    return render(request, template, context, status=form.status)


def _taken(request: HttpRequest, shipment: Shipment, form: PickForm) -> HttpResponse | None:
    """Take note of a scan or a quantity; None where the form has something to say about it."""
    here = reverse("shipment-pick", args=[shipment.number])
    stop = _meant(shipment, form)
    if stop is None:
        return None
    if stop.line_id == form.cleaned_data["line"] and stop.seen != form.cleaned_data["seen"]:
        messages.info(request, _("%(sku)s was done already: nothing was changed.") % {"sku": stop.sku})
        return redirect(here)
    given = stop.quantity if "all" in request.POST else form.cleaned_data["quantity"]
    if given is None:
        return redirect(f"{here}?line={stop.line_id}&found=1")
    reason = form.cleaned_data["reason"]
    if given < stop.quantity and not reason:
        form.add_error("reason", _("Say why not everything is there."))
        return None
    line = form.hears(
        services.scan_pick,
        shipment_id=shipment.pk,
        sku=stop.sku,
        quantity=given,
        actor=actor(request),
    )
    if line is None:
        return None
    keep_reason(request, shipment, line.pk, reason if given < stop.quantity else "")
    return redirect(here)


def _meant(shipment: Shipment, form: PickForm) -> PickLine | None:
    """Return the stop that a scan stands for, or the one that the form was shown for."""
    sku, line_id = form.cleaned_data["sku"].strip(), form.cleaned_data["line"]
    if sku:
        return form.hears(selectors.scanned, shipment_id=shipment.pk, sku=sku)
    stops = selectors.pick_list(shipment_id=shipment.pk)
    stop = next((stop for stop in stops if stop.line_id == line_id), None)
    if stop is None:
        form.add_error("sku", _("Scan something first, or type its SKU."))
    return stop


@require_POST
@permission_required("fulfillment.pick_shipment", raise_exception=True)
def start(request: HttpRequest, number: str) -> HttpResponse:
    """Take the shipment to pick, or go on with what a colleague began."""
    shipment, form = shipment_or_404(number), ConfirmForm(request.POST)
    verb = services.start_picking
    if shipment.state == Shipment.State.PICKING:
        verb = services.take_over_picking
    if form.hears(verb, shipment_id=shipment.pk, actor=actor(request)) is not None:
        return redirect("shipment-pick", number=number)
    context = {"shipment": shipment, "walk": walk_of(shipment), "form": form}
    return render(request, "fulfillment/pick_start.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
@permission_required("fulfillment.pick_shipment", raise_exception=True)
def picked(request: HttpRequest, number: str) -> HttpResponse:
    """Show what was found, and end the walk: what is missing goes back to the order."""
    shipment = shipment_or_404(number)
    walk = walk_of(shipment)
    form = PickedForm(posted(request), initial={"reason": reasons(request, shipment, walk)})
    if request.method == "POST" and form.is_valid():
        done = form.hears(
            services.confirm_pick,
            shipment_id=shipment.pk,
            reason=form.cleaned_data["reason"],
            on=today(request),
            actor=actor(request),
        )
        if done is not None:
            forget_reasons(request, shipment)
            return _on_to_boxes(request, done)
    context = {"shipment": shipment, "walk": walk, "form": form}
    return render(request, "fulfillment/picked.html", context, status=form.status)


def _on_to_boxes(request: HttpRequest, shipment: Shipment) -> HttpResponse:
    if shipment.state == Shipment.State.CANCELLED:
        messages.warning(
            request, _("Nothing of %(number)s was found: it is cancelled.") % {"number": shipment}
        )
        return redirect("to-pick")
    return redirect("shipment-pack", number=shipment.number)


@require_safe
@permission_required("fulfillment.view_shipment", raise_exception=True)
def sheet(request: HttpRequest) -> HttpResponse:
    """Show one walk for several shipments, to be printed."""
    ids = [pk for text in request.GET.getlist("id")[:SHEET] if (pk := as_id(text)) is not None]
    shipments = list(Shipment.objects.in_work().filter(pk__in=ids).select_related("warehouse").order_by("pk"))
    houses: dict[Warehouse, list[int]] = {shipment.warehouse: [] for shipment in shipments}
    for shipment in shipments:
        houses[shipment.warehouse].append(shipment.pk)
    walks = [
        (house, selectors.batch_pick_list(warehouse_id=house.pk, shipment_ids=mine))
        for house, mine in houses.items()
    ]
    return render(request, "fulfillment/sheet.html", {"shipments": shipments, "walks": walks})
