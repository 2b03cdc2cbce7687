"""The pages of the order desk: the list, and the forms that release and cancel."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from o2c.kernel.requests import actor, today
from orders import selectors, services
from orders.forms import ReasonForm
from orders.models import Order, Release


@require_http_methods(["GET", "POST"])
@permission_required("orders.release_order", raise_exception=True)
def release(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for the reason, then confirm a held order in spite of its hold."""
    order = get_object_or_404(Order, number=number)
    form = ReasonForm(request.POST or None)
    if not form.is_valid():
        return render(request, "orders/release.html", {"order": order, "form": form})
    order = services.release_order(
        order_id=order.pk, reason=form.cleaned_data["reason"], on=today(request), actor=actor(request)
    )
    if order.state == Order.State.CONFIRMED:
        messages.success(request, _("%(order)s is released and confirmed.") % {"order": order.number})
    elif order.releases.filter(state=Release.State.PROPOSED).exists():
        messages.info(request, _("%(order)s waits for a second person to agree.") % {"order": order.number})
    else:
        messages.warning(request, _("%(order)s waits for another reason now.") % {"order": order.number})
    return redirect("order", number=order.number)


@require_http_methods(["GET", "POST"])
@permission_required("orders.cancel_order", raise_exception=True)
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for the reason, then cancel the order, or what is left of it when something has shipped."""
    order = get_object_or_404(selectors.with_progress(Order.objects.all()), number=number)
    has_shipped = bool(getattr(order, "total_shipped"))  # noqa: B009 - an annotation
    form = ReasonForm(request.POST or None)
    if not form.is_valid():
        context = {"order": order, "form": form, "has_shipped": has_shipped}
        return render(request, "orders/cancel.html", context)
    verb = services.cancel_rest if has_shipped else services.cancel_order
    verb(order_id=order.pk, reason=form.cleaned_data["reason"], on=today(request), actor=actor(request))
    messages.success(request, _("%(order)s: cancelled.") % {"order": order.number})
    return redirect("order", number=order.number)
