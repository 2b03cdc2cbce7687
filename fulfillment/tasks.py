"""What the warehouse's desk does when something happens below it, and every night."""

from contextlib import suppress
from datetime import date
from typing import Any

from fulfillment import selectors, services
from fulfillment.delays import delays, overdue_on_the_road
from fulfillment.errors import (
    CarrierUnreachable,
    NothingToPerform,
    NothingToShip,
    ReturnNotCancellable,
    ShipmentNotAnnounceable,
    ShipmentNotCancellable,
    ShipmentNotLate,
    UnknownCarrierAdapter,
)
from fulfillment.models import Shipment
from o2c.kernel import clock
from o2c.kernel.background import daily_job, repeatable_consumer
from o2c.kernel.models import Company, User
from orders import services as orders
from orders.errors import OrderNotShippable, PromiseRenewed


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


@repeatable_consumer
def announce_to_carrier(*, document_id: int, **_: Any) -> None:
    """Tell the carrier of a packed shipment; while it does not answer, the delivery is offered again.

    :raises CarrierUnreachable: the carrier does not answer; kept on the due list of what to announce.
    """
    on = clock.today(Company.objects.current().time_zone)
    if not Shipment.objects.filter(pk=document_id, carried_by__isnull=False).exists():
        return
    with suppress(ShipmentNotAnnounceable):  # cancelled or posted meanwhile
        services.announce_shipment(shipment_id=document_id, on=on, actor=User.system())


@repeatable_consumer
def recall_from_carrier(*, document_id: int, **_: Any) -> None:
    """Tell the carrier that a shipment it knows of was cancelled.

    :raises CarrierUnreachable: the carrier does not answer; it is asked again.
    """
    on = clock.today(Company.objects.current().time_zone)
    services.recall_shipment(shipment_id=document_id, on=on, actor=User.system())


@daily_job
def ask_carriers(*, on: date) -> dict[str, int]:
    """Ask the carriers where everything on the road is; one that does not answer is asked tomorrow."""
    told, silent = 0, 0
    for shipment_id in selectors.on_the_road():
        try:
            told += services.ask_carrier(shipment_id=shipment_id, at=clock.now(), on=on, actor=User.system())
        except (CarrierUnreachable, UnknownCarrierAdapter):
            silent += 1
    return {"sightings": told, "silent": silent}


@repeatable_consumer
def grant_access(*, document_id: int, **_: Any) -> None:
    """Give a confirmed order's customer access to what is digital in it."""
    grant(document_id, on=clock.today(Company.objects.current().time_zone))


@daily_job
def grant_everything_due(*, on: date) -> dict[str, int]:
    """Grant what an event missed: confirmed orders with something digital and no access."""
    order_ids = selectors.due_for_access()
    for order_id in order_ids:
        grant(order_id, on=on)
    return {"orders": len(order_ids)}


def grant(order_id: int, *, on: date) -> None:
    """Grant access unless it was granted, or the order does not stand any more."""
    with suppress(NothingToPerform, OrderNotShippable):
        services.grant_access(order_id=order_id, on=on, actor=User.system())


@daily_job
def expire_returns(*, on: date) -> dict[str, int]:
    """Cancel the returns whose customers did not send the goods in time."""
    return_ids = selectors.expired_returns(on=on)
    for return_id in return_ids:
        with suppress(ReturnNotCancellable):  # the goods have come meanwhile
            services.cancel_return(return_id=return_id, on=on, actor=User.system())
    return {"returns": len(return_ids)}


@repeatable_consumer
def replan_shipments(*, document_id: int, **_: Any) -> None:
    """Cancel what part of an order no longer covers, and plan what is left of it."""
    on = clock.today(Company.objects.current().time_zone)
    services.cancel_uncovered(order_id=document_id, on=on, actor=User.system())
    plan(document_id, on=on)


@daily_job
def detect_delays(*, on: date) -> dict[str, int]:
    """Tell customers of promises that are broken or will be, before they ask: once for each promise."""
    told = {"orders": 0, "shipments": 0}
    for delay in delays(on=on):
        with suppress(PromiseRenewed, OrderNotShippable):  # somebody was faster
            orders.renew_promise(
                order_id=delay.order_id,
                was=delay.was,
                promised_on=delay.now,
                reason=delay.reason,
                on=on,
                actor=User.system(),
            )
            told["orders"] += 1
    for shipment_id in overdue_on_the_road(on=on):
        with suppress(ShipmentNotLate):  # it has arrived meanwhile
            services.report_late_delivery(shipment_id=shipment_id, on=on, actor=User.system())
            told["shipments"] += 1
    return told
