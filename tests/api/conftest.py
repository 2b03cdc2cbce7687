"""The API as a shop's developer sees it."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.core.cache import cache

from tests.shops import Caller, open_shop
from tests.world import World


@pytest.fixture
def noon():
    """The clock stands on the world's day."""
    with time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC), tick=False):
        cache.clear()
        yield


@pytest.fixture
def shop(world: World, noon: None) -> Caller:
    """A shop that may do everything for every customer."""
    return open_shop(world)
