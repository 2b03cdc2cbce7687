"""The colour of what a state means: good, wait, bad, info, or none."""

from fulfillment.models import Return, Shipment, TrackingEvent

TONES: dict[str, str] = {
    Shipment.State.PLANNED: "wait",
    Shipment.State.PICKING: "info",
    Shipment.State.PACKED: "info",
    Shipment.State.POSTED: "info",
    Shipment.State.DELIVERED: "good",
    Shipment.State.CANCELLED: "",
}
RETURN_TONES: dict[str, str] = {
    Return.State.AUTHORISED: "wait",
    Return.State.RECEIVED: "info",
    Return.State.INSPECTED: "good",
    Return.State.CANCELLED: "",
}
BAD_NEWS = {TrackingEvent.Status.FAILED, TrackingEvent.Status.DELAYED}
