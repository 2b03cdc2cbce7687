"""The arithmetic and the progress of an order: pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from catalog.rules import TaxTreatment, Totals, document_totals, line_net
from o2c.kernel.money import ZERO


class PricedLine(Protocol):
    """What a line of any document costs, by quantity."""

    unit_price: Decimal
    discount_percent: Decimal

    @property
    def treatment(self) -> TaxTreatment:
        """Return how the line is taxed."""
        ...


class LineFigures(PricedLine, Protocol):
    """What the rules read of an order line."""

    ordered: Decimal
    cancelled: Decimal
    reserved: Decimal
    shipped: Decimal
    invoiced: Decimal


class PlacedLine(Protocol):
    """What the rules read of a line to say what of it may be cancelled."""

    pk: int
    position: int
    ordered: Decimal
    cancelled: Decimal
    shipped: Decimal


def totals_of(lines: Iterable[tuple[Decimal, PricedLine]], *, currency: str) -> Totals:
    """Return the totals of (quantity, line): of what is ordered, or of what is left to invoice."""
    return document_totals(
        (
            (
                line_net(
                    quantity=quantity,
                    unit_price=line.unit_price,
                    discount_percent=line.discount_percent,
                    currency=currency,
                ),
                line.treatment,
            )
            for quantity, line in lines
        ),
        currency=currency,
    )


def uninvoiced_gross(lines: Iterable[LineFigures], *, currency: str) -> Decimal:
    """Return the gross of everything ordered, not cancelled and not invoiced: what credit is committed for."""
    left = ((line.ordered - line.cancelled - line.invoiced, line) for line in lines)
    return totals_of(((quantity, line) for quantity, line in left if quantity > 0), currency=currency).gross


def is_carried_out(lines: Iterable[LineFigures]) -> bool:
    """Say whether all lines are shipped or cancelled, and everything shipped is invoiced."""
    return all(
        line.shipped + line.cancelled == line.ordered and line.invoiced == line.shipped for line in lines
    )


# What a person has to look at: a retry does not find it better by itself, only a release or an amendment does.
DESK_REASONS = {"duplicate", "screening", "tax-region"}


def desk_reasons(reasons: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return those of an order's hold *reasons* that wait for a person, whatever credit and stock say."""
    return [reason for reason in reasons if reason["code"] in DESK_REASONS]


LEAST_SHARE = Decimal("0.5")  # of the list price: below it somebody says that the price is meant


def is_low_price(price: Decimal, *, listed: Decimal | None, cost: Decimal | None) -> bool:
    """Say whether a unit *price* that a person typed is so low that they must say they mean it.

    That is below half of what the customer's price list has, or below what the product costs; None is not known.
    """
    return any(
        least is not None and price < least
        for least in (None if listed is None else listed * LEAST_SHARE, cost)
    )


# Within how many hours a customer who writes, calls or orders hears where it stands, by channel.
ANSWER_HOURS = {"api": 1, "in_person": 1, "portal": 2, "phone": 4, "web": 4, "email": 8}


# Until everything is done, what was agreed can change, and what has not shipped be cancelled.
AMENDABLE = {"draft", "submitted", "on_hold", "confirmed"}


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may still become of an order: whether it can be amended, and what can be cancelled by position."""

    amend: bool
    cancel: dict[int, Decimal]


def allowed(lines: Iterable[PlacedLine], *, state: str, in_hand: Mapping[int, Decimal]) -> Allowed:
    """Return what may still become of an order in *state*; *in_hand* is being picked or packed, by line id."""
    if state not in AMENDABLE:
        return Allowed(amend=False, cancel={})
    left = {
        line.position: line.ordered - line.cancelled - line.shipped - in_hand.get(line.pk, ZERO)
        for line in lines
    }
    return Allowed(amend=True, cancel={place: quantity for place, quantity in left.items() if quantity > 0})


class Stage(StrEnum):
    """How far an order is: the words that every screen, report and interface uses."""

    QUOTED = "quoted"
    EXPIRED = "expired"
    LOST = "lost"
    DRAFT = "draft"
    ON_HOLD = "on hold"
    TO_SHIP = "to ship"
    PART_SHIPPED = "part shipped"
    SHIPPED = "shipped"
    INVOICED = "invoiced"
    OVERDUE = "overdue"
    PAID = "paid"
    CLOSED = "closed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Progress:
    """Sums over an order's lines, enough to name its stage."""

    ordered: Decimal
    cancelled: Decimal
    shipped: Decimal
    invoiced: Decimal


def progress(lines: Sequence[LineFigures]) -> Progress:
    """Return the sums over *lines*."""
    return Progress(
        ordered=sum((line.ordered for line in lines), ZERO),
        cancelled=sum((line.cancelled for line in lines), ZERO),
        shipped=sum((line.shipped for line in lines), ZERO),
        invoiced=sum((line.invoiced for line in lines), ZERO),
    )


BY_STATE = {
    "quoted": Stage.QUOTED,
    "expired": Stage.EXPIRED,
    "lost": Stage.LOST,
    "draft": Stage.DRAFT,
    "submitted": Stage.DRAFT,
    "on_hold": Stage.ON_HOLD,
    "closed": Stage.CLOSED,
    "cancelled": Stage.CANCELLED,
}


def stage(
    *,
    state: str,
    progress: Progress,
    open_invoices: int,
    due_on: date | None,
    today: date,
) -> Stage:
    """Return the stage of an order from its state and quantities. A late invoice outranks what is left to do."""
    if state in BY_STATE:
        return BY_STATE[state]
    if due_on is not None and due_on < today:
        return Stage.OVERDUE
    if progress.shipped == 0:
        return Stage.TO_SHIP
    if progress.shipped + progress.cancelled < progress.ordered:
        return Stage.PART_SHIPPED
    if progress.invoiced < progress.shipped:
        return Stage.SHIPPED
    return Stage.INVOICED if open_invoices else Stage.PAID
