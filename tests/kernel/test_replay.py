"""A company that is written again is the one that the services made."""

from django.db import transaction

from ledger.models import Account
from o2c.kernel.db import fetch_all
from tests import replay
from tests.world import COMPANY, build_world


def rows() -> dict[str, object]:
    """Every row of every table, but the migrated ones, without what only tells when it was written."""
    found = {}
    for table in replay._tables_with_rows():
        [(told,)] = fetch_all(f"SELECT json_agg(to_jsonb(r) - 'at' ORDER BY id) FROM {table} r", [])
        found[table] = told
    return found


def test_a_company_that_is_written_again_has_the_same_rows(database, monkeypatch) -> None:
    monkeypatch.setattr(replay, "_made", {})
    with transaction.atomic():
        made, by_services = build_world(), rows()
        assert next(iter(replay._made))[1] == COMPANY["name"]
        transaction.set_rollback(True)
    assert not Account.objects.exists()
    again = build_world()
    assert rows() == by_services
    assert again.company == made.company
    assert again.company is not made.company
    assert again.system == made.system


def test_where_somebody_has_worked_the_services_make_it(database, monkeypatch) -> None:
    monkeypatch.setattr(replay, "_made", {})
    first = build_world()
    assert build_world().company == first.company
    assert len(replay._made) == 1
