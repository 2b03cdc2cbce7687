"""Which books we are in: the company's own, or the sandbox's, a database of its own (docs/adr/0019).

Inside ``with entered(Mode.TEST):`` this thread's default connection is the sandbox's, so every query, lock and
`on_commit` of the same code goes there. Nothing else differs, and no row of one can refer to the other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from enum import StrEnum

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext as _, gettext_lazy

from o2c.kernel.db import fetch_all, without_work
from o2c.kernel.errors import DomainError

SANDBOX = "sandbox"
NOT_AHEAD = timedelta()
AHEAD = "SELECT ahead FROM kernel_sandbox"


class Mode(StrEnum):
    """Whether a call is about the books or about the sandbox, which has books of its own."""

    LIVE = "live"
    TEST = "test"


class SandboxNotConfigured(DomainError):
    """This installation has no sandbox."""

    code = "sandbox-not-configured"
    hint = gettext_lazy(
        "Set SANDBOX_DATABASE_URL to a database of its own, and run manage.py prepare_sandbox."
    )


class SandboxNotReady(DomainError):
    """The sandbox's database does not answer, or has not been prepared for this version of the program."""

    code = "sandbox-not-ready"
    status = 503
    hint = gettext_lazy(
        "Try again in a minute; if it stays so, the operator has to run manage.py prepare_sandbox."
    )


_mode: ContextVar[Mode] = ContextVar("partition", default=Mode.LIVE)
_live: ContextVar[BaseDatabaseWrapper] = ContextVar("live_connection")  # set while in the sandbox
_ahead: ContextVar[timedelta] = ContextVar("ahead", default=NOT_AHEAD)


def current() -> Mode:
    """Return which books this thread is in."""
    return _mode.get()


def ahead() -> timedelta:
    """Return how far the clock is ahead of the real one: never in the company's own books."""
    return _ahead.get()


def is_configured() -> bool:
    """Return whether this installation has a sandbox."""
    return SANDBOX in connections


def all_modes() -> list[Mode]:
    """Return the partitions that this installation has."""
    return [Mode.LIVE, Mode.TEST] if is_configured() else [Mode.LIVE]


def ensure_configured() -> None:
    """Refuse what needs a sandbox where there is none.

    :raises SandboxNotConfigured: there is none.
    """
    if not is_configured():
        raise SandboxNotConfigured(_("This installation has no sandbox for test keys."))


@contextmanager
def entered(mode: Mode) -> Iterator[None]:
    """Be in the books of *mode* until the block ends, whichever we were in before.

    A running unit of work stays outside: no transaction spans two databases.

    :raises SandboxNotConfigured: there is no sandbox.
    :raises SandboxNotReady: its database does not answer as this version of the program needs it.
    """
    if mode is _mode.get():
        yield
        return
    with _connected(mode), without_work(), moved(NOT_AHEAD if mode is Mode.LIVE else _read_ahead()):
        yield


@contextmanager
def moved(by: timedelta) -> Iterator[None]:
    """Let the clock be *by* ahead of the real one until the block ends."""
    token = _ahead.set(by)
    try:
        yield
    finally:
        _ahead.reset(token)


@contextmanager
def _connected(mode: Mode) -> Iterator[None]:
    """Put the connection of *mode* in the default's place in this thread, under its name."""
    ensure_configured()
    before = connections[DEFAULT_DB_ALIAS]
    sandbox = connections[SANDBOX]
    live = before if _mode.get() is Mode.LIVE else _live.get()
    tokens = _live.set(live), _mode.set(mode)
    connections[DEFAULT_DB_ALIAS] = sandbox if mode is Mode.TEST else live
    sandbox.alias = DEFAULT_DB_ALIAS if mode is Mode.TEST else SANDBOX
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = before
        sandbox.alias = DEFAULT_DB_ALIAS if before is sandbox else SANDBOX
        _live.reset(tokens[0])
        _mode.reset(tokens[1])


def _read_ahead() -> timedelta:
    try:
        rows = fetch_all(AHEAD, [])
    except DatabaseError as error:
        raise SandboxNotReady(_("The sandbox is not ready.")) from error
    return rows[0][0] if rows else NOT_AHEAD
