"""Questions about shipments, services, access and returns."""

from fulfillment.selectors.consignments import (
    consignment_of,
    label_of,
    place_of_warehouse,
    shipment_to_carry,
)
from fulfillment.selectors.desk import (
    carried,
    delivery_exceptions,
    late_on_the_road,
    on_the_road,
    packed,
    pickups,
    to_announce,
    to_pack,
    to_pick,
    to_post,
    usual_carrier,
)
from fulfillment.selectors.papers import papers_of
from fulfillment.selectors.performance import due_for_access, services_to_perform, unstocked_products
from fulfillment.selectors.picking import batch_pick_list, pick_list, scanned, stock_to_recount
from fulfillment.selectors.planning import (
    backordered,
    due_for_planning,
    in_hand,
    in_work,
    uncovered_shipments,
)
from fulfillment.selectors.promised import Promised, a_cart, order_numbers, promised_of
from fulfillment.selectors.returns import (
    SENT_WITHIN,
    Returnable,
    ReturnToCredit,
    due_for_crediting,
    expired_returns,
    returnable,
    returns_to_credit,
    returns_to_receive,
)

__all__ = [
    "SENT_WITHIN",
    "Promised",
    "ReturnToCredit",
    "Returnable",
    "a_cart",
    "backordered",
    "batch_pick_list",
    "carried",
    "consignment_of",
    "delivery_exceptions",
    "due_for_access",
    "due_for_crediting",
    "due_for_planning",
    "expired_returns",
    "in_hand",
    "in_work",
    "label_of",
    "late_on_the_road",
    "on_the_road",
    "order_numbers",
    "packed",
    "papers_of",
    "pick_list",
    "pickups",
    "place_of_warehouse",
    "promised_of",
    "returnable",
    "returns_to_credit",
    "returns_to_receive",
    "scanned",
    "services_to_perform",
    "shipment_to_carry",
    "stock_to_recount",
    "to_announce",
    "to_pack",
    "to_pick",
    "to_post",
    "uncovered_shipments",
    "unstocked_products",
    "usual_carrier",
]
