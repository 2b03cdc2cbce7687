"""Storage settings of hot tables: room on the page, so that an update stays on it and touches no index."""

from django.db.migrations.operations import RunSQL


def leave_room(table: str, percent_full: int) -> RunSQL:
    """Migration: fill the pages of *table* to *percent_full* only, because its rows are updated in place."""
    return RunSQL(
        f"ALTER TABLE {table} SET (fillfactor = {percent_full})", f"ALTER TABLE {table} RESET (fillfactor)"
    )
