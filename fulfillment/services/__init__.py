"""The warehouse's verbs. Nothing else writes shipments."""

from fulfillment.services.goods import count_stock, receive_goods
from fulfillment.services.shipping import (
    cancel_shipment,
    deliver_shipment,
    pack_shipment,
    plan_shipment,
    post_shipment,
    ship_order,
    start_picking,
)

__all__ = [
    "cancel_shipment",
    "count_stock",
    "deliver_shipment",
    "pack_shipment",
    "plan_shipment",
    "post_shipment",
    "receive_goods",
    "ship_order",
    "start_picking",
]
