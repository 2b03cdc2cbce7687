"""What of a payment goes to which invoice."""

from decimal import Decimal

from hypothesis import given, strategies as st

from receivables.rules import spread

CENTS = st.integers(1, 10_000).map(lambda cents: Decimal(cents) / 100)


def test_wanted_amounts_come_first_and_the_rest_goes_in_order() -> None:
    items = [(1, None, Decimal(10)), (2, Decimal(5), Decimal(20)), (3, None, Decimal(10))]
    assert spread(Decimal(18), items) == {1: Decimal(10), 2: Decimal(5), 3: Decimal(3)}
    assert spread(Decimal(15), items) == {1: Decimal(10), 2: Decimal(5)}
    assert spread(Decimal(4), items) == {2: Decimal(5)}


@given(CENTS, st.lists(CENTS, max_size=6))
def test_never_more_than_there_is_or_is_open(amount: Decimal, opens: list[Decimal]) -> None:
    shares = spread(amount, [(key, None, open_amount) for key, open_amount in enumerate(opens)])
    assert sum(shares.values(), Decimal(0)) == min(amount, sum(opens, Decimal(0)))
    assert all(Decimal(0) < share <= opens[key] for key, share in shares.items())
