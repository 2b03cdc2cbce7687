"""Transactions and locks: the one way a verb opens its transaction, and how rows are locked.

A verb is atomic. A verb called by a verb joins its caller's transaction: when it refuses, the whole
case rolls back, nothing half done can be committed. Only the outermost verb is tried again after a
deadlock or a serialization failure, because only there has nothing outside the database happened yet.
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar, cast

from django.db import DataError, OperationalError, connection, models, transaction
from django.db.migrations.operations import RunSQL
from django.utils.translation import gettext as _

from o2c.kernel import rows
from o2c.kernel.errors import Busy, InvalidInput, NotFound

ATTEMPTS = 3
TRY_AGAIN = {"40001", "40P01"}  # serialization failure, deadlock
TOO_LARGE = "22003"  # numeric value out of range
LOCKED_OUT = {"55P03", "57014"}  # lock timeout, statement timeout

F = TypeVar("F", bound=Callable[..., Any])


class Work:
    """What the running outermost verb still has to do before it commits."""

    def __init__(self) -> None:
        self.before_commit: list[Callable[[], None]] = []
        self.events: list[Any] = []


_work: ContextVar[Work | None] = ContextVar("work", default=None)


def current_work() -> Work:
    """Return the running unit of work.

    :raises RuntimeError: no verb is running. Low-level code cannot know when a transaction should
        be committed, so it refuses to open one.
    """
    work = _work.get()
    if work is None:
        raise RuntimeError("This may only run inside a verb: decorate the caller with @verb.")
    return work


@contextmanager
def unit_of_work() -> Iterator[Work]:
    """Open the transaction of an outermost verb, or join the one that is open."""
    running = _work.get()
    if running is not None:
        with transaction.atomic(savepoint=False):
            yield running
        return
    with transaction.atomic():
        work = Work()
        token = _work.set(work)
        try:
            yield work
            for finish in work.before_commit:
                finish()
        finally:
            _work.reset(token)


@contextmanager
def without_work() -> Iterator[None]:
    """Leave the running unit of work aside: what happens in another database is no part of it."""
    token = _work.set(None)
    try:
        yield
    finally:
        _work.reset(token)


def sqlstate(error: BaseException) -> str:
    """Return the SQLSTATE that PostgreSQL gave, or an empty string."""
    return getattr(error.__cause__, "sqlstate", None) or ""


@contextmanager
def _overflow_told() -> Iterator[None]:
    """Refuse what no column holds in words.

    :raises InvalidInput: a figure is larger than its column.
    """
    try:
        yield
    except DataError as error:
        if sqlstate(error) != TOO_LARGE:
            raise
        raise InvalidInput(_("This comes to more than the books can hold.")) from error


def verb(function: F) -> F:
    """Make a service one transaction.

    :raises Busy: other people's locks did not clear in time, or three attempts met a deadlock.
    :raises InvalidInput: a sum of what was entered is larger than its column.
    """

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        if _work.get() is not None:
            with transaction.atomic(savepoint=False):
                return function(*args, **kwargs)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with _overflow_told(), unit_of_work():
                    return function(*args, **kwargs)
            except OperationalError as error:
                state = sqlstate(error)
                if state in LOCKED_OUT:
                    raise Busy(_("Somebody else is working on the same documents.")) from error
                if state not in TRY_AGAIN or connection.in_atomic_block:
                    raise
                if attempt == ATTEMPTS:
                    raise Busy(_("The same documents were changed by several people at once.")) from error
                time.sleep(random.uniform(0.01, 0.05) * attempt)  # noqa: S311 - jitter, no secret
        raise AssertionError("unreachable")

    return cast("F", run)


def requires_transaction(function: F) -> F:
    """Let a building block run only inside a verb."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        current_work()
        return function(*args, **kwargs)

    return cast("F", run)


M = TypeVar("M", bound=models.Model, covariant=True)


N = TypeVar("N", bound=models.Model)


def lock_row(model: type[N], pk: int) -> N:
    """Return the row *pk* of a model, locked until the transaction ends.

    :raises NotFound: there is no such row.
    """
    current_work()
    found = rows.read(model, "id = %s", [pk], "FOR NO KEY UPDATE")
    if not found:
        raise NotFound(_("There is no %(kind)s %(pk)s.") % {"kind": model._meta.verbose_name, "pk": pk})
    return found[0]


class LockableQuerySet(models.QuerySet[M]):
    """Rows locked by primary key, in that order, and evaluated at once: a lock not evaluated is none.

    FOR NO KEY UPDATE, because the deferred foreign key checks of other transactions take KEY SHARE
    at their commit; a stronger lock would deadlock with them.
    """

    def lock(self, pk: int) -> M:
        """Return the row *pk*, locked until the transaction ends.

        :raises NotFound: there is no such row.
        """
        return lock_row(self.model, pk)

    def lock_where(self, condition: str, *params: Any) -> list[M]:
        """Return the rows that meet a hand-written *condition*, locked in primary-key order."""
        current_work()
        return rows.read(self.model, condition, params, "ORDER BY id FOR NO KEY UPDATE")

    def lock_free(self, condition: str, *params: Any) -> list[M]:
        """Return the same, without the rows that somebody else has locked just now."""
        current_work()
        return rows.read(self.model, condition, params, "ORDER BY id FOR NO KEY UPDATE SKIP LOCKED")


def fetch_all(sql: str, params: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run one hand-written statement and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall()) if cursor.description else []


@contextmanager
def planned_anew() -> Iterator[None]:
    """Let the database plan every statement of the block for the very values that it is asked with.

    A prepared statement is planned once for whatever may come, after its first few runs: for a search, a list's
    filter or a day long past that may be a plan that reads a whole history. Verbs ask for rows by their keys, and
    save the planning.
    """

    def unprepared(execute: Callable[..., Any], sql: Any, params: Any, many: Any, context: Any) -> Any:
        context["connection"].connection.prepare_threshold = None
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(unprepared):
            yield
    finally:
        if connection.connection is not None:
            connection.connection.prepare_threshold = connection.settings_dict["OPTIONS"]["prepare_threshold"]


class CreateSequence(RunSQL):
    """Migration: a sequence for document numbers that may have gaps (orders, shipments, payments)."""

    def __init__(self, name: str, *, start: int = 10001) -> None:
        super().__init__(f"CREATE SEQUENCE {name} START {start}", f"DROP SEQUENCE {name}")
