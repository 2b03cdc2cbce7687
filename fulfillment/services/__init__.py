"""The warehouse's verbs. Nothing else writes shipments."""

from fulfillment.services.carriers import announce_shipment, recall_shipment
from fulfillment.services.crediting import lock_with_lines, record_credited
from fulfillment.services.failures import cancel_uncovered, report_late_delivery
from fulfillment.services.goods import (
    count_many,
    count_stock,
    receive_goods,
    receive_transfer,
    scrap_goods,
    send_transfer,
)
from fulfillment.services.inspecting import inspect_return
from fulfillment.services.packing import PackageInput, pack_shipment
from fulfillment.services.performance import (
    grant_access,
    leave_services,
    perform_services,
    revoke_entitlement,
)
from fulfillment.services.picking import confirm_pick, scan_pick, start_picking, take_over_picking
from fulfillment.services.pickups import (
    cancel_pickup,
    complete_pickup,
    confirm_pickup,
    plan_pickup,
    request_pickup,
)
from fulfillment.services.planning import plan_shipment
from fulfillment.services.returns import authorise_return, cancel_return, receive_return
from fulfillment.services.shipping import (
    cancel_shipment,
    deliver_shipment,
    post_shipment,
    ship_order,
)
from fulfillment.services.tracking import ask_carrier, record_tracking

__all__ = [
    "PackageInput",
    "announce_shipment",
    "ask_carrier",
    "authorise_return",
    "cancel_pickup",
    "cancel_return",
    "cancel_shipment",
    "cancel_uncovered",
    "complete_pickup",
    "confirm_pick",
    "confirm_pickup",
    "count_many",
    "count_stock",
    "deliver_shipment",
    "grant_access",
    "inspect_return",
    "leave_services",
    "lock_with_lines",
    "pack_shipment",
    "perform_services",
    "plan_pickup",
    "plan_shipment",
    "post_shipment",
    "recall_shipment",
    "receive_goods",
    "receive_return",
    "receive_transfer",
    "record_credited",
    "record_tracking",
    "report_late_delivery",
    "request_pickup",
    "revoke_entitlement",
    "scan_pick",
    "scrap_goods",
    "send_transfer",
    "ship_order",
    "start_picking",
    "take_over_picking",
]
