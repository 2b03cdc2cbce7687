"""What orders do when something happens below them."""

from contextlib import suppress
from datetime import date
from typing import Any

from o2c.kernel import clock
from o2c.kernel.background import daily_job, repeatable_consumer
from o2c.kernel.models import Company, User
from orders import selectors, services
from orders.errors import OrderNotHeld
from orders.models import Order


@repeatable_consumer
def retry_held_orders(*, payload: dict[str, Any], **_: Any) -> None:
    """Check a customer's held orders again: money came in, or a credit note was used."""
    retry(selectors.held_of_customer(payload["customer_id"]))


@repeatable_consumer
def serve_waiting_orders(*, document_id: int, **_: Any) -> None:
    """Give received stock to the orders that wait for the product, the oldest first."""
    retry(selectors.waiting_for(document_id))


@daily_job
def serve_everything_waiting(*, on: date) -> dict[str, Any]:
    """Give stock that is free to the orders that wait for it: what a cancellation freed, or an event lost."""
    order_ids = selectors.due_for_stock()
    retry(order_ids)
    return {"orders": len(order_ids)}


def retry(order_ids: list[int]) -> None:
    """Check held orders again, and reserve for confirmed ones that have backorders."""
    actor = User.system()
    on = clock.today(Company.objects.current().time_zone)
    states = dict(Order.objects.filter(pk__in=order_ids).values_list("pk", "state"))
    for order_id in order_ids:
        if states[order_id] == Order.State.ON_HOLD:
            with suppress(OrderNotHeld):  # somebody released or rejected it meanwhile
                services.retry_order(order_id=order_id, on=on, actor=actor)
        else:
            services.reserve_backorders(order_id=order_id, on=on, actor=actor)


@daily_job
def expire_quotes(*, on: date) -> dict[str, Any]:
    """Close the quotes whose validity was over yesterday."""
    return {"expired": services.expire_quotes(on=on, actor=User.system())}
