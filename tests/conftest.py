"""Fixtures of all tests. A test takes `world` and speaks the language of the desks.

Two kinds of database test: plain ones run inside a transaction that is rolled back, and all deferred
constraints are checked at their end; those marked ``committed`` commit for real, from as many
connections as they like, and the tables are emptied afterwards. Either way no event may have told
what is private.
"""

import gc
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test.utils import setup_databases, teardown_databases

from o2c.kernel.partition import SANDBOX, Mode, entered
from tests.privacy import told_in_private
from tests.template import hurry, migrated_template
from tests.world import World, build_world, wipe


def pytest_collection_finish() -> None:
    """Leave what was loaded out of every later look for garbage: it stays as long as the process."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment, django_db_blocker, django_db_modify_db_settings
) -> Iterator[None]:
    """The test database of this process, migrated: a copy, to which `migrate` finds nothing left to apply.

    pytest-django's own would make one only for tests that name ``db`` themselves, and leave the rest
    on the real database.
    """
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated_template()
        made = setup_databases(verbosity=0, interactive=False, aliases={"default"})
        hurry(str(connection.settings_dict["NAME"]))
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        teardown_databases(made, verbosity=0)


@pytest.fixture
def world(database) -> World:
    """A company ready to sell."""
    return build_world()


@pytest.fixture(scope="session")
def sandbox_database(django_db_setup, django_db_blocker) -> Iterator[str]:
    """The name of a second, empty database of this process, for the tests of the sandbox."""
    name = f"{connection.settings_dict['NAME']}_sandbox"
    with django_db_blocker.unblock():
        connections.close_all()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{connection.settings_dict["NAME"]}"')
        hurry(name)
    yield name
    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def sandbox(sandbox_database: str, database: None, request: pytest.FixtureRequest) -> Iterator[None]:
    """An installation with a sandbox, as empty at the end as before; without this fixture there is none."""
    connections.settings[SANDBOX] = {**connections.settings["default"], "NAME": sandbox_database}
    try:
        if request.node.get_closest_marker("committed"):
            yield
            with entered(Mode.TEST):
                wipe()
        else:
            connections[SANDBOX].connect()  # Django forbids a test's connections that it does not know
            whole = transaction.atomic(using=SANDBOX)
            whole._from_testcase = True  # as Django's own: durable blocks may begin inside
            with whole:
                yield
                transaction.set_rollback(True, using=SANDBOX)
        connections[SANDBOX].close()
    finally:
        del connections[SANDBOX], connections.settings[SANDBOX]


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Iterator[None]:
    """The database, in the way that the test's marker asks for."""
    if request.node.get_closest_marker("committed"):
        request.getfixturevalue("django_db_setup")
        with request.getfixturevalue("django_db_blocker").unblock():
            yield
            connections.close_all()
            private = told_in_private()
            wipe()
            connections.close_all()
        assert private == []
        return
    request.getfixturevalue("db")
    yield
    if not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert told_in_private() == []


def in_parallel(*calls: Callable[[], Any]) -> list[Any]:
    """Run *calls* at once, each in a thread with its own connection; return results or exceptions in order.

    All start at a barrier. Use in tests marked ``committed``.
    """
    barrier = threading.Barrier(len(calls))
    results: list[Any] = [None] * len(calls)

    def run(index: int, call: Callable[[], Any]) -> None:
        try:
            barrier.wait(timeout=30)
            results[index] = call()
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            results[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index, call)) for index, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads), (
        "a thread hangs: is there a lock nobody gives back?"
    )
    return results


def wins(results: list[Any]) -> list[Any]:
    """The results that are no exceptions."""
    return [result for result in results if not isinstance(result, BaseException)]
