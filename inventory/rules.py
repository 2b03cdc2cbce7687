"""What leaving stock is worth, who gets how much, when goods can leave, and how many to buy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from o2c.kernel import figures
from o2c.kernel.money import ZERO, round_money
from o2c.kernel.words import gettext as _, ngettext
from o2c.kernel.workdays import add_working_days


def leaving_value(*, on_hand: Decimal, value: Decimal, quantity: Decimal, currency: str) -> Decimal:
    """Return the worth of *quantity* at average cost, rounded to *currency*; the last unit takes the rest."""
    if quantity == on_hand:
        return value
    return min(round_money(value * quantity / on_hand, currency), value)


def lost_value(*, sent: Decimal, value: Decimal, arrived: Decimal, currency: str) -> Decimal:
    """Return the worth of what did not arrive of what was *sent*: what the *arrived* pieces do not take."""
    return value - leaving_value(on_hand=sent, value=value, quantity=arrived, currency=currency)


def found_value(*, on_hand: Decimal, value: Decimal, difference: Decimal, currency: str) -> Decimal:
    """Return the worth of a count's *difference* at average cost, negative for a loss.

    What is found where the books had nothing has no cost to take, and is worth nothing.
    """
    if difference < 0:
        return -leaving_value(on_hand=on_hand, value=value, quantity=-difference, currency=currency)
    return round_money(value * difference / on_hand, currency) if on_hand else ZERO


# How many times what the books say is no find but a slip of the hand: a SKU scanned into the field, a key held down.
IMPLAUSIBLE_TIMES = 100


def is_implausible(*, on_hand: Decimal, counted: Decimal) -> bool:
    """Say whether somebody should look twice at a count: a hundred times what the books say, or more.

    Where they say less than one, it is a hundred. Less than the books say is always plausible: a bin may be empty.
    """
    return counted >= IMPLAUSIBLE_TIMES * max(on_hand, Decimal(1))


# A cost so many times what the goods cost now, or so small a part of it, is mostly the cost of something else.
IMPLAUSIBLE_COST_TIMES = 10


def known_cost(*, on_hand: Decimal, value: Decimal, standard_cost: Decimal) -> Decimal:
    """Return what one costs as far as we know: on average in stock, else the standard cost; zero if nobody knows."""
    return value / on_hand if value else standard_cost


def is_implausible_cost(*, unit_cost: Decimal, known: Decimal) -> bool:
    """Say whether somebody should look twice at a cost: ten times the *known* one, a tenth of it, or beyond.

    Where nothing is known, each cost is plausible.
    """
    return bool(known) and not known / IMPLAUSIBLE_COST_TIMES < unit_cost < known * IMPLAUSIBLE_COST_TIMES


@dataclass(frozen=True, slots=True)
class Demand:
    """What one order line wants of a product: *key* is such as ``order-line/17``."""

    key: str
    product_id: int
    quantity: Decimal


def grant(demands: list[Demand], *, free: Mapping[int, Decimal]) -> dict[str, Decimal]:
    """Return what each demand gets of the *free* stock by product; earlier demands are served first."""
    left = dict(free)
    granted: dict[str, Decimal] = {}
    for demand in demands:
        share = min(demand.quantity, max(left.get(demand.product_id, ZERO), ZERO))
        left[demand.product_id] = left.get(demand.product_id, ZERO) - share
        granted[demand.key] = share
    return granted


# Under this demand is reserved what a picker could not find: promised to nobody until the bin is counted.
RECOUNT = "recount/"


def recount_key(product_id: int) -> str:
    """Return the demand that keeps what is missing of a product in a warehouse."""
    return f"{RECOUNT}{product_id}"


@dataclass(frozen=True, slots=True)
class Arrival:
    """Goods that are to come in on a day: the open rest of a purchase order, or a transfer on its way."""

    on: date
    quantity: Decimal
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Supply:
    """What a warehouse has free of a product, what is to come in, and how long a new order of it takes.

    *lead_days* is None for a product that has no reorder rule: nobody knows.
    """

    free: Decimal
    arrivals: Sequence[Arrival] = ()
    lead_days: int | None = None


@dataclass(frozen=True, slots=True)
class Portion:
    """How much can leave on which day, None if nobody knows."""

    quantity: Decimal
    on: date | None


@dataclass(frozen=True, slots=True)
class Promise:
    """The day on which goods can leave, None if nobody knows, and why.

    *portions* says how much of them could leave before: together they are what was asked for.
    """

    on: date | None
    why: str
    portions: tuple[Portion, ...] = field(default=(), compare=False)


def promise(
    *, quantity: Decimal, supply: Supply, handling_days: int, today: date, claimed: Decimal = ZERO
) -> Promise:
    """Return when *quantity* of a product can leave a warehouse, and why then.

    Stock that is free leaves after *handling_days* working days; else the arrivals are awaited that cover
    it, an overdue one as if it came today; else a new purchase, ordered today, which takes the product's
    lead time in calendar days. *claimed* is what earlier orders still wait for: they are served first.
    """
    needed, covered = quantity + claimed, supply.free
    steps: list[tuple[Decimal, date, str]] = [
        (covered, add_working_days(today, handling_days), _("in stock"))
    ]
    for arrival in sorted(supply.arrivals, key=lambda arrival: arrival.on):
        covered += arrival.quantity
        ready = add_working_days(max(arrival.on, today), handling_days)
        steps.append((covered, ready, _awaited(arrival, today)))
    if covered >= needed:
        last = next(place for place, (so_far, _, _) in enumerate(steps) if so_far >= needed)
        return _promise(steps[: last + 1], quantity=quantity, claimed=claimed)
    if supply.lead_days is None:
        free, had = max(supply.free - claimed, ZERO), max(covered - claimed, ZERO)
        unknown = (needed, None, _unknown(free, missing=quantity - had))
        return _promise([*steps, unknown], quantity=quantity, claimed=claimed)
    bought = add_working_days(today + timedelta(days=supply.lead_days), handling_days)
    sooner = [step for step in steps if step[1] < bought]
    words = ngettext(
        "to be bought, which takes %(days)s day", "to be bought, which takes %(days)s days", supply.lead_days
    )
    why = words % {"days": supply.lead_days}
    return _promise([*sooner, (needed, bought, why)], quantity=quantity, claimed=claimed)


def _unknown(free: Decimal, *, missing: Decimal) -> str:
    """Return why nobody knows a day, and how much can be had all the same."""
    if not free:
        return _("not in stock, and nothing is expected")
    words = _("%(free)s free, %(missing)s missing, and nothing more is expected")
    return words % {"free": figures.quantity(free), "missing": figures.quantity(missing)}


def _promise(
    steps: Sequence[tuple[Decimal, date | None, str]], *, quantity: Decimal, claimed: Decimal
) -> Promise:
    """Return the promise of the last of *steps*: how much is covered in all, from which day, and why."""
    portions, given = [], ZERO
    for covered, on, _why in steps:
        share = min(max(covered - claimed, ZERO), quantity) - given
        if share > 0:
            portions.append(Portion(share, on))
            given += share
    _covered, on, why = steps[-1]
    return Promise(on, why, tuple(portions))


def _awaited(arrival: Arrival, today: date) -> str:
    late = arrival.on < today
    if arrival.reference:
        words = (
            _("expected on %(on)s, overdue (%(reference)s)")
            if late
            else _("expected on %(on)s (%(reference)s)")
        )
    else:
        words = _("expected on %(on)s, overdue") if late else _("expected on %(on)s")
    return words % {"on": figures.day_words(arrival.on), "reference": arrival.reference}


def days_of_cover(*, available: Decimal, issued: Decimal, days: int) -> int | None:
    """Return for how many whole days *available* lasts when what was *issued* in *days* goes on; None: for ever."""
    if issued <= 0:
        return None
    return int(max(available, ZERO) * days / issued)


def to_buy(*, position: Decimal, minimum: Decimal, target: Decimal, lot: Decimal) -> Decimal:
    """Return how much to buy: nothing from the *minimum* on, else up to the *target*, in whole lots.

    *position* is what is available and expected, less what is promised already without being there.
    """
    if position >= minimum:
        return ZERO
    return ((target - position) / lot).to_integral_value(ROUND_CEILING) * lot
