"""Why an order waits is worded when it is read, from the code and the figures that were kept."""

from typing import Any

import pytest
from django.utils import translation

from orders.reasons import finding_words, sentence

ROOM = {
    "receivables": "1000.00",
    "committed": "200.00",
    "requested": "50.50",
    "limit": "1200",
    "on_account": "0",
}
FOUND: list[dict[str, Any]] = [
    {"rule": "velocity", "figures": {"orders": "7", "hours": "24"}},
    {"rule": "amount", "figures": {"net": "1250", "usual": "100"}},
    {"rule": "address", "figures": {}},
    {"rule": "country", "figures": {"country": "NO"}},
    {"rule": "new-customer", "figures": {"days": "1", "net": "9", "large": "5"}},
]


@pytest.mark.parametrize(
    ("code", "figures", "said"),
    [
        ("credit-blocked", {"reason": "Bankrupt."}, "The customer's credit is blocked. Bankrupt."),
        ("credit-overdue", {"overdue": "12.5", "days": "1"}, "12.50 EUR are overdue, the oldest by 1 day."),
        ("credit-limit", ROOM, "The order exceeds the credit limit by 50.50 EUR."),
        (
            "credit-group-limit",
            {**ROOM, "group": "Acme", "currency": "NOK"},
            "The order exceeds the limit of the group of Acme by 50.50 NOK.",
        ),
        (
            "credit-group-limit",
            {**ROOM, "group": "Acme", "currency": "NOK", "currency_missing": "USD"},
            "There is no exchange rate between USD and NOK.",
        ),
        (
            "credit-first-order",
            {"first_order_limit": "500", "covered": "700"},
            "This is the customer's first order, and it is over 700.00 EUR.",
        ),
        ("credit-risk", {}, "The customer is a high risk: they pay late."),
        ("credit-prepayment", ROOM, "The customer pays in advance: 1,250.50 EUR are not there yet."),
        ("stock-short", {"position": 2, "missing": "1.5000"}, "Line 2: 1.5 missing."),
        ("duplicate", {"order": "SO-7"}, "The same lines were ordered a short while ago with SO-7."),
        (
            "tax-region",
            {"country": "NO", "region": "EU"},
            "The goods go to Norway, but the customer is taxed as “EU”.",
        ),
    ],
)
def test_a_reason_is_told_from_its_figures(code: str, figures: dict[str, Any], said: str) -> None:
    assert sentence({"code": code, "figures": figures, "text": "as kept"}, "EUR") == said


def test_every_reason_writes_its_amounts_the_readers_way() -> None:
    with translation.override("nb"):
        told = sentence({"code": "credit-prepayment", "figures": ROOM}, "EUR")
    assert "1\N{NO-BREAK SPACE}250,50 EUR" in told


def test_what_screening_found_is_told_with_its_points() -> None:
    told = sentence({"code": "screening", "figures": {"score": "60"}}, "EUR", FOUND)
    assert told == (
        "Looks unusual (60 points). 7 orders within 24 hours. 12.5 times the customer's usual order. "
        "The delivery address is not known for this customer. The customer has no address in Norway. "
        "A customer for 1 day orders a large amount."
    )


def test_a_reason_that_is_not_known_keeps_its_own_words() -> None:
    assert sentence({"code": "moon", "text": "The moon is full."}, "EUR") == "The moon is full."
    assert finding_words({"rule": "moon", "text": "It is full."}) == "It is full."
    kept = {"code": "credit-limit", "text": "Kept before its figures were."}
    assert sentence(kept, "EUR") == "Kept before its figures were."
