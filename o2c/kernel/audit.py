"""Who changed which master data, when, from what to what: written by the database, never by Python.

Documents have their own trail (events, and rows that cannot change). Limits, prices, tax rates,
terms, accounts and periods are edited in place; this trigger keeps every version of them.
"""

import pgtrigger

from o2c.kernel.db import fetch_all

WRITE = """
INSERT INTO kernel_auditentry (at, actor_id, table_name, row_id, operation, before, after)
VALUES (
    clock_timestamp(), NULLIF(current_setting('o2c.actor', true), '')::bigint, TG_TABLE_NAME,
    COALESCE(NEW.id, OLD.id), TG_OP,
    CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE to_jsonb(OLD) END,
    CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE to_jsonb(NEW) END
);
RETURN NULL;
"""


def audited() -> pgtrigger.Trigger:
    """Return the trigger that records every insert, update and delete of a master-data row."""
    return pgtrigger.Trigger(
        name="audited",
        level=pgtrigger.Row,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=WRITE,
    )


def append_only() -> list[pgtrigger.Trigger]:
    """Return the triggers that refuse UPDATE, DELETE and TRUNCATE of a table."""
    return [frozen_but(), never_truncated()]


def never_truncated() -> pgtrigger.Trigger:
    """Return the trigger that refuses TRUNCATE, which row triggers do not see."""
    return pgtrigger.Trigger(
        name="never_truncated",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func="RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'OC002';",
    )


def set_actor(actor_id: int | None) -> None:
    """Tell the audit trigger who is acting, until the transaction ends."""
    fetch_all("SELECT set_config('o2c.actor', %s, true)", [str(actor_id or "")])


def frozen_but(*columns: str, name: str = "frozen", when: str = "") -> pgtrigger.Trigger:
    """Return the trigger that refuses DELETE, and UPDATE of any column but *columns*.

    *when* is a SQL condition on OLD that says from when on the row is frozen; always, if empty.
    """
    kept = " - ".join(["", *(f"'{column}'" for column in columns)])
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF ({when or "true"}) AND (TG_OP = 'DELETE' OR to_jsonb(NEW){kept} <> to_jsonb(OLD){kept}) THEN
                RAISE EXCEPTION 'row % of % is frozen: correct it with a new document', OLD.id, TG_TABLE_NAME
                    USING ERRCODE = 'OC002';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """,
    )
