"""When an invoice is due, and which VAT ids can be right."""

from datetime import date

import pytest

from customers.rules import due_on, is_valid_vat_id


@pytest.mark.parametrize(
    ("issued", "days", "end_of_month", "due"),
    [
        ((2026, 11, 20), 30, False, (2026, 12, 20)),
        ((2026, 11, 20), 0, False, (2026, 11, 20)),
        ((2026, 11, 20), 30, True, (2026, 12, 30)),
        ((2026, 11, 30), 0, True, (2026, 11, 30)),
        ((2026, 12, 31), 14, False, (2027, 1, 14)),
        ((2027, 2, 1), 0, True, (2027, 2, 28)),
        ((2028, 2, 1), 0, True, (2028, 2, 29)),
        ((2028, 1, 31), 30, False, (2028, 3, 1)),
    ],
)
def test_days_count_from_the_invoice_or_from_the_end_of_its_month(issued, days, end_of_month, due) -> None:
    assert due_on(issued_on=date(*issued), net_days=days, end_of_month=end_of_month) == date(*due)


@pytest.mark.parametrize(
    "vat_id",
    [
        "GB980780684",
        "GB 980 7806 84",
        "gb980780684",
        "DE136695976",
        "FR40303265045",
        "NL004495445B01",
        "NO995525828MVA",
        "995525828MVA",
        "EL094259216",
        "US12345",
    ],
)
def test_a_vat_id_whose_check_digits_agree_is_taken(vat_id: str) -> None:
    assert is_valid_vat_id(vat_id)


@pytest.mark.parametrize(
    "vat_id",
    [
        "GB980780685",
        "DE136695977",
        "FR40303265046",
        "NO995525829MVA",
        "995525829MVA",
        "DE",
        "GB",
        "12345678",
        "US1",
        "",
    ],
)
def test_a_vat_id_whose_check_digits_do_not_agree_is_refused(vat_id: str) -> None:
    assert not is_valid_vat_id(vat_id)
