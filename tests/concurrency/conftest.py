"""Fixtures of the race tests: they commit for real and are swept before their tables are emptied."""

from collections.abc import Iterator

import pytest

from tests.concurrency.sweep import assert_books_hold
from tests.world import World, build_world


@pytest.fixture
def world(database: None) -> Iterator[World]:
    """A company ready to sell, whose books must hold when the test is over."""
    yield build_world()
    assert_books_hold()


@pytest.fixture
def unguarded(database: None) -> World:
    """The same company for a test that takes the locks away: what its books then say is the test's matter."""
    return build_world()
