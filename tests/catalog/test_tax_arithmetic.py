"""The arithmetic of EN 16931: nets rounded per line, tax per group, gross as their sum."""

from decimal import Decimal

import pytest
from hypothesis import given, settings, strategies as st

from catalog.rules import PriceBreak, TaxTreatment, best_price, document_totals, line_net
from o2c.kernel.money import minor_unit, total

D = Decimal
QUIET = settings(database=None, derandomize=True, deadline=None)


def totals(*lines: tuple[str, str, str, str], currency: str = "EUR"):
    """The totals of lines given as (quantity, unit price, discount percent, tax percent)."""
    priced = [
        (
            line_net(quantity=D(q), unit_price=D(p), discount_percent=D(d), currency=currency),
            TaxTreatment("S", D(tax)),
        )
        for q, p, d, tax in lines
    ]
    return document_totals(priced, currency=currency)


# Figures that well-known systems got wrong by a cent; the expected ones are the standard's.
@pytest.mark.parametrize(
    ("lines", "net", "tax", "gross"),
    [
        # R063: 348.35 x 16 less 4 % = 5350.656; 22 % of the rounded net, not of the unrounded
        ([("16", "348.35", "4", "22")], "5350.66", "1177.15", "6527.81"),
        # R064: ten lines of 3.60 at 5.5 %: tax once on 36.00, not ten times 0.20
        ([("1", "3.60", "0", "5.5")] * 10, "36.00", "1.98", "37.98"),
        # R065: two rates, each rounded on its own group, nothing moved onto a line
        ([("3", "0.33", "0", "21"), ("3", "0.33", "0", "6")], "1.98", "0.27", "2.25"),
        # R066: the sum of the rounded line nets is the total (BR-CO-13), not a rounded sum
        ([("1", "8.695", "0", "0")] * 3, "26.10", "0.00", "26.10"),
        # R067: what is owed is net plus tax to the cent
        ([("7", "14.2857", "0", "19")], "100.00", "19.00", "119.00"),
    ],
)
def test_known_roundings(lines, net: str, tax: str, gross: str) -> None:
    found = totals(*lines)
    assert (found.net, found.tax, found.gross) == (D(net), D(tax), D(gross))


@pytest.mark.parametrize(
    ("currency", "net", "tax", "gross"),
    [
        ("JPY", "334", "67", "401"),
        ("EUR", "333.50", "66.70", "400.20"),
        ("KWD", "333.500", "66.700", "400.200"),
    ],
)
def test_every_currency_has_its_decimals(currency: str, net: str, tax: str, gross: str) -> None:
    found = totals(("1", "333.5", "0", "20"), currency=currency)
    assert (str(found.net), str(found.tax), str(found.gross)) == (net, tax, gross)


def test_groups_are_by_code_and_rate_and_text_in_a_fixed_order() -> None:
    standard, reduced = TaxTreatment("S", D(20)), TaxTreatment("S", D(5))
    export = TaxTreatment("G", D(0), "Export")
    found = document_totals(
        [(D(10), reduced), (D(1), export), (D(20), standard), (D(5), reduced)], currency="GBP"
    )
    assert [(group.treatment, group.base, group.tax) for group in found.groups] == [
        (export, D(1), D(0)),
        (standard, D(20), D(4)),
        (reduced, D(15), D("0.75")),
    ]


def test_a_document_without_lines_is_over_nothing() -> None:
    found = document_totals([], currency="GBP")
    assert (found.net, found.tax, found.gross, found.groups) == (0, 0, 0, [])


@pytest.mark.parametrize(
    ("discount", "net"), [("0", "100.00"), ("12.5", "87.50"), ("33.3333", "66.67"), ("100", "0.00")]
)
def test_a_discount_is_taken_off_before_the_line_is_rounded(discount: str, net: str) -> None:
    found = line_net(quantity=D(10), unit_price=D(10), discount_percent=D(discount), currency="GBP")
    assert found == D(net)


@QUIET
@given(
    nets=st.lists(st.tuples(st.integers(0, 10**9), st.sampled_from([0, 5, 20])), max_size=40),
    currency=st.sampled_from(["GBP", "JPY", "KWD"]),
)
def test_totals_are_the_sums_of_their_groups(nets: list[tuple[int, int]], currency: str) -> None:
    unit = minor_unit(currency)
    found = document_totals(
        [(net * unit, TaxTreatment("S" if rate else "Z", D(rate))) for net, rate in nets], currency=currency
    )
    assert found.net == sum(net for net, _ in nets) * unit == total(group.base for group in found.groups)
    assert found.tax == total(group.tax for group in found.groups)
    assert found.gross == found.net + found.tax
    for group in found.groups:
        assert group.tax % unit == 0
        assert abs(group.tax - group.base * group.treatment.rate / 100) <= unit / 2


BREAKS = [
    PriceBreak(D(1), D("10.00"), "from 1"),
    PriceBreak(D(10), D("9.00"), "from 10"),
    PriceBreak(D(100), D("7.50"), "from 100"),
]


@pytest.mark.parametrize(
    ("quantity", "rule"),
    [
        ("0.5", None),
        ("1", "from 1"),
        ("9.9999", "from 1"),
        ("10", "from 10"),
        ("99", "from 10"),
        ("1000", "from 100"),
    ],
)
def test_the_highest_break_reached_gives_the_price(quantity: str, rule: str | None) -> None:
    for breaks in (BREAKS, BREAKS[::-1]):
        found = best_price(breaks, quantity=D(quantity))
        assert (found.rule if found else None) == rule
