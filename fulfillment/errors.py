"""How fulfillment says no."""

from o2c.kernel.errors import DomainError


class NothingToShip(DomainError):
    """Nothing of the order is reserved and not planned yet."""

    code = "nothing-to-ship"
    hint = "Wait for stock, or look for the shipment that is planned already."


class ShipmentNotPickable(DomainError):
    """The shipment is past picking, or cancelled."""

    code = "shipment-not-pickable"


class ShipmentNotPackable(DomainError):
    """The shipment is not being picked."""

    code = "shipment-not-packable"
    hint = "Start picking it first."


class ShipmentNotPostable(DomainError):
    """The shipment is not packed."""

    code = "shipment-not-postable"
    hint = "Pick and pack it first."


class ShipmentNotDeliverable(DomainError):
    """The shipment has not left, or has arrived already."""

    code = "shipment-not-deliverable"


class ShipmentNotCancellable(DomainError):
    """The shipment has left, or is cancelled already."""

    code = "shipment-not-cancellable"
    hint = "What has left comes back as a return."
