"""Quantities, prices, the stage of an order, and what of it is ready to ship."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

import pytest

from catalog.rules import TaxTreatment, is_price, is_quantity
from fulfillment.rules import plannable
from orders.rules import (
    Progress,
    Stage,
    is_carried_out,
    is_low_price,
    progress,
    stage,
    uninvoiced_gross,
)

D = Decimal
TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("price", "listed", "cost", "is_low"),
    [
        ("0.01", "95", None, True),
        ("47.49", "95", None, True),
        ("47.50", "95", None, False),
        ("60", "95", "61", True),
        ("61", "95", "61", False),
        ("0", None, None, False),
        ("0", None, "1", True),
    ],
)
def test_a_price_below_half_the_list_or_below_cost_is_one_that_somebody_must_mean(
    price: str, listed: str | None, cost: str | None, is_low: bool
) -> None:
    known = {"listed": None if listed is None else D(listed), "cost": None if cost is None else D(cost)}
    assert is_low_price(D(price), **known) is is_low


@dataclass
class Line:
    """A line as the rules read it."""

    ordered: Decimal = Decimal(10)
    cancelled: Decimal = Decimal(0)
    reserved: Decimal = Decimal(0)
    shipped: Decimal = Decimal(0)
    invoiced: Decimal = Decimal(0)
    unit_price: Decimal = Decimal("1.00")
    discount_percent: Decimal = Decimal(0)
    pk: int = 1
    is_stocked: bool = True
    treatment: ClassVar[TaxTreatment] = TaxTreatment("S", Decimal(20))

    @property
    def to_ship(self) -> Decimal:
        return self.ordered - self.cancelled - self.shipped


@pytest.mark.parametrize("value", ["0.0001", "1", "999999999.9999", "1000000000"])
def test_what_can_be_ordered(value: str) -> None:
    assert is_quantity(D(value))


@pytest.mark.parametrize(
    "value", ["0", "-1", "0.00001", "1000000000.0001", "NaN", "sNaN", "Infinity", "1E+30"]
)
def test_what_cannot_be_ordered(value: str) -> None:
    assert not is_quantity(D(value))


@pytest.mark.parametrize("value", ["0", "0.000001", "1000000000"])
def test_what_can_be_a_price(value: str) -> None:
    assert is_price(D(value))


@pytest.mark.parametrize("value", ["-0.01", "0.0000001", "1000000000.01", "NaN", "Infinity"])
def test_what_cannot_be_a_price(value: str) -> None:
    assert not is_price(D(value))


@pytest.mark.parametrize(
    ("state", "quantities", "open_invoices", "due", "expected"),
    [  # quantities: ordered, cancelled, shipped, invoiced
        ("draft", (5, 0, 0, 0), 0, None, Stage.DRAFT),
        ("submitted", (5, 0, 0, 0), 0, None, Stage.DRAFT),
        ("on_hold", (5, 0, 0, 0), 0, None, Stage.ON_HOLD),
        ("cancelled", (5, 5, 0, 0), 0, None, Stage.CANCELLED),
        ("closed", (5, 0, 5, 5), 0, None, Stage.CLOSED),
        ("closed", (5, 0, 5, 5), 1, date(2026, 1, 1), Stage.CLOSED),
        ("confirmed", (5, 0, 0, 0), 0, None, Stage.TO_SHIP),
        ("confirmed", (5, 0, 3, 0), 0, None, Stage.PART_SHIPPED),
        ("confirmed", (5, 0, 3, 3), 1, date(2026, 11, 20), Stage.PART_SHIPPED),
        ("confirmed", (5, 2, 3, 0), 0, None, Stage.SHIPPED),
        ("confirmed", (5, 0, 5, 3), 1, date(2026, 12, 1), Stage.SHIPPED),
        ("confirmed", (5, 0, 5, 5), 1, date(2026, 11, 20), Stage.INVOICED),
        ("confirmed", (5, 0, 5, 5), 1, date(2026, 11, 19), Stage.OVERDUE),
        ("confirmed", (5, 0, 3, 3), 1, date(2026, 11, 19), Stage.OVERDUE),
        ("confirmed", (5, 0, 5, 5), 0, None, Stage.PAID),
    ],
)
def test_the_stage_of_an_order(state, quantities, open_invoices, due, expected) -> None:
    ordered, cancelled, shipped, invoiced = map(D, quantities)
    sums = Progress(ordered=ordered, cancelled=cancelled, shipped=shipped, invoiced=invoiced)
    found = stage(state=state, progress=sums, open_invoices=open_invoices, due_on=due, today=TODAY)
    assert found is expected


def test_progress_is_the_sum_of_the_lines() -> None:
    lines = [Line(shipped=D(3), invoiced=D(1)), Line(ordered=D(2), cancelled=D(2))]
    assert progress(lines) == Progress(ordered=D(12), cancelled=D(2), shipped=D(3), invoiced=D(1))


@pytest.mark.parametrize(
    ("line", "done"),
    [
        (Line(shipped=D(10), invoiced=D(10)), True),
        (Line(shipped=D(7), cancelled=D(3), invoiced=D(7)), True),
        (Line(cancelled=D(10)), True),
        (Line(shipped=D(10), invoiced=D(9)), False),
        (Line(shipped=D(9), invoiced=D(9)), False),
    ],
)
def test_an_order_is_carried_out_when_all_is_shipped_or_cancelled_and_invoiced(
    line: Line, done: bool
) -> None:
    assert is_carried_out([line]) is done
    assert is_carried_out([line, Line(cancelled=D(10))]) is done


def test_credit_is_claimed_for_what_is_neither_invoiced_nor_cancelled() -> None:
    lines = [
        Line(invoiced=D(3), cancelled=D(2)),  # 5 at 1.00
        Line(unit_price=D("0.99"), discount_percent=D(50), ordered=D(3)),  # 1.485, rounded 1.49
        Line(invoiced=D(10), shipped=D(10)),
    ]
    assert uninvoiced_gross(lines, currency="GBP") == D("7.79")  # 6.49 and 1.298, rounded 1.30
    assert uninvoiced_gross([], currency="GBP") == 0


GOODS_READY = Line(pk=1, reserved=D(4))
GOODS_WAITING = Line(pk=2)
GOODS_DONE = Line(pk=3, shipped=D(10))
SERVICE = Line(pk=4, is_stocked=False, ordered=D(2))


@pytest.mark.parametrize(
    ("lines", "in_work", "plan"),
    [
        ([GOODS_READY], {}, {1: 4}),
        ([GOODS_READY], {1: D(1)}, {1: 3}),
        ([GOODS_READY], {1: D(4)}, {}),
        ([GOODS_WAITING], {}, {}),
        ([GOODS_READY, SERVICE], {}, {1: 4, 4: 2}),  # a service leaves with the first goods
        ([GOODS_WAITING, SERVICE], {}, {}),  # and waits for them
        ([SERVICE], {}, {4: 2}),
        ([SERVICE], {4: D(2)}, {}),
        ([GOODS_DONE, SERVICE], {}, {4: 2}),  # nothing to wait for any more
    ],
)
def test_what_is_ready_to_ship(lines: list[Line], in_work: dict[int, Decimal], plan: dict[int, int]) -> None:
    assert plannable(lines, in_work=in_work, is_complete_only=False) == plan


@pytest.mark.parametrize(
    ("lines", "plan"),
    [
        ([GOODS_READY], {}),  # six of ten are not there yet
        ([Line(pk=1, reserved=D(10)), SERVICE], {1: 10, 4: 2}),
        ([Line(pk=1, reserved=D(10)), GOODS_WAITING], {}),
        ([Line(pk=1, reserved=D(10)), GOODS_DONE], {1: 10}),
    ],
)
def test_an_order_that_ships_complete_waits_for_all_its_goods(
    lines: list[Line], plan: dict[int, int]
) -> None:
    assert plannable(lines, in_work={}, is_complete_only=True) == plan
