"""Emptying the sandbox in one transaction, past the triggers that keep every row of real books."""

from django.db import DEFAULT_DB_ALIAS, connection, connections

from o2c.kernel import partition
from o2c.kernel.db import fetch_all, requires_transaction
from o2c.kernel.partition import Mode, entered

# Who calls, what was answered, which work goes on: that is about the sandbox, not in it.
KEPT = [
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "auth_group",
    "auth_group_permissions",
    "kernel_user",
    "kernel_user_groups",
    "kernel_user_user_permissions",
    "kernel_idempotencykey",
    "gateway_shop",
    "kernel_job",
]
# Its rows refer to customers, so they are emptied with them and put back: webhooks survive a reset.
PUT_BACK = "gateway_webhookendpoint"
EMPTY = """
DO $$ DECLARE
    kept text[] := '{%(kept)s}';
    tables text;
    guard record;
    numbers regclass;
BEGIN
    SELECT string_agg(quote_ident(tablename), ', ') INTO tables FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> ALL(kept);
    FOR guard IN
        SELECT t.tgrelid::regclass AS "table", t.tgname AS name FROM pg_trigger t
        WHERE NOT t.tgisinternal AND t.tgtype & 32 = 32 LOOP
        EXECUTE format('ALTER TABLE %%s DISABLE TRIGGER %%I', guard."table", guard.name);
    END LOOP;
    EXECUTE 'TRUNCATE ' || tables || ' RESTART IDENTITY';
    FOR guard IN
        SELECT t.tgrelid::regclass AS "table", t.tgname AS name FROM pg_trigger t
        WHERE NOT t.tgisinternal AND t.tgtype & 32 = 32 LOOP
        EXECUTE format('ALTER TABLE %%s ENABLE TRIGGER %%I', guard."table", guard.name);
    END LOOP;
    FOR numbers IN
        SELECT s.oid::regclass FROM pg_class s
        WHERE s.relkind = 'S' AND s.relnamespace = 'public'::regnamespace
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = s.oid AND d.deptype IN ('a', 'i')) LOOP
        EXECUTE format('ALTER SEQUENCE %%s RESTART', numbers);
    END LOOP;
END $$
"""


@requires_transaction
def empty() -> None:
    """Take every document and all master data out of the sandbox, and let its numbers begin again.

    It waits for calls that are under way, and those that come wait for it.
    """
    _ensure_sandbox()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks to come cannot be emptied
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(EMPTY % {"kept": ",".join(KEPT)})


def _ensure_sandbox() -> None:
    """Stop if these were the company's books: no mistake elsewhere may ever empty those."""
    here = fetch_all("SELECT current_database(), inet_server_addr(), inet_server_port()", [])
    with entered(Mode.LIVE):
        books = fetch_all("SELECT current_database(), inet_server_addr(), inet_server_port()", [])
    named = connections[partition.SANDBOX] is connections[DEFAULT_DB_ALIAS]
    if partition.current() is not Mode.TEST or here == books or not named:
        raise AssertionError("only the sandbox is ever emptied")
