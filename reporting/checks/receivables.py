"""What customers owe and paid: open items, payments and allocations against the general ledger."""

from django.utils.translation import gettext_noop as _

from reporting.checks.base import Check

ALLOCATIONS = """
SELECT count(*) AS allocations, count(reversed_on) AS reversed,
       COALESCE(sum(base_amount) FILTER (WHERE reversed_on IS NULL), 0) AS in_force
FROM receivables_allocation
"""
PAYMENTS = """
SELECT count(*) AS payments, COALESCE(sum(base_amount), 0) AS paid_in,
       COALESCE(sum(base_unallocated), 0) AS unallocated FROM receivables_payment
"""
ITEMS = """
SELECT count(*) AS items, COALESCE(sum(base_open_amount), 0) AS open FROM receivables_receivable
"""

# What allocations took from each open item: of a credit note, as the source; of an invoice, as the target.
OPEN_ITEMS = """
WITH used AS (
    SELECT receivable_id AS id, amount, base_amount AS base FROM receivables_allocation WHERE reversed_on IS NULL
    UNION ALL
    SELECT credit_id, -amount, -base_source_amount FROM receivables_allocation
    WHERE reversed_on IS NULL AND credit_id IS NOT NULL
), total AS (
    SELECT id, sum(amount) AS amount, sum(base) AS base FROM used GROUP BY id
)
SELECT r.kind || ' ' || r.document_number AS document, r.open_amount,
       r.amount - COALESCE(t.amount, 0) AS should_be, r.base_open_amount,
       r.base_amount - COALESCE(t.base, 0) AS base_should_be
FROM receivables_receivable r LEFT JOIN total t ON t.id = r.id
WHERE r.open_amount <> r.amount - COALESCE(t.amount, 0)
   OR r.base_open_amount <> r.base_amount - COALESCE(t.base, 0)
   OR (r.open_amount = 0) <> (r.settled_on IS NOT NULL)
"""

# The exchange legs of each entry that settles something, back to the payment or credit note it came from.
EXCHANGE = """
WITH leg AS (
    SELECT split_part(e.source, '/', 1) AS kind, split_part(e.source, '/', 2) AS document,
           sum(l.credit - l.debit) AS gain
    FROM ledger_account c JOIN ledger_journalline l ON l.account_id = c.id
    JOIN ledger_journalentry e ON e.id = l.entry_id
    WHERE c.role IN ('fx_gain', 'fx_loss') AND e.source ~ '^(payment|allocation)/[0-9]{1,18}/'
    GROUP BY 1, 2
), booked AS (
    SELECT COALESCE(a.payment_id, 0) AS payment_id, COALESCE(a.credit_id, 0) AS credit_id, sum(gain) AS gain
    FROM (SELECT document::bigint AS payment_id, NULL::bigint AS credit_id, gain FROM leg WHERE kind = 'payment'
          UNION ALL
          SELECT a.payment_id, a.credit_id, leg.gain FROM leg
          JOIN receivables_allocation a ON a.id = leg.document::bigint WHERE leg.kind = 'allocation') a
    GROUP BY 1, 2
), due AS (
    SELECT COALESCE(payment_id, 0) AS payment_id, COALESCE(credit_id, 0) AS credit_id,
           sum(base_source_amount - base_amount) AS gain
    FROM receivables_allocation WHERE reversed_on IS NULL AND base_source_amount <> base_amount GROUP BY 1, 2
)
SELECT COALESCE('payment ' || p.number, 'credit note ' || n.document_number) AS document,
       COALESCE(due.gain, 0) AS gain, COALESCE(booked.gain, 0) AS booked
FROM due FULL JOIN booked USING (payment_id, credit_id)
LEFT JOIN receivables_payment p ON p.id = payment_id
LEFT JOIN receivables_receivable n ON n.id = credit_id
WHERE COALESCE(due.gain, 0) <> COALESCE(booked.gain, 0)
"""

# What the end of each day says, on which something moved in the last sixty days or is to: documents count from their
# own day on, as the ageing counts them, and what they were used for, or taken back, on no day before.
LATELY = "(%(now)s::timestamptz - interval '60 days')::date"
END_OF_DAYS = f"""
WITH used AS (
    SELECT receivable_id, payment_id, credit_id, "on" AS day, base_amount AS base, base_source_amount AS base_source
    FROM receivables_allocation WHERE "on" >= {LATELY}
    UNION ALL
    SELECT receivable_id, payment_id, credit_id, GREATEST(reversed_on, "on"), -base_amount, -base_source_amount
    FROM receivables_allocation WHERE reversed_on >= {LATELY}
), moved (company_id, role, day, documents, ledger) AS (
    SELECT company_id, 'receivables', issued_on, base_amount, 0
    FROM receivables_receivable WHERE issued_on >= {LATELY}
    UNION ALL
    SELECT r.company_id, 'receivables', GREATEST(used.day, r.issued_on), -used.base, 0
    FROM used JOIN receivables_receivable r ON r.id = used.receivable_id
    UNION ALL
    SELECT n.company_id, 'receivables', GREATEST(used.day, n.issued_on), used.base_source, 0
    FROM used JOIN receivables_receivable n ON n.id = used.credit_id
    UNION ALL
    SELECT company_id, 'unallocated_cash', received_on, -base_amount, 0
    FROM receivables_payment WHERE received_on >= {LATELY}
    UNION ALL
    SELECT p.company_id, 'unallocated_cash', GREATEST(used.day, p.received_on), used.base_source, 0
    FROM used JOIN receivables_payment p ON p.id = used.payment_id
    UNION ALL
    SELECT p.company_id, 'unallocated_cash', GREATEST(e."on", p.received_on), p.base_amount, 0
    FROM receivables_payment p
    JOIN ledger_journalentry e ON e.company_id = p.company_id AND e.source = 'payment/' || p.id || '/reversed'
    WHERE p.state = 'reversed' AND e."on" >= {LATELY}
    UNION ALL
    SELECT a.company_id, a.role, l."on", 0, l.debit - l.credit
    FROM ledger_account a JOIN ledger_journalline l ON l.account_id = a.id
    WHERE a.role IN ('receivables', 'unallocated_cash') AND l."on" >= {LATELY}
), ended AS (
    SELECT company_id, role, day, sum(sum(documents) - sum(ledger)) OVER (
        PARTITION BY company_id, role ORDER BY day) AS difference
    FROM moved GROUP BY company_id, role, day
)
SELECT 'account ' || (SELECT min(code) FROM ledger_account a WHERE a.company_id = e.company_id AND a.role = e.role)
       || ' on ' || e.day AS document, e.difference
FROM ended e WHERE e.difference <> 0
"""  # noqa: S608 - of constants

CHECKS = [
    Check(
        id="R01",
        name=_("Receivables are the ledger's, customer by customer"),
        meaning=_("The open items of each customer add up to their balance on the receivables account."),
        figures="""
            SELECT (SELECT count(*) FROM receivables_receivable WHERE open_amount <> 0) AS open_items,
                   (SELECT COALESCE(sum(base_open_amount), 0) FROM receivables_receivable) AS receivables,
                   COALESCE(sum(l.debit - l.credit), 0) AS ledger
            FROM ledger_account a JOIN ledger_journalline l ON l.account_id = a.id WHERE a.role = 'receivables'
        """,
        offenders="""
            SELECT 'customer ' || COALESCE(c.number, 'unknown') AS document,
                   COALESCE(s.open, 0) AS receivables, COALESCE(g.balance, 0) AS ledger
            FROM (SELECT company_id, customer_id AS party_id, sum(base_open_amount) AS open
                  FROM receivables_receivable GROUP BY company_id, customer_id) s
            FULL JOIN (SELECT a.company_id, l.party_id, sum(l.debit - l.credit) AS balance
                       FROM ledger_account a JOIN ledger_journalline l ON l.account_id = a.id
                       WHERE a.role = 'receivables' GROUP BY a.company_id, l.party_id) g
                USING (company_id, party_id)
            LEFT JOIN customers_customer c ON c.id = party_id
            WHERE COALESCE(s.open, 0) <> COALESCE(g.balance, 0)
        """,
    ),
    Check(
        id="R02",
        name=_("Unallocated payments are the ledger's, customer by customer"),
        meaning=_("What is left of each customer's payments is their balance on unallocated payments."),
        figures=PAYMENTS,
        offenders="""
            SELECT 'customer ' || COALESCE(c.number, 'unknown') AS document,
                   COALESCE(s.unallocated, 0) AS unallocated, COALESCE(g.balance, 0) AS ledger
            FROM (SELECT company_id, customer_id AS party_id, sum(base_unallocated) AS unallocated
                  FROM receivables_payment GROUP BY company_id, customer_id) s
            FULL JOIN (SELECT a.company_id, l.party_id, sum(l.credit - l.debit) AS balance
                       FROM ledger_account a JOIN ledger_journalline l ON l.account_id = a.id
                       WHERE a.role = 'unallocated_cash' GROUP BY a.company_id, l.party_id) g
                USING (company_id, party_id)
            LEFT JOIN customers_customer c ON c.id = party_id
            WHERE COALESCE(s.unallocated, 0) <> COALESCE(g.balance, 0)
        """,
    ),
    Check(
        id="R03",
        name=_("Open items are amounts less allocations"),
        meaning=_("What is open of each item, in both currencies, is what allocations in force left of it."),
        figures=ITEMS,
        offenders=OPEN_ITEMS,
    ),
    Check(
        id="R04",
        name=_("Payments are never spent twice"),
        meaning=_(
            "What is left of each payment, in both currencies, is what allocations in force left of it."
        ),
        figures=PAYMENTS,
        offenders="""
            SELECT 'payment ' || p.number AS document, p.amount, p.unallocated, t.amount AS allocated,
                   p.base_amount, p.base_unallocated, t.base AS base_allocated
            FROM receivables_payment p
            LEFT JOIN (SELECT payment_id, sum(amount) AS amount, sum(base_source_amount) AS base
                       FROM receivables_allocation WHERE reversed_on IS NULL GROUP BY payment_id) t
                ON t.payment_id = p.id
            WHERE CASE p.state WHEN 'reversed' THEN t.payment_id IS NOT NULL OR p.unallocated <> 0
                  ELSE p.unallocated <> p.amount - COALESCE(t.amount, 0)
                    OR p.base_unallocated <> p.base_amount - COALESCE(t.base, 0) END
        """,
    ),
    Check(
        id="R05",
        name=_("Money settles its own customer's invoices"),
        meaning=_(
            "An allocation joins an invoice with a payment or credit note of the same customer and currency."
        ),
        figures=ALLOCATIONS,
        offenders="""
            SELECT r.kind || ' ' || r.document_number AS document, a.amount,
                   COALESCE(p.number, n.document_number) AS settled_by, r.currency,
                   COALESCE(p.currency, n.currency) AS settled_in
            FROM receivables_allocation a
            JOIN receivables_receivable r ON r.id = a.receivable_id
            LEFT JOIN receivables_payment p ON p.id = a.payment_id
            LEFT JOIN receivables_receivable n ON n.id = a.credit_id
            WHERE a.amount <= 0 OR r.amount <= 0 OR num_nonnulls(p.id, n.id) <> 1 OR n.amount >= 0
               OR (r.customer_id, r.company_id, r.currency) IS DISTINCT FROM
                  (COALESCE(p.customer_id, n.customer_id), COALESCE(p.company_id, n.company_id),
                   COALESCE(p.currency, n.currency))
        """,
    ),
    Check(
        id="R06",
        name=_("Every document has its open item"),
        meaning=_("An issued document and its open item agree in number, customer, dates and amounts."),
        figures=ITEMS,
        offenders="""
            SELECT COALESCE(i.kind, r.kind) || ' ' || COALESCE(i.number, r.document_number) AS document,
                   i.gross, r.amount, i.base_gross, r.base_amount, i.due_on, r.due_on AS item_due_on
            FROM (SELECT *, CASE kind WHEN 'invoice' THEN 1 ELSE -1 END AS sign FROM invoicing_invoice
                  WHERE state = 'issued' AND gross <> 0) i
            FULL JOIN receivables_receivable r ON r.id = i.receivable_id
            WHERE (r.company_id, r.customer_id, r.kind, r.document_number, r.issued_on, r.due_on, r.currency,
                   r.amount, r.base_amount)
                  IS DISTINCT FROM
                  (i.company_id, i.customer_id, i.kind, i.number, i.issued_on, i.due_on, i.currency,
                   i.gross * i.sign, i.base_gross * i.sign)
        """,
    ),
    Check(
        id="R07",
        name=_("Nothing is paid in twice"),
        meaning=_("A provider's reference is in the books once."),
        figures="""
            SELECT count(provider_reference) AS with_reference, count(*) AS payments FROM receivables_payment
        """,
        offenders="""
            SELECT 'payment ' || min(number) AS document, provider, provider_reference, count(*) AS payments
            FROM receivables_payment WHERE provider_reference IS NOT NULL
            GROUP BY provider, provider_reference HAVING count(*) > 1
        """,
    ),
    Check(
        id="R08",
        name=_("Every payment is booked"),
        meaning=_(
            "A payment's entry credited its amount to the customer; a reversed one was taken out again."
        ),
        figures=PAYMENTS,
        offenders="""
            WITH booked AS (
                SELECT e.source, sum(l.credit - l.debit) AS base, -sum(l.amount) AS amount
                FROM ledger_account a JOIN ledger_journalline l ON l.account_id = a.id
                JOIN ledger_journalentry e ON e.id = l.entry_id
                WHERE a.role = 'unallocated_cash' GROUP BY e.source)
            SELECT 'payment ' || p.number AS document, p.state, p.amount, came.amount AS booked,
                   p.base_amount, came.base AS booked_base, went.base AS booked_back
            FROM receivables_payment p
            LEFT JOIN booked came ON came.source = 'payment/' || p.id || '/received'
            LEFT JOIN booked went ON went.source = 'payment/' || p.id || '/reversed'
            WHERE came.amount IS DISTINCT FROM p.amount OR came.base IS DISTINCT FROM p.base_amount
               OR CASE p.state WHEN 'reversed' THEN went.base IS DISTINCT FROM -p.base_amount
                  ELSE went.base IS NOT NULL END
        """,
    ),
    Check(
        id="R09",
        name=_("Exchange differences are booked"),
        meaning=_(
            "The gains and losses in the ledger are the differences of rates between money and invoice."
        ),
        figures="""
            SELECT count(*) AS allocations, COALESCE(sum(base_source_amount - base_amount), 0) AS gain
            FROM receivables_allocation WHERE reversed_on IS NULL AND base_source_amount <> base_amount
        """,
        offenders=EXCHANGE,
    ),
    Check(
        id="R10",
        name=_("Open items are the ledger's at the end of every day"),
        meaning=_(
            "What was open at the end of each of the last sixty days, and of days to come, was the balance of the"
            " control account."
        ),
        figures=f"""
            SELECT count(*) AS lines, COALESCE(sum(debit), 0) AS debit, COALESCE(sum(credit), 0) AS credit
            FROM ledger_account a JOIN ledger_journalline l ON l.account_id = a.id
            WHERE a.role IN ('receivables', 'unallocated_cash') AND l."on" >= {LATELY}
        """,  # noqa: S608 - of constants
        offenders=END_OF_DAYS,
    ),
]
