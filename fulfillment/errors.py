"""How fulfillment says no."""

from django.utils.translation import gettext_lazy

from o2c.kernel.errors import DomainError, InvalidInput


class NothingToShip(DomainError):
    """Nothing of the order is reserved and not planned yet."""

    code = "nothing-to-ship"
    hint = gettext_lazy("Wait for stock, or look for the shipment that is planned already.")


class ShipmentNotPickable(DomainError):
    """The shipment is past picking, or cancelled."""

    code = "shipment-not-pickable"


class ShipmentNotPackable(DomainError):
    """The shipment is not being picked."""

    code = "shipment-not-packable"
    hint = gettext_lazy("Start picking it first.")


class ShipmentNotPostable(DomainError):
    """The shipment is not packed."""

    code = "shipment-not-postable"
    hint = gettext_lazy("Pick and pack it first.")


class ShipmentNotDeliverable(DomainError):
    """The shipment has not left, or has arrived already."""

    code = "shipment-not-deliverable"


class ShipmentNotCancellable(DomainError):
    """The shipment has left, or is cancelled already."""

    code = "shipment-not-cancellable"
    hint = gettext_lazy("What has left comes back as a return.")


class ShipmentPickedByAnother(DomainError):
    """Somebody else walks with the pick list of this shipment."""

    code = "shipment-picked-by-another"
    hint = gettext_lazy("Take it over if they have stopped.")


class NotOnPickList(InvalidInput):
    """The product scanned is not on the pick list of this shipment."""

    code = "not-on-pick-list"
    hint = gettext_lazy("Put it back and look at the list again.")


class InvalidPick(InvalidInput):
    """What was picked cannot be right: not a line of this shipment, no quantity, or more than was planned."""

    code = "invalid-pick"
    hint = gettext_lazy("Count again: between nothing and what the pick list says.")


class InvalidPacking(InvalidInput):
    """The boxes do not add up to what was picked, or a weight or measure cannot be right."""

    code = "invalid-packing"
    hint = gettext_lazy("Say for every box what is in it; together it is exactly what was picked.")


class WeightMissing(InvalidInput):
    """The weight of a box can't be computed: a product has none on record."""

    code = "weight-missing"
    hint = gettext_lazy("Weigh the box and enter its weight, or enter the product's.")


class PackageTooHeavy(InvalidInput):
    """A box is heavier than its carrier takes."""

    code = "package-too-heavy"
    hint = gettext_lazy("Pack it in more boxes, or choose another carrier.")


class CarrierInactive(DomainError):
    """Nothing is sent with this carrier any more."""

    code = "carrier-inactive"
    hint = gettext_lazy("Choose another carrier.")


class UnknownCarrierAdapter(DomainError):
    """The carrier names an adapter that this program does not have."""

    code = "unknown-carrier-adapter"
    hint = gettext_lazy("Correct the adapter in the carrier's master data.")


class CarrierUnreachable(DomainError):
    """The carrier does not answer; nothing was changed, and it is asked again."""

    code = "carrier-unreachable"
    status = 503
    hint = gettext_lazy("It is tried again by itself; the shipment stays packed until then.")


class ShipmentNotAnnounceable(DomainError):
    """Only a packed shipment with a carrier is announced."""

    code = "shipment-not-announceable"
    hint = gettext_lazy("Pack it and choose its carrier first.")


class ShipmentNotAnnounced(DomainError):
    """Its carrier has not been told, so a box has no label."""

    code = "shipment-not-announced"
    hint = gettext_lazy("Announce it to the carrier first; a box without a label gets lost.")


class InvalidTracking(InvalidInput):
    """What the carrier says cannot be read: an unknown status, no id, or a time without time zone."""

    code = "invalid-tracking"
    hint = gettext_lazy("Look at what the carrier's adapter sends.")


class InvalidPickup(InvalidInput):
    """The pickup cannot be planned so."""

    code = "invalid-pickup"
    hint = gettext_lazy("Give a working window: from before until, on a day to come.")


class PickupNotOpen(DomainError):
    """The pickup is done or cancelled, or confirmed already."""

    code = "pickup-not-open"


class PickupTwice(DomainError):
    """This carrier comes to this warehouse on that day already."""

    code = "pickup-twice"
    hint = gettext_lazy("Use the pickup that is planned.")


class NotReadyForPickup(DomainError):
    """A shipment cannot be handed over: it is not packed and announced, or is not this carrier's."""

    code = "not-ready-for-pickup"
    hint = gettext_lazy("Pack and announce it first, or leave it out.")


class NotAnExport(DomainError):
    """The goods stay in the seller's country, so customs want nothing."""

    code = "not-an-export"


class CustomsDataMissing(DomainError):
    """A product that crosses a border has no tariff number, no origin or no weight on record."""

    code = "customs-data-missing"
    hint = gettext_lazy("Enter them in the product's master data.")


class ShipmentNotReturnable(DomainError):
    """Nothing can come back of a shipment that has not left."""

    code = "shipment-not-returnable"
    hint = gettext_lazy("What has not left is cancelled, not returned.")


class ReturnTooLate(DomainError):
    """The days in which customers return by themselves are over."""

    code = "return-too-late"
    hint = gettext_lazy("Ask the order desk: they may allow it all the same.")


class InvalidReturn(InvalidInput):
    """The return cannot be right as entered; the details list every problem."""

    code = "invalid-return"
    hint = gettext_lazy("Correct the lines named.")


class ReturnTooMuch(DomainError):
    """More would come back of a line than left with it and is not in another return."""

    code = "return-too-much"
    hint = gettext_lazy("Look at the shipment's other returns.")


class ReturnNotReceivable(DomainError):
    """The return is received already, or cancelled."""

    code = "return-not-receivable"
    hint = gettext_lazy("Authorise a new return for what came.")


class ReturnNotInspectable(DomainError):
    """The goods of the return have not come, or are inspected already."""

    code = "return-not-inspectable"
    hint = gettext_lazy("Goods are inspected once, after they were received.")


class ReturnNotCancellable(DomainError):
    """The goods of the return are back already, or it is cancelled."""

    code = "return-not-cancellable"
    hint = gettext_lazy("What came back is inspected and credited.")


class EntitlementNotRevocable(DomainError):
    """The access was revoked before."""

    code = "entitlement-not-revocable"


class NothingToPerform(DomainError):
    """Nothing of the order is left to perform, or to grant access to."""

    code = "nothing-to-perform"
    hint = gettext_lazy("Look at what was performed already, and at the order's shipments in work.")


class InvalidPerformance(InvalidInput):
    """What is said to be performed cannot be right; the details list every problem."""

    code = "invalid-performance"
    hint = gettext_lazy("Correct the lines named.")


class ShipmentNotLate(DomainError):
    """The shipment is not late on the road, or its customer knows that it is."""

    code = "shipment-not-late"
