"""The issued documents: numbered, added up, taxed, booked, printed, and nothing billed twice or forgotten."""

from django.utils.translation import gettext_noop as _

from reporting.checks.base import Check

ISSUED = """
SELECT count(*) AS documents, count(*) FILTER (WHERE kind = 'invoice') AS invoices, max(number) AS last
FROM invoicing_invoice WHERE state = 'issued'
"""
LINES = "SELECT count(*) AS lines, sum(net) AS net FROM invoicing_invoiceline"
GROUPS = "SELECT count(*) AS groups, sum(base) AS base, sum(tax) AS tax FROM invoicing_invoicetax"

# What every issued document should have moved, and what its entry did move, by account role.
BOOKED = """
WITH issued AS (
    SELECT i.*, CASE i.kind WHEN 'invoice' THEN 1 ELSE -1 END AS sign FROM invoicing_invoice i
    WHERE i.state = 'issued' AND i.gross <> 0
), booked AS (
    SELECT l.entry_id,
           sum(l.debit - l.credit) FILTER (WHERE a.role = 'receivables') AS base,
           sum(l.amount) FILTER (WHERE a.role = 'receivables') AS gross,
           -sum(l.amount) FILTER (WHERE a.role = 'output_tax') AS tax
    FROM ledger_account a JOIN ledger_journalline l ON l.account_id = a.id
    WHERE a.role IN ('receivables', 'output_tax') GROUP BY l.entry_id
)
SELECT i.kind || ' ' || i.number AS document, i.base_gross * i.sign AS base_gross, b.base AS booked_base,
       i.gross * i.sign AS gross, b.gross AS booked_gross, i.tax * i.sign AS tax, b.tax AS booked_tax
FROM issued i LEFT JOIN booked b ON b.entry_id = i.entry_id
WHERE i.base_gross * i.sign IS DISTINCT FROM b.base OR i.gross * i.sign IS DISTINCT FROM b.gross
   OR i.tax * i.sign <> COALESCE(b.tax, 0)
"""

TAX_GROUPS = """
WITH lines AS (
    SELECT invoice_id, tax_code, tax_rate, tax_text, sum(net) AS base FROM invoicing_invoiceline
    GROUP BY invoice_id, tax_code, tax_rate, tax_text
), compared AS (
    SELECT COALESCE(t.invoice_id, l.invoice_id) AS invoice_id, COALESCE(t.code, l.tax_code) AS code,
           COALESCE(t.rate, l.tax_rate) AS rate, t.base, l.base AS sum_of_lines, t.tax
    FROM invoicing_invoicetax t
    FULL JOIN lines l ON l.invoice_id = t.invoice_id AND l.tax_code = t.code AND l.tax_rate = t.rate
        AND l.tax_text = t.legal_text
)
SELECT i.kind || ' ' || COALESCE(i.number, 'draft ' || i.id) AS document, c.code, c.rate, c.base,
       c.sum_of_lines, c.tax, round(c.base * c.rate * 0.01, minor.digits) AS tax_of_base
FROM compared c JOIN invoicing_invoice i ON i.id = c.invoice_id
JOIN minor ON minor.currency = i.currency
WHERE c.base IS DISTINCT FROM c.sum_of_lines OR c.tax IS DISTINCT FROM round(c.base * c.rate * 0.01, minor.digits)
"""

# Of each invoice with credit notes: what it billed, what they give back, and what rounding may add: a minor unit for
# each of their lines and tax groups. Then of each line how much was billed and given back.
CREDITED = """
WITH note AS (
    SELECT c.id, c.credits_id, c.gross, m.digits,
           (SELECT count(*) FROM invoicing_invoiceline l WHERE l.invoice_id = c.id)
           + (SELECT count(*) FROM invoicing_invoicetax t WHERE t.invoice_id = c.id) AS roundings
    FROM invoicing_invoice c JOIN minor m ON m.currency = c.currency WHERE c.credits_id IS NOT NULL
)
SELECT 'invoice ' || i.number AS document, i.gross, sum(n.gross) AS gross_credited,
       NULL::numeric AS quantity, NULL::numeric AS credited
FROM note n JOIN invoicing_invoice i ON i.id = n.credits_id
GROUP BY i.id, i.number, i.gross
HAVING sum(n.gross) > i.gross + sum(n.roundings * power(10::numeric, -n.digits))
UNION ALL
SELECT 'invoice ' || i.number || ' line ' || l.position, NULL, NULL, l.quantity, sum(c.quantity)
FROM invoicing_invoiceline c JOIN invoicing_invoiceline l ON l.id = c.credits_id
JOIN invoicing_invoice i ON i.id = l.invoice_id
WHERE c.credits_id IS NOT NULL
GROUP BY l.id, l.position, l.quantity, i.number
HAVING sum(c.quantity) > l.quantity
"""

CHECKS = [
    Check(
        id="I01",
        name=_("Invoice numbers have no gaps"),
        meaning=_(
            "In each year, invoices and credit notes count from one, and the counter stands at the last."
        ),
        figures=ISSUED,
        offenders="""
            SELECT kind || ' ' || number AS document, sequence, previous FROM (
                SELECT kind, number, sequence,
                       lag(sequence, 1, 0) OVER (PARTITION BY company_id, kind, year ORDER BY sequence) AS previous
                FROM invoicing_invoice WHERE sequence IS NOT NULL) numbered
            WHERE sequence <> previous + 1
            UNION ALL
            SELECT 'counter ' || c.kind || ' ' || c.year, c.last, COALESCE(t.last, 0)
            FROM kernel_documentcounter c
            LEFT JOIN (SELECT company_id, kind, year, max(sequence) AS last FROM invoicing_invoice
                       GROUP BY company_id, kind, year) t USING (company_id, kind, year)
            WHERE c.kind IN ('invoice', 'credit_note') AND c.last <> COALESCE(t.last, 0)
        """,
    ),
    Check(
        id="I02",
        name=_("Invoice numbers follow the dates"),
        meaning=_(
            "A later number never has an earlier date, and the year of the number is that of the date."
        ),
        figures=ISSUED,
        offenders="""
            SELECT kind || ' ' || number AS document, issued_on, previous_on, year FROM (
                SELECT kind, number, issued_on, year,
                       lag(issued_on) OVER (PARTITION BY company_id, kind, year ORDER BY sequence) AS previous_on
                FROM invoicing_invoice WHERE sequence IS NOT NULL) numbered
            WHERE issued_on < previous_on OR year <> extract(year FROM issued_on)
        """,
    ),
    Check(
        id="I03",
        name=_("Documents add up"),
        meaning=_("Net and tax are the sums of the tax groups, and gross is net plus tax."),
        figures="""
            SELECT count(*) AS documents, count(*) FILTER (WHERE state = 'draft') AS drafts FROM invoicing_invoice
        """,
        offenders="""
            SELECT i.kind || ' ' || COALESCE(i.number, 'draft ' || i.id) AS document, i.net, i.tax, i.gross,
                   g.base AS sum_of_bases, g.tax AS sum_of_taxes
            FROM invoicing_invoice i
            LEFT JOIN (SELECT invoice_id, sum(base) AS base, sum(tax) AS tax FROM invoicing_invoicetax
                       GROUP BY invoice_id) g ON g.invoice_id = i.id
            WHERE i.gross <> i.net + i.tax OR i.net <> COALESCE(g.base, 0) OR i.tax <> COALESCE(g.tax, 0)
        """,
    ),
    Check(
        id="I04",
        name=_("Tax groups are their lines at their rate"),
        meaning=_(
            "The base of each tax group is the sum of its lines; its tax is base times rate, rounded once."
        ),
        figures=GROUPS,
        offenders=TAX_GROUPS,
    ),
    Check(
        id="I05",
        name=_("Lines are quantity times price"),
        meaning=_(
            "The net of each line is quantity times price less discount, rounded once to the currency."
        ),
        figures=LINES,
        offenders="""
            SELECT i.kind || ' ' || COALESCE(i.number, 'draft ' || i.id) AS document, l.position, l.net,
                   round(l.quantity * l.unit_price * (100 - l.discount_percent) * 0.01, m.digits) AS should_be
            FROM invoicing_invoiceline l JOIN invoicing_invoice i ON i.id = l.invoice_id
            JOIN minor m ON m.currency = i.currency
            WHERE l.net <> round(l.quantity * l.unit_price * (100 - l.discount_percent) * 0.01, m.digits)
        """,
    ),
    Check(
        id="I06",
        name=_("What is billed is what left, once"),
        meaning=_("Each shipment line is on one invoice line at most, of the same order line and quantity."),
        figures="""
            SELECT count(*) AS lines, sum(quantity) AS quantity FROM invoicing_invoiceline
            WHERE shipment_line_id IS NOT NULL
        """,
        offenders="""
            SELECT 'shipment ' || s.number AS document, s.quantity, count(*) AS lines,
                   sum(l.quantity) AS billed
            FROM invoicing_invoiceline l
            JOIN (SELECT sl.id, h.number, sl.quantity, sl.order_line_id FROM fulfillment_shipmentline sl
                  JOIN fulfillment_shipment h ON h.id = sl.shipment_id) s ON s.id = l.shipment_line_id
            GROUP BY s.id, s.number, s.quantity, s.order_line_id
            HAVING count(*) > 1 OR sum(l.quantity) <> s.quantity
                OR bool_or(l.order_line_id IS DISTINCT FROM s.order_line_id)
        """,
    ),
    Check(
        id="I07",
        name=_("Everything shipped is billed"),
        meaning=_("What left before yesterday is on an invoice, if only a draft."),
        figures="""
            SELECT count(*) AS shipments, count(*) FILTER (WHERE state = 'delivered') AS delivered
            FROM fulfillment_shipment WHERE state IN ('posted', 'delivered')
        """,
        offenders="""
            SELECT 'shipment ' || s.number AS document, s.posted_on, count(*) AS lines_not_billed
            FROM fulfillment_shipment s
            JOIN kernel_company c ON c.id = s.company_id
            JOIN fulfillment_shipmentline sl ON sl.shipment_id = s.id
            LEFT JOIN invoicing_invoiceline l ON l.shipment_line_id = sl.id
            WHERE s.state IN ('posted', 'delivered') AND l.id IS NULL
              AND s.posted_on < (%(now)s::timestamptz AT TIME ZONE c.time_zone)::date - 1
            GROUP BY s.id, s.number, s.posted_on
        """,
    ),
    Check(
        id="I08",
        name=_("Every document is booked"),
        meaning=_(
            "The entry of an issued document moved receivables by its gross and output tax by its tax."
        ),
        figures="""
            SELECT count(*) AS documents, sum(base_gross) FILTER (WHERE kind = 'invoice') AS gross_invoiced,
                   sum(base_gross) FILTER (WHERE kind = 'credit_note') AS gross_credited
            FROM invoicing_invoice WHERE state = 'issued' AND gross <> 0
        """,
        offenders=BOOKED,
    ),
    Check(
        id="I09",
        name=_("Issued means numbered"),
        meaning=_("A draft has no number; an issued document has the number that its year and place give."),
        figures=ISSUED,
        offenders="""
            SELECT kind || ' ' || COALESCE(number, 'without number, id ' || id) AS document, state, year, sequence
            FROM invoicing_invoice
            WHERE (state = 'draft' AND (number IS NOT NULL OR sequence IS NOT NULL))
               OR (state = 'issued' AND number IS DISTINCT FROM
                   CASE kind WHEN 'invoice' THEN 'INV-' ELSE 'CN-' END || year || '-'
                   || lpad(sequence::text, greatest(6, length(sequence::text)), '0'))
        """,
    ),
    Check(
        id="I10",
        name=_("Every document is printed"),
        meaning=_("A document has its PDF within fifteen minutes of being issued."),
        figures="""
            SELECT count(*) AS documents,
                   count(*) - (SELECT count(*) FROM invoicing_printedinvoice) AS not_printed
            FROM invoicing_invoice WHERE state = 'issued'
        """,
        offenders="""
            SELECT i.kind || ' ' || i.number AS document, i.issued_on, min(e.at) AS issued_at
            FROM invoicing_invoice i
            LEFT JOIN invoicing_printedinvoice p ON p.invoice_id = i.id
            LEFT JOIN kernel_event e ON e.document_type = 'invoice' AND e.document_id = i.id
                AND e.kind = 'invoice.issued'
            WHERE i.state = 'issued' AND p.id IS NULL
            GROUP BY i.id, i.kind, i.number, i.issued_on
            HAVING COALESCE(min(e.at), i.issued_on) < %(now)s::timestamptz - interval '15 minutes'
        """,
    ),
    Check(
        id="I11",
        name=_("Printed documents are unchanged"),
        meaning=_("The SHA-256 kept with each PDF is that of its bytes."),
        figures="""
            SELECT count(*) AS read, (SELECT count(*) FROM invoicing_printedinvoice) AS documents,
                   COALESCE(sum(octet_length(content)), 0) AS bytes FROM pdf_tonight
        """,
        offenders="""
            SELECT i.kind || ' ' || i.number AS document, p.sha256, encode(sha256(p.content), 'hex') AS computed
            FROM pdf_tonight p JOIN invoicing_invoice i ON i.id = p.invoice_id
            WHERE encode(sha256(p.content), 'hex') <> p.sha256
        """,
    ),
    Check(
        id="I12",
        name=_("No invoice is credited beyond what it billed"),
        meaning=_(
            "Credit notes, issued and drafted, give back no more of an invoice or of a line of it than was billed."
        ),
        figures="""
            SELECT count(*) AS documents, COALESCE(sum(base_gross), 0) AS gross_credited FROM invoicing_invoice
            WHERE credits_id IS NOT NULL
        """,
        offenders=CREDITED,
    ),
]
