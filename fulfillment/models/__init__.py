"""Shipments."""

from fulfillment.models.shipment import Shipment, ShipmentLine

__all__ = ["Shipment", "ShipmentLine"]
