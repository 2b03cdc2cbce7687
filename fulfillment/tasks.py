"""What the warehouse's desk does when something happens below it, and every night."""

from contextlib import suppress
from datetime import date
from typing import Any

from fulfillment import selectors, services
from fulfillment.errors import NothingToShip, ShipmentNotCancellable
from fulfillment.models import Shipment
from o2c.kernel import clock
from o2c.kernel.background import daily_job, repeatable_consumer
from o2c.kernel.models import Company, User
from orders.errors import OrderNotShippable


@repeatable_consumer
def plan_shipments(*, document_id: int, **_: Any) -> None:
    """Plan what an order has ready to ship."""
    plan(document_id, on=clock.today(Company.objects.current().time_zone))


@daily_job
def plan_everything_due(*, on: date) -> dict[str, int]:
    """Plan what an event missed: confirmed orders with reserved stock and no shipment."""
    order_ids = selectors.due_for_planning()
    for order_id in order_ids:
        plan(order_id, on=on)
    return {"orders": len(order_ids)}


def plan(order_id: int, *, on: date) -> None:
    """Plan a shipment unless there is nothing to plan."""
    with suppress(NothingToShip, OrderNotShippable):
        services.plan_shipment(order_id=order_id, on=on, actor=User.system())


@repeatable_consumer
def cancel_shipments(*, document_id: int, **_: Any) -> None:
    """Stop the shipments of an order that was cancelled before they left."""
    on = clock.today(Company.objects.current().time_zone)
    for shipment_id in Shipment.objects.in_work().filter(order_id=document_id).values_list("pk", flat=True):
        with suppress(ShipmentNotCancellable):
            services.cancel_shipment(shipment_id=shipment_id, on=on, actor=User.system())
