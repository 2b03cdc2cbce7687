"""Making the sandbox's database at a deployment."""

from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder

from o2c.kernel.models import User
from o2c.kernel.partition import SANDBOX, Mode, entered
from o2c.operations import roles, sandbox_database
from tests.conftest import in_parallel
from tests.world import build_world


def prepared() -> str:
    said = StringIO()
    call_command("prepare_sandbox", stdout=said)
    return said.getvalue().strip()


@pytest.fixture
def named(sandbox: None) -> str:
    """A name that no database has yet."""
    connections[SANDBOX].close()
    usual = connections[SANDBOX].settings_dict["NAME"]
    name = f"{connection.settings_dict['NAME']}_made_here"
    connections[SANDBOX].settings_dict["NAME"] = name
    yield name
    connections[SANDBOX].close()
    connections[SANDBOX].settings_dict["NAME"] = usual
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


@pytest.mark.committed
def test_bare_books_are_copied_and_a_second_time_nothing_is_done(named: str) -> None:
    assert prepared() == "The sandbox's database: made."
    with entered(Mode.TEST):
        assert connection.settings_dict["NAME"] == named
        assert User.system().username == "system"
    assert prepared() == "The sandbox's database: up to date."


@pytest.mark.committed
def test_what_the_books_have_more_is_migrated(named: str) -> None:
    prepared()
    MigrationRecorder(connections[SANDBOX]).record_applied("operations", "9999_nothing")
    Group.objects.using(SANDBOX).get(name="Shop").delete()
    assert prepared() == "The sandbox's database: migrated."
    with entered(Mode.TEST):
        assert roles.permissions_of("Shop")
        assert User.objects.count() == 1


@pytest.mark.committed
def test_books_with_data_are_no_template(named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    build_world()
    made: list[str] = []
    monkeypatch.setattr(sandbox_database, "_created", lambda template="": made.append(template) or True)
    monkeypatch.setattr(sandbox_database, "call_command", lambda *_args, **_options: made.append("migrate"))
    assert prepared() == "The sandbox's database: made."
    assert made == ["", "migrate"]


@pytest.mark.committed
def test_somebody_at_the_books_makes_it_slower_but_not_fail(
    named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrated: list[str] = []
    monkeypatch.setattr(
        sandbox_database, "call_command", lambda *_args, **options: migrated.append(options["database"])
    )

    def visited() -> str:
        connection.ensure_connection()
        return in_parallel(prepared)[0]

    assert visited() == "The sandbox's database: made."
    assert migrated == [SANDBOX]


def test_the_books_are_no_sandbox(sandbox: None) -> None:
    connections[SANDBOX].settings_dict["NAME"] = connection.settings_dict["NAME"]
    with pytest.raises(CommandError, match="one database"):
        prepared()


def test_without_a_sandbox_there_is_nothing_to_prepare(database: None) -> None:
    assert prepared() == "There is no sandbox: SANDBOX_DATABASE_URL is not set."
