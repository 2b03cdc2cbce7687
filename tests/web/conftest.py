"""Pages are asked for on the day that the world lives in, by a person with one role."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.test import Client
from django.utils import translation

from o2c.kernel.models import User
from tests.world import World, staff


@pytest.fixture(autouse=True)
def _on_the_day(world: World) -> Iterator[None]:
    with time_machine.travel("2026-11-20T09:00:00Z", tick=False), translation.override("en"):
        yield  # and the language of the last page is not that of the next test


@pytest.fixture
def sign_in(world: World) -> Callable[[str], Client]:
    """A browser in which a person with the role has signed in; ``Administrator`` may do everything."""

    def browser(role: str) -> Client:
        client = Client()
        if role == "Administrator":
            user, _ = User.objects.get_or_create(username="root", is_staff=True, is_superuser=True)
        else:
            user = staff(role)
            user.is_staff = role == "Finance manager"
            user.save(update_fields=["is_staff"])
        client.force_login(user)
        return client

    return browser


@pytest.fixture
def queries(django_assert_max_num_queries) -> Callable[[Client, str], int]:
    """How many queries a page takes once the caches of the process are warm."""

    def count(client: Client, address: str) -> int:
        client.get(address)
        with django_assert_max_num_queries(100) as found:
            assert client.get(address).status_code == 200
        return len(found)

    return count
