"""The walk past the bins as a page shows it: one stop after another, and what was said of those that were short."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest

from fulfillment.models import Shipment
from fulfillment.selectors import pick_list
from fulfillment.selectors.picking import PickLine


@dataclass(frozen=True, slots=True)
class Walk:
    """The stops in walking order, and the one at which somebody stands; None when all are done."""

    stops: Sequence[PickLine]
    at: PickLine | None

    @property
    def done(self) -> int:
        """Return how many stops are done."""
        return sum(stop.picked is not None for stop in self.stops)

    @property
    def share(self) -> Decimal:
        """Return how far the walk is, in percent for the drawing."""
        return Decimal(self.done * 100) / len(self.stops) if self.stops else Decimal(100)

    @property
    def missing(self) -> list[PickLine]:
        """Return the stops of which less was found than planned."""
        return [stop for stop in self.stops if stop.picked is not None and stop.picked < stop.quantity]


def walk_of(shipment: Shipment, *, line_id: int | None = None) -> Walk:
    """Return the walk for a shipment, at the stop named or else at the first that is not done."""
    stops = pick_list(shipment_id=shipment.pk)
    named = next((stop for stop in stops if stop.line_id == line_id), None)
    return Walk(stops, named or next((stop for stop in stops if stop.picked is None), None))


def _key(shipment: Shipment) -> str:
    return f"short-{shipment.pk}"


def keep_reason(request: HttpRequest, shipment: Shipment, line_id: int, reason: str) -> None:
    """Keep why a line is short until the walk ends; nothing forgets it."""
    kept = dict(request.session.get(_key(shipment), {}))
    kept[str(line_id)] = reason
    request.session[_key(shipment)] = {line: why for line, why in kept.items() if why}


def reasons(request: HttpRequest, shipment: Shipment, walk: Walk) -> str:
    """Return why the lines that are short are so, as it was said on the way."""
    kept = request.session.get(_key(shipment), {})
    said = [f"{stop.sku}: {kept[str(stop.line_id)]}" for stop in walk.missing if str(stop.line_id) in kept]
    return "; ".join(said)[:200]


def forget_reasons(request: HttpRequest, shipment: Shipment) -> None:
    """Forget what the history knows now."""
    request.session.pop(_key(shipment), None)
