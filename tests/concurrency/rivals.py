"""Exact interleavings: a rival on its own connection, at a chosen line of the verb under test.

The rival starts where the test says and runs until it ends or waits for somebody's lock; only then the
verb goes on. The same test therefore shows both worlds: with the lock the rival waits, without it, it wins.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

from django.db import connections

from o2c.kernel import rows
from o2c.kernel.db import LockableQuerySet, current_work, fetch_all
from o2c.kernel.errors import NotFound

Call = Callable[[], Any]
PATIENCE = 20  # seconds until a test gives up, not a figure that a passing test depends on


class Rival:
    """One call on a connection of its own, in a thread of its own."""

    def __init__(self, call: Call) -> None:
        self.result: Any = None
        self.waited = False
        self._call = call
        self._pid = 0
        self._began = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        try:
            self._pid = fetch_all("SELECT pg_backend_pid()", [])[0][0]
            self._began.set()
            self.result = self._call()
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            self.result = error
        finally:
            self._began.set()
            connections.close_all()

    def launch(self) -> None:
        """Begin, and leave it to the test when to go on."""
        self._thread.start()

    def start(self) -> None:
        """Run until the call has ended or waits for a lock."""
        self.launch()
        assert self._began.wait(PATIENCE), "the rival found no connection"
        deadline = time.monotonic() + PATIENCE
        while self._thread.is_alive() and time.monotonic() < deadline:
            if _waits_for_a_lock(self._pid):
                self.waited = True
                return
            time.sleep(0.005)

    def join(self) -> Any:
        """Wait for its end; return its result or its exception."""
        if self._thread.ident is not None:
            self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "the rival hangs"
        return self.result


def _waits_for_a_lock(pid: int) -> bool:
    return bool(fetch_all("SELECT cardinality(pg_blocking_pids(%s)) > 0", [pid])[0][0])


@contextmanager
def rival_before(owner: object, name: str, call: Call) -> Iterator[Rival]:
    """Start a rival right before the first call of ``owner.name``; it has ended when the block ends."""
    with _rival(owner, name, call, before=True) as rival:
        yield rival


@contextmanager
def rival_after(owner: object, name: str, call: Call) -> Iterator[Rival]:
    """Start a rival right after the first call of ``owner.name``; it has ended when the block ends."""
    with _rival(owner, name, call, before=False) as rival:
        yield rival


@contextmanager
def _rival(owner: object, name: str, call: Call, *, before: bool) -> Iterator[Rival]:
    original = getattr(owner, name)
    rival = Rival(call)
    started = threading.Event()

    def meet(*args: Any, **kwargs: Any) -> Any:
        first = not started.is_set()
        started.set()
        if first and before:
            rival.start()
        result = original(*args, **kwargs)
        if first and not before:
            rival.start()
        return result

    with mock.patch.object(owner, name, meet):
        yield rival
        assert started.is_set(), f"{name} was never called: the test interleaves nothing"
        rival.join()


def _take_one(queryset: LockableQuerySet[Any], pk: int) -> Any:
    current_work()
    row = queryset.filter(pk=pk).first()
    if row is None:
        raise NotFound(f"There is no {queryset.model._meta.verbose_name} {pk}.")
    return row


def _take_where(queryset: LockableQuerySet[Any], condition: str, *params: Any) -> list[Any]:
    return rows.read(queryset.model, condition, params, "ORDER BY id")


@contextmanager
def locks_removed() -> Iterator[None]:
    """The mutant: every row lock of the services reads its rows and locks none."""
    with ExitStack() as patches:
        patches.enter_context(mock.patch.object(LockableQuerySet, "lock", _take_one))
        patches.enter_context(mock.patch.object(LockableQuerySet, "lock_where", _take_where))
        patches.enter_context(mock.patch.object(LockableQuerySet, "lock_free", _take_where))
        yield


def constraint_of(error: object) -> str:
    """The name of the constraint that refused, or an empty string."""
    cause = getattr(error, "__cause__", None)
    return str(getattr(getattr(cause, "diag", None), "constraint_name", None) or "")
