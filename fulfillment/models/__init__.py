"""Shipments and what carries them, access to digital goods, and returns."""

from fulfillment.models.carrier import Carrier, Pickup
from fulfillment.models.entitlement import Entitlement
from fulfillment.models.package import Package, PackageLine, ShippingLabel, TrackingEvent
from fulfillment.models.returns import Return, ReturnLine
from fulfillment.models.shipment import Shipment, ShipmentLine

__all__ = [
    "Carrier",
    "Entitlement",
    "Package",
    "PackageLine",
    "Pickup",
    "Return",
    "ReturnLine",
    "Shipment",
    "ShipmentLine",
    "ShippingLabel",
    "TrackingEvent",
]
