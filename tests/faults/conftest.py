"""Fixtures of the fault tests: real processes on the test database, killed for real."""

from collections.abc import Iterator

import pytest
from django.db import connection

from tests.concurrency.sweep import assert_books_hold
from tests.faults.nursery import Nursery, url_of
from tests.world import World, build_world


@pytest.fixture
def world(database: None) -> Iterator[World]:
    """A company ready to sell, whose books must hold when the test is over."""
    yield build_world()
    assert_books_hold()


@pytest.fixture(scope="module")
def nursery(django_db_setup: None) -> Iterator[Nursery]:
    """Children on the test database; tasks go to no broker."""
    nursery = Nursery(database_url=url_of(connection.settings_dict))
    yield nursery
    nursery.close()
