"""A migrated database that outlives the run: copying it takes a second, migrating several."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection

PREFIX = "o2c_template_"
LOCK = 7_105_110_103  # any number: who finds no template makes it while the others wait


def migrated_template() -> str:
    """Return the name of a database that every migration has been applied to; make it when there is none.

    It is named for the migrations and the code that they call, so an edited migration makes a new one.
    """
    name = PREFIX + _fingerprint()
    with connection._nodb_cursor() as cursor:
        cursor.execute("SET lock_timeout = 0; SET statement_timeout = 0")  # it takes as long as it takes
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        found = {row[0] for row in cursor.fetchall()}
        if name not in found:
            for outdated in found:
                cursor.execute(f'DROP DATABASE "{outdated}"')
            made = _migrated()
            cursor.execute(f'ALTER DATABASE "{made}" RENAME TO "{name}"')
        cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    return name


def hurry(database: str) -> None:
    """Let commits of a test's database not wait for the disk.

    Its server is killed by no test: what survives that is tried on servers of their own.
    """
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER DATABASE "{database}" SET synchronous_commit = off')
    connection.close()


def _fingerprint() -> str:
    """Return a short hash of the migrations of all apps and of what they call."""
    digest = sha256((settings.ROOT / "uv.lock").read_bytes())
    for path in sorted(_sources()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _sources() -> Iterator[Path]:
    yield settings.ROOT / "o2c" / "operations" / "management" / "commands" / "migrate.py"
    yield from (settings.ROOT / "o2c" / "kernel").glob("*.py")
    yield from (settings.ROOT / "o2c" / "kernel" / "models").glob("*.py")
    for app in apps.get_app_configs():
        yield from (Path(app.path) / "migrations").glob("*.py")


def _migrated() -> str:
    """Make a test database as Django does, and return its name; nothing is connected to it any more."""
    before = connection.settings_dict["NAME"]
    made: str = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    connection.creation.destroy_test_db(before, verbosity=0, keepdb=True)
    return made
