"""What no number, amount or id can be, and that a verb refuses it by name."""

from collections.abc import Callable

import pytest

from o2c.kernel.errors import DomainError
from tests.documents import tried
from tests.world import World

NO_NUMBERS = ("NaN", "Infinity", "-Infinity")
QUANTITIES = ("0", "-1", "0.00001", "1.23456", "99999999999999999999", *NO_NUMBERS)
AMOUNTS = ("0", "-0.01", "0.001", "99999999999999999999", *NO_NUMBERS)
PRICES = ("-0.01", "0.0000001", "99999999999999999999", *NO_NUMBERS)
PERCENTS = ("-1", "100.01", "0.00001", "99999999999999999999", *NO_NUMBERS)
GONE = 999_999

Case = tuple[str, Callable[[], object]]


def refuses(world: World, cases: list[Case]) -> None:
    """Each call is refused with its code and leaves everything as it was, up to the commit."""
    before = world.fingerprint()
    for code, call in cases:
        with tried():
            with pytest.raises(DomainError) as refusal:
                call()
            assert refusal.value.code == code, refusal.value
            assert world.fingerprint() == before, code
