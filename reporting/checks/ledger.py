"""The journal in itself: balanced, dated, numbered, reversed once and never touched."""

from django.utils.translation import gettext_noop as _

from reporting.checks.base import Check

LINES = "SELECT count(*) AS lines, sum(debit) AS debit, sum(credit) AS credit FROM ledger_journalline"
ENTRIES = (
    "SELECT count(*) AS entries, count(number) AS numbered, max(number) AS last FROM ledger_journalentry"
)
REVERSALS = "SELECT count(*) AS reversals FROM ledger_journalentry WHERE reverses_id IS NOT NULL"

# What an entry on a control account may come from: its source is split, once, into a kind and an id.
DOCUMENTS = """
WITH entry AS MATERIALIZED (
    SELECT e.source, split_part(e.source, '/', 1) AS kind,
           CASE WHEN split_part(e.source, '/', 2) ~ '^[0-9]{1,18}$'
                THEN split_part(e.source, '/', 2)::bigint END AS id
    FROM (SELECT DISTINCT l.entry_id FROM ledger_journalline l
          JOIN ledger_account a ON a.id = l.account_id WHERE a.is_control) moved
    JOIN ledger_journalentry e ON e.id = moved.entry_id
), document (kind, id) AS (
    SELECT 'invoice', id FROM invoicing_invoice
    UNION ALL SELECT 'shipment', id FROM fulfillment_shipment
    UNION ALL SELECT 'return', id FROM fulfillment_return
    UNION ALL SELECT 'payment', id FROM receivables_payment
    UNION ALL SELECT 'allocation', id FROM receivables_allocation
    UNION ALL SELECT 'entry', reverses_id FROM ledger_journalentry WHERE reverses_id IS NOT NULL
    UNION ALL SELECT 'transfer', id FROM inventory_transfer
    UNION ALL SELECT 'return', id FROM fulfillment_return
), move (source) AS (
    SELECT m.kind || '/' || w.code || '/' || m.source || entry_of.what
    FROM inventory_stockmove m JOIN inventory_stocklevel v ON v.id = m.level_id
    JOIN inventory_warehouse w ON w.id = v.warehouse_id
    CROSS JOIN LATERAL (VALUES ('/' || v.product_id), ('')) AS entry_of(what)
    WHERE m.kind IN ('receipt', 'count', 'scrap')
)
SELECT 'journal entry ' || entry.source AS document, entry.kind AS caused_by FROM entry
WHERE NOT EXISTS (SELECT FROM document WHERE document.kind = entry.kind AND document.id = entry.id)
  AND NOT EXISTS (SELECT FROM move WHERE move.source = entry.source)
"""

CHECKS = [
    Check(
        id="L01",
        name=_("Every entry balances"),
        meaning=_("The debits of each journal entry equal its credits, so the trial balance does."),
        figures=LINES,
        offenders="""
            SELECT 'journal entry ' || e.source AS document, t.debit, t.credit
            FROM (SELECT entry_id, sum(debit) AS debit, sum(credit) AS credit FROM ledger_journalline
                  GROUP BY entry_id HAVING sum(debit) <> sum(credit)) t
            JOIN ledger_journalentry e ON e.id = t.entry_id
        """,
    ),
    Check(
        id="L02",
        name=_("Every entry balances in the document's currency"),
        meaning=_("The amounts in each document currency of an entry add up to nothing."),
        figures="SELECT count(*) AS lines, count(DISTINCT currency) AS currencies FROM ledger_journalline",
        offenders="""
            SELECT 'journal entry ' || e.source AS document, t.currency, t.difference
            FROM (SELECT entry_id, currency, sum(amount) AS difference FROM ledger_journalline
                  GROUP BY entry_id, currency HAVING sum(amount) <> 0) t
            JOIN ledger_journalentry e ON e.id = t.entry_id
        """,
    ),
    Check(
        id="L03",
        name=_("Every entry has two sides"),
        meaning=_("No journal entry is empty or has one line only."),
        figures=ENTRIES,
        offenders="""
            SELECT 'journal entry ' || e.source AS document, COALESCE(t.lines, 0) AS lines
            FROM ledger_journalentry e
            LEFT JOIN (SELECT entry_id, count(*) AS lines FROM ledger_journalline GROUP BY entry_id) t
                ON t.entry_id = e.id
            WHERE COALESCE(t.lines, 0) < 2
        """,
    ),
    Check(
        id="L04",
        name=_("Every line is a debit or a credit"),
        meaning=_("A line has one side, above zero, and its document amount lies on the same side."),
        figures=LINES,
        offenders="""
            SELECT 'journal entry ' || e.source AS document, l.debit, l.credit, l.amount
            FROM ledger_journalline l JOIN ledger_journalentry e ON e.id = l.entry_id
            WHERE NOT ((l.debit > 0 AND l.credit = 0) OR (l.debit = 0 AND l.credit > 0))
               OR (l.amount <> 0 AND (l.amount > 0) <> (l.debit > 0))
        """,
    ),
    Check(
        id="L05",
        name=_("Every customer line names a customer"),
        meaning=_("Lines on receivables and on unallocated payments belong to a customer that exists."),
        figures="""
            SELECT count(*) AS lines, count(DISTINCT l.party_id) AS customers
            FROM ledger_account a JOIN ledger_journalline l ON l.account_id = a.id
            WHERE a.role IN ('receivables', 'unallocated_cash')
        """,
        offenders="""
            SELECT 'journal entry ' || e.source AS document, a.code AS account, l.party_id AS customer
            FROM ledger_account a JOIN ledger_journalline l ON l.account_id = a.id
            JOIN ledger_journalentry e ON e.id = l.entry_id
            LEFT JOIN customers_customer c ON c.id = l.party_id
            WHERE a.role IN ('receivables', 'unallocated_cash') AND c.id IS NULL
        """,
    ),
    Check(
        id="L06",
        name=_("Documents alone move control accounts"),
        meaning=_("Every entry on a control account was caused by a document that exists."),
        figures="""
            SELECT count(DISTINCT l.entry_id) AS entries, count(*) AS lines
            FROM ledger_account a JOIN ledger_journalline l ON l.account_id = a.id WHERE a.is_control
        """,
        offenders=DOCUMENTS,
    ),
    Check(
        id="L07",
        name=_("Nothing is posted twice"),
        meaning=_("A source, such as an invoice issued, has one journal entry."),
        figures=ENTRIES,
        offenders="""
            SELECT 'journal entry ' || source AS document, count(*) AS entries
            FROM ledger_journalentry GROUP BY company_id, source HAVING count(*) > 1
        """,
    ),
    Check(
        id="L08",
        name=_("Nothing is reversed twice"),
        meaning=_("An entry has one reversal at most, and a reversal has none."),
        figures=REVERSALS,
        offenders="""
            SELECT 'journal entry ' || e.source AS document, count(*) AS reversals
            FROM ledger_journalentry r JOIN ledger_journalentry e ON e.id = r.reverses_id
            GROUP BY e.id, e.source, e.reverses_id HAVING count(*) > 1 OR e.reverses_id IS NOT NULL
        """,
    ),
    Check(
        id="L09",
        name=_("Every reversal is exact"),
        meaning=_("A reversal undoes its entry on every account, for every customer and currency."),
        figures=REVERSALS,
        offenders="""
            SELECT 'journal entry ' || r.source AS document, a.code AS account,
                   sum(l.debit - l.credit) AS left_over, sum(l.amount) AS left_over_amount
            FROM ledger_journalentry r
            CROSS JOIN LATERAL (VALUES (r.id), (r.reverses_id)) AS pair (entry_id)
            JOIN ledger_journalline l ON l.entry_id = pair.entry_id
            JOIN ledger_account a ON a.id = l.account_id
            WHERE r.reverses_id IS NOT NULL
            GROUP BY r.id, r.source, a.code, l.party_id, l.currency
            HAVING sum(l.debit - l.credit) <> 0 OR sum(l.amount) <> 0
        """,
    ),
    Check(
        id="L10",
        name=_("Closed periods stay closed"),
        meaning=_("No entry was posted into a period after it was closed; the audit trail says when."),
        figures="""
            SELECT count(*) FILTER (WHERE state = 'closed') AS closed, count(*) AS periods FROM ledger_period
        """,
        offenders="""
            SELECT 'journal entry ' || e.source AS document, e."on", e.posted_at, closing.at AS closed_at
            FROM (SELECT row_id, min(at) AS at FROM kernel_auditentry
                  WHERE table_name = 'ledger_period' AND after ->> 'state' = 'closed' GROUP BY row_id) closing
            JOIN ledger_journalentry e ON e.period_id = closing.row_id AND e.posted_at > closing.at
        """,
    ),
    Check(
        id="L11",
        name=_("Dates, periods and companies agree"),
        meaning=_("An entry lies in its period, its lines have its date, its accounts are its company's."),
        figures="""
            SELECT count(*) AS lines, min("on") AS first_on, max("on") AS last_on FROM ledger_journalline
        """,
        offenders="""
            SELECT 'journal entry ' || e.source AS document, e."on", l."on" AS line_on, p.name AS period
            FROM ledger_journalline l
            JOIN ledger_journalentry e ON e.id = l.entry_id
            JOIN ledger_account a ON a.id = l.account_id
            JOIN ledger_period p ON p.id = e.period_id
            WHERE l."on" <> e."on" OR e."on" NOT BETWEEN p.starts_on AND p.ends_on
               OR a.company_id <> e.company_id OR p.company_id <> e.company_id
        """,
    ),
    Check(
        id="L12",
        name=_("The journal is numbered without gaps"),
        meaning=_("Entry numbers count from one, none is missing, and the counter stands at the last."),
        figures=ENTRIES,
        offenders="""
            SELECT 'journal entry ' || source AS document, number, previous FROM (
                SELECT source, number, lag(number, 1, 0) OVER (PARTITION BY company_id ORDER BY number) AS previous
                FROM ledger_journalentry WHERE number IS NOT NULL) numbered
            WHERE number <> previous + 1
            UNION ALL
            SELECT 'journal counter of company ' || company_id, last, max FROM (
                SELECT c.company_id, c.last, COALESCE(t.max, 0) AS max FROM kernel_documentcounter c
                LEFT JOIN (SELECT company_id, max(number) FROM ledger_journalentry GROUP BY company_id) t
                    ON t.company_id = c.company_id
                WHERE c.kind = 'journal') counted
            WHERE last <> max
        """,
    ),
    Check(
        id="L13",
        name=_("Every entry is numbered in time"),
        meaning=_("The sealer has numbered all entries that were posted more than five minutes ago."),
        figures="SELECT count(*) AS unnumbered FROM ledger_journalentry WHERE number IS NULL",
        offenders="""
            SELECT 'journal entry ' || source AS document, posted_at FROM ledger_journalentry
            WHERE number IS NULL AND posted_at < %(now)s::timestamptz - interval '5 minutes'
        """,
    ),
    Check(
        id="L14",
        name=_("Balances are what the lines add up to"),
        meaning=_(
            "The daily turnover of each account, which balances are read from, is that of its numbered entries."
        ),
        figures="SELECT count(*) AS days, sum(debit) AS debit, sum(credit) AS credit FROM ledger_dailyturnover",
        offenders="""
            SELECT 'account ' || a.code || ' on ' || "on" AS document, t.debit, t.credit,
                   posted.debit AS posted_debit, posted.credit AS posted_credit
            FROM (SELECT l.account_id, l."on", sum(l.debit) AS debit, sum(l.credit) AS credit
                  FROM ledger_journalline l JOIN ledger_journalentry e ON e.id = l.entry_id
                  WHERE e.number IS NOT NULL GROUP BY l.account_id, l."on") posted
            FULL JOIN ledger_dailyturnover t USING (account_id, "on")
            JOIN ledger_account a ON a.id = account_id
            WHERE (t.debit, t.credit) IS DISTINCT FROM (posted.debit, posted.credit)
        """,
    ),
]
