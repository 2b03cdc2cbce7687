"""Away from a form that could only be refused: to its order, which says why."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from orders.labels import stands
from orders.models import Order


def led_away(request: HttpRequest, order: Order, *states: str) -> HttpResponse | None:
    """Lead whoever opens a form to the order and say where it stands; None where it is in one of *states*."""
    if request.method != "GET" or order.state in states:
        return None
    return to_the_order(request, order, stands(order))


def to_the_order(request: HttpRequest, order: Order, why: str) -> HttpResponse:
    """Lead to the order's page and say *why*."""
    messages.warning(request, why)
    return redirect("order", number=order.number)
