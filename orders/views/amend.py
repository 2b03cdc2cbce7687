"""Amending an order: the diff before it is saved, and a page that loses nothing when somebody else was faster."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from o2c.kernel.errors import DomainError
from o2c.kernel.requests import actor, today
from orders import selectors, services
from orders.amending import AmendSheet, attach, look_up, place, rebased, standing
from orders.errors import OrderChanged, PriceUnusual
from orders.forms import AmendForm, Row, rows_for, rows_of
from orders.forms.amend import as_it_is
from orders.forms.entry import KEPT
from orders.forms.rows import padded
from orders.models import Order, OrderLine
from orders.rules import AMENDABLE
from orders.views.leading import led_away


@require_http_methods(["GET", "POST"])
@permission_required("orders.amend_order", raise_exception=True)
def amend(request: HttpRequest, number: str) -> HttpResponse:
    """Show an order to be changed, look at what it would become, or change it."""
    order, lines = _order(number)
    if request.method == "GET":
        if (led := led_away(request, order, *AMENDABLE)) is not None:
            return led
        form = AmendForm(initial=as_it_is(order), order=order)
        sheet = AmendSheet(order=order, lines=lines, form=form, rows=rows_for(standing(lines)))
        return _show(request, sheet)
    rows = rows_of(request.POST)
    attach(rows, lines)
    sheet = AmendSheet(order=order, lines=lines, form=AmendForm(request.POST, order=order), rows=rows)
    if request.POST.get("do") == "save":
        return _save(request, sheet)
    look_up(sheet, on=today(request), actor=actor(request))
    return _show(request, sheet)


def _order(number: str) -> tuple[Order, list[OrderLine]]:
    found = Order.objects.select_related("customer", "company", "warehouse", "terms")
    order = get_object_or_404(found, number=number)
    return order, selectors.with_typed_prices_compared(
        order, selectors.lines_with_products([order])[order.pk]
    )


def _save(request: HttpRequest, sheet: AmendSheet) -> HttpResponse:
    status = 422
    if sheet.is_sound:
        try:
            order = services.amend_order(
                order_id=sheet.order.pk,
                amendment=sheet.amendment(),
                expected_version=sheet.form.cleaned_data["version"],
                reason=sheet.form.cleaned_data["reason"],
                on=today(request),
                actor=actor(request),
            )
        except OrderChanged as refusal:
            sheet, status = _caught_up(request, sheet), refusal.status
        except PriceUnusual as refusal:  # the sheet asks whether it is meant
            status = refusal.status
        except DomainError as refusal:
            place(sheet, refusal)
            status = refusal.status
        else:
            messages.success(request, _("%(order)s is amended.") % {"order": order.number})
            return redirect("order", number=order.number)
    look_up(sheet, on=today(request), actor=actor(request))
    return _show(request, sheet, status=status)


def _caught_up(request: HttpRequest, sheet: AmendSheet) -> AmendSheet:
    """Return what was typed on the order as it is now, with what others made of it meanwhile."""
    versions = selectors.versions_after(sheet.order.pk, version=sheet.form.cleaned_data["version"])
    order, lines = _order(sheet.order.number)
    # Without a version in between the form named one that there never was: then nobody has seen anything.
    before: dict[str, Any] = versions[0].before if versions else {"head": {}, "lines": {}}
    rows: list[Row] = rebased(sheet.rows, before=before, lines=lines)
    data = _head(request.POST, before=before["head"], order=order)
    for name in ("line", "sku", "quantity", "unit_price", "discount"):
        attribute = "line_id" if name == "line" else name
        data.setlist(name, [str(getattr(row, attribute) or "") for row in rows])
    again = rows_of(data)
    attach(again, lines)
    form = AmendForm(data, order=order)
    return AmendSheet(order=order, lines=lines, form=form, rows=padded(again), versions=versions)


def _head(typed: QueryDict, *, before: dict[str, Any], order: Order) -> QueryDict:
    """Return the fields as typed; those that nobody touched are as the order has them now."""
    data = typed.copy()
    now = as_it_is(order)
    for name in ("po_number", "requested_on", "priority"):
        if typed.get(name, "") == str(before.get(name) or ""):
            data[name] = str(now[name] or "")
    if before.get("ships_complete") == (typed.get("ships_complete") == "on"):
        data["ships_complete"] = "on" if order.ships_complete else ""
    data["version"] = str(order.version)
    data.setdefault("delivery", KEPT)
    return data


def _show(request: HttpRequest, sheet: AmendSheet, *, status: int = 200) -> HttpResponse:
    is_fragment = request.headers.get("X-Requested-With") == "fetch"
    template = "orders/amend/_sheet.html" if is_fragment else "orders/amend/page.html"
    is_refused = status != 200 and not is_fragment
    context = {"sheet": sheet, "form": sheet.form, "order": sheet.order, "is_refused": is_refused}
    return render(request, template, context, status=200 if is_fragment else status)
