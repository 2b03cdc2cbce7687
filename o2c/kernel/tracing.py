"""Which request is behind what happens: the id that its log lines, its events and their consumers share."""

from collections.abc import Iterator
from contextlib import contextmanager

from structlog.contextvars import bound_contextvars, get_contextvars

LONGEST = 64


def current_request_id() -> str:
    """Return the id of the request that is being answered, or whose event is being consumed; empty if none."""
    return str(get_contextvars().get("request_id") or "")[:LONGEST]


@contextmanager
def on_behalf_of(request_id: str) -> Iterator[None]:
    """Let what happens now be logged, and announce, under the request *request_id*; empty changes nothing."""
    if not request_id:
        yield
        return
    with bound_contextvars(request_id=request_id):
        yield
