"""How many statements a call takes."""

from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.shops import Caller


def statements(shop: Caller, path: str) -> int:
    """How many statements a successful GET takes, besides noting that the key is in use."""
    shop.get("customers?limit=1")  # notes it, once a minute
    with CaptureQueriesContext(connection) as captured:
        answer = shop.get(path)
    assert answer.status_code == 200, answer.content
    return len(captured)


def cost_of(shop: Caller, path: str, more: Callable[[], object]) -> int:
    """The same, which must be as many after there is *more*."""
    few = statements(shop, path)
    more()
    assert statements(shop, path) == few
    return few
