"""What carries the cycle: events, deliveries, jobs, the database's own guards, and the certificates."""

from django.utils.translation import gettext_noop as _

from reporting.checks.base import Check

EVENTS = """
SELECT count(*) AS waiting FROM kernel_event WHERE dispatched_at IS NULL
"""
OWED = """
SELECT count(*) AS owed, COALESCE(max(attempts), 0) AS most_attempts FROM kernel_eventdelivery
WHERE handled_at IS NULL
"""

CHECKS = [
    Check(
        id="E01",
        name=_("Every event is dispatched"),
        meaning=_("No event waits for the dispatcher longer than five minutes."),
        figures=EVENTS,
        offenders="""
            SELECT 'event ' || id || ' ' || kind || ' ' || document_number AS document, at FROM kernel_event
            WHERE dispatched_at IS NULL AND at < %(now)s::timestamptz - interval '5 minutes'
        """,
    ),
    Check(
        id="E02",
        name=_("Every event has had its effect"),
        meaning=_("No handler owes an event its effect longer than fifteen minutes."),
        figures=OWED,
        offenders="""
            SELECT 'event ' || e.id || ' ' || e.kind || ' ' || e.document_number AS document, d.handler,
                   d.attempts, d.error
            FROM kernel_eventdelivery d JOIN kernel_event e ON e.id = d.event_id
            WHERE d.handled_at IS NULL
              AND COALESCE(e.dispatched_at, e.at) < %(now)s::timestamptz - interval '15 minutes'
        """,
    ),
    Check(
        id="E03",
        name=_("No event has its effect twice"),
        meaning=_("A handler has one delivery of an event."),
        figures="""
            SELECT count(*) AS deliveries, count(handled_at) AS handled FROM kernel_eventdelivery
        """,
        offenders="""
            SELECT 'event ' || event_id AS document, handler, count(*) AS deliveries FROM kernel_eventdelivery
            GROUP BY event_id, handler HAVING count(*) > 1
        """,
    ),
    Check(
        id="E05",
        name=_("Every confirmation is written to the customer"),
        meaning=_("What was to be told of a confirmed order is a message; imported orders are not told."),
        figures="""
            SELECT count(*) AS messages, count(*) FILTER (WHERE state = 'sent') AS sent,
                   count(*) FILTER (WHERE state IN ('undeliverable', 'failed', 'uncertain')) AS undelivered
            FROM customers_message
        """,
        offenders="""
            SELECT 'order ' || o.number AS document, d.handled_at
            FROM kernel_eventdelivery d JOIN kernel_event e ON e.id = d.event_id
            JOIN orders_order o ON o.id = e.document_id
            WHERE d.handler = 'orders.notices.order_confirmed' AND d.handled_at IS NOT NULL
              AND o.state IN ('confirmed', 'closed') AND o.channel <> 'import'
              AND NOT EXISTS (SELECT FROM customers_message m WHERE m.kind = 'order_confirmed'
                              AND m.document_type = 'order' AND m.document_id = o.id)
        """,
    ),
    Check(
        id="E06",
        name=_("Every message leaves"),
        meaning=_("No message to a customer waits for the mail server longer than an hour."),
        figures="SELECT count(*) AS messages, max(sent_at) AS last_sent FROM customers_message",
        offenders="""
            SELECT 'message ' || id || ' ' || kind || ' ' || document_number AS document, state, attempts, error
            FROM customers_message
            WHERE (state = 'queued' AND queued_at < %(now)s::timestamptz - interval '1 hour')
               OR (state = 'sending' AND claimed_at < %(now)s::timestamptz - interval '1 hour')
        """,
    ),
    Check(
        id="E04",
        name=_("Every job ends"),
        meaning=_("No job has run for two hours, and the last run of each job has not failed."),
        figures="""
            SELECT count(*) AS runs, count(DISTINCT job) AS jobs, count(*) FILTER (WHERE state = 'done') AS done
            FROM kernel_jobrun
        """,
        offenders="""
            SELECT 'job ' || job || ' of ' || business_date AS document, state, started_at, error
            FROM (SELECT DISTINCT ON (job) * FROM kernel_jobrun ORDER BY job, business_date DESC) last
            WHERE state = 'failed'
               OR (state = 'running' AND started_at < %(now)s::timestamptz - interval '2 hours')
        """,
    ),
    Check(
        id="G01",
        name=_("The database guards its rows"),
        meaning=_(
            "Every trigger that freezes rows, checks states or keeps the audit trail is there and enabled."
        ),
        figures="SELECT cardinality(%(triggers)s::text[]) AS triggers",
        offenders="""
            SELECT 'trigger ' || wanted.name || ' of ' || wanted.tbl AS document,
                   COALESCE(t.tgenabled::text, 'missing') AS state
            FROM unnest(%(tables)s::text[], %(triggers)s::text[]) AS wanted (tbl, name)
            LEFT JOIN pg_trigger t ON t.tgrelid = to_regclass(wanted.tbl) AND t.tgname = wanted.name
            WHERE t.tgenabled IS DISTINCT FROM 'O'
        """,
    ),
    Check(
        id="G02",
        name=_("Certificates are unbroken"),
        meaning=_("Each certificate's SHA-256 is that of its content, which names the one before."),
        figures="SELECT count(*) AS certificates, count(*) FILTER (WHERE passed) AS passed FROM reporting_certificate",
        offenders="""
            SELECT 'certificate ' || id || ' of ' || business_date AS document, sha256, computed, previous FROM (
                SELECT id, business_date, sha256, encode(sha256(convert_to(content, 'UTF8')), 'hex') AS computed,
                       previous_sha256, lag(sha256, 1, '') OVER (ORDER BY id) AS previous
                FROM reporting_certificate) chained
            WHERE sha256 <> computed OR previous_sha256 <> previous
        """,
    ),
]
