"""The sweep: after every race and fault, each of these questions must have no answer.

Two judges, on purpose apart: the questions here, written by hand against the tables, and the application's
own proof of the books (`reporting.checks`). A race that fools one must not fool the other as well.
"""

from datetime import UTC, datetime, time

from o2c.kernel.db import fetch_all
from reporting.checks import run_checks
from tests.world import TODAY

NOON = datetime.combine(TODAY, time(12), tzinfo=UTC)

INVARIANTS = {
    "every entry balances": """
        SELECT entry_id FROM ledger_journalline GROUP BY 1 HAVING sum(debit) <> sum(credit)""",
    "every entry balances in each document currency": """
        SELECT entry_id FROM ledger_journalline GROUP BY entry_id, currency HAVING sum(amount) <> 0""",
    "every entry has two lines": """
        SELECT e.id FROM ledger_journalentry e LEFT JOIN ledger_journalline l ON l.entry_id = e.id
        GROUP BY e.id HAVING count(l.id) < 2""",
    "every line has its entry's date": """
        SELECT l.id FROM ledger_journalline l
        JOIN ledger_journalentry e ON e.id = l.entry_id WHERE e."on" <> l."on" """,
    "an entry is dated in its period": """
        SELECT e.id FROM ledger_journalentry e JOIN ledger_period p ON p.id = e.period_id
        WHERE NOT e."on" BETWEEN p.starts_on AND p.ends_on""",
    "journal numbers have no gap": """
        SELECT company_id FROM ledger_journalentry WHERE number IS NOT NULL
        GROUP BY 1 HAVING count(*) <> max(number) OR min(number) <> 1""",
    "receivables are the control account, by customer": """
        SELECT coalesce(g.party_id, s.customer_id), g.balance, s.balance
        FROM (SELECT l.party_id, sum(l.debit - l.credit) AS balance FROM ledger_journalline l
              JOIN ledger_account a ON a.id = l.account_id AND a.role = 'receivables' GROUP BY 1) g
        FULL JOIN (SELECT customer_id, sum(base_open_amount) AS balance FROM receivables_receivable GROUP BY 1) s
          ON s.customer_id = g.party_id
        WHERE coalesce(g.balance, 0) <> coalesce(s.balance, 0)""",
    "unallocated cash is the control account, by customer": """
        SELECT coalesce(g.party_id, s.customer_id), g.balance, s.balance
        FROM (SELECT l.party_id, sum(l.credit - l.debit) AS balance FROM ledger_journalline l
              JOIN ledger_account a ON a.id = l.account_id AND a.role = 'unallocated_cash' GROUP BY 1) g
        FULL JOIN (SELECT customer_id, sum(base_unallocated) AS balance FROM receivables_payment GROUP BY 1) s
          ON s.customer_id = g.party_id
        WHERE coalesce(g.balance, 0) <> coalesce(s.balance, 0)""",
    "stock in the house is stock in the books": """
        SELECT g.balance, s.balance
        FROM (SELECT coalesce(sum(l.debit - l.credit), 0) AS balance FROM ledger_journalline l
              JOIN ledger_account a ON a.id = l.account_id AND a.role = 'stock') g,
             (SELECT coalesce(sum(value), 0) AS balance FROM (
                 SELECT value FROM inventory_stocklevel UNION ALL
                 SELECT l.value FROM inventory_transferline l JOIN inventory_transfer t ON t.id = l.transfer_id
                 WHERE t.state = 'sent') worth) s
        WHERE g.balance <> s.balance""",
    "on hand is the sum of the moves": """
        SELECT s.id, s.on_hand, sum(m.quantity) FROM inventory_stocklevel s
        LEFT JOIN inventory_stockmove m ON m.level_id = s.id GROUP BY s.id
        HAVING s.on_hand <> coalesce(sum(m.quantity), 0) OR s.value <> coalesce(sum(m.value), 0)""",
    "reserved is the sum of the reservations": """
        SELECT s.id, s.reserved, sum(r.quantity) FROM inventory_stocklevel s
        LEFT JOIN inventory_reservation r ON r.level_id = s.id GROUP BY s.id
        HAVING s.reserved <> coalesce(sum(r.quantity), 0)""",
    "an order line has reserved what stock has reserved for it": """
        SELECT l.id, l.reserved, sum(r.quantity) FROM orders_orderline l
        LEFT JOIN inventory_reservation r ON r.demand = 'order-line/' || l.id GROUP BY l.id
        HAVING l.reserved <> coalesce(sum(r.quantity), 0)""",
    "a cart keeps stock while it is held and no longer": """
        SELECT r.demand, c.state FROM inventory_reservation r LEFT JOIN inventory_carthold c
          ON 'cart/' || c.id = r.demand
        WHERE r.demand LIKE 'cart/%%' AND r.quantity <> 0 AND c.state IS DISTINCT FROM 'held'""",
    "an order line has shipped what its shipments took": """
        SELECT l.id, l.shipped FROM orders_orderline l
        LEFT JOIN (fulfillment_shipmentline sl JOIN fulfillment_shipment s
                   ON s.id = sl.shipment_id AND s.state IN ('posted', 'delivered')) ON sl.order_line_id = l.id
        GROUP BY l.id HAVING l.shipped <> coalesce(sum(sl.quantity), 0)""",
    "an order line has invoiced what its invoices bill": """
        SELECT l.id, l.invoiced FROM orders_orderline l
        LEFT JOIN (invoicing_invoiceline il JOIN invoicing_invoice i
                   ON i.id = il.invoice_id AND i.state = 'issued' AND i.kind = 'invoice') ON il.order_line_id = l.id
        GROUP BY l.id HAVING l.invoiced <> coalesce(sum(il.quantity), 0)""",
    "nothing is in work beyond what is reserved": """
        SELECT l.id FROM orders_orderline l JOIN fulfillment_shipmentline sl ON sl.order_line_id = l.id
        JOIN fulfillment_shipment s ON s.id = sl.shipment_id AND s.state IN ('planned', 'picking', 'packed')
        JOIN orders_order o ON o.id = l.order_id AND o.state = 'confirmed'
        WHERE l.is_stocked GROUP BY l.id HAVING sum(sl.quantity) > l.reserved + l.cancelled""",
    "a finished order holds no stock and no credit": """
        SELECT o.id FROM orders_order o WHERE o.state IN ('cancelled', 'closed')
        AND (EXISTS (SELECT FROM orders_orderline l WHERE l.order_id = o.id AND l.reserved > 0)
             OR EXISTS (SELECT FROM credit_commitment c WHERE c.reference = o.number AND c.amount > 0))""",
    "what waits to be decided holds no stock and no credit": """
        SELECT o.id FROM orders_order o WHERE o.state IN ('draft', 'submitted', 'on_hold')
        AND (EXISTS (SELECT FROM orders_orderline l WHERE l.order_id = o.id AND l.reserved > 0)
             OR EXISTS (SELECT FROM credit_commitment c WHERE c.reference = o.number AND c.amount > 0))""",
    "document numbers have no gap": """
        SELECT i.company_id, i.kind, i.year FROM invoicing_invoice i WHERE i.sequence IS NOT NULL
        GROUP BY 1, 2, 3 HAVING count(*) <> max(i.sequence) OR min(i.sequence) <> 1
        OR max(i.sequence) <> (SELECT c.last FROM kernel_documentcounter c
                               WHERE c.company_id = i.company_id AND c.kind = i.kind AND c.year = i.year)""",
    "document numbers follow the dates": """
        SELECT id FROM (
            SELECT id, issued_on, lag(issued_on) OVER (PARTITION BY company_id, kind, year ORDER BY sequence) AS before
            FROM invoicing_invoice WHERE sequence IS NOT NULL) x WHERE before > issued_on""",
    "an invoice is the sum of its lines and taxes": """
        SELECT i.id FROM invoicing_invoice i
        WHERE i.net <> (SELECT coalesce(sum(net), 0) FROM invoicing_invoiceline WHERE invoice_id = i.id)
           OR i.tax <> (SELECT coalesce(sum(tax), 0) FROM invoicing_invoicetax WHERE invoice_id = i.id)""",
    "an issued document has its entry and its open item": """
        SELECT i.id FROM invoicing_invoice i LEFT JOIN receivables_receivable r ON r.id = i.receivable_id
        LEFT JOIN ledger_journalentry e ON e.id = i.entry_id AND e.source = 'invoice/' || i.id || '/issued'
        WHERE i.state = 'issued' AND i.gross <> 0
        AND (e.id IS NULL OR abs(r.amount) IS DISTINCT FROM i.gross OR r.document_number <> i.number)""",
    "a shipped line is billed at most once": """
        SELECT shipment_line_id FROM invoicing_invoiceline WHERE shipment_line_id IS NOT NULL
        GROUP BY 1 HAVING count(*) > 1""",
    "the open amount is the amount less what settles it": """
        SELECT r.id, r.open_amount FROM receivables_receivable r
        LEFT JOIN receivables_allocation a ON a.reversed_on IS NULL AND r.id IN (a.receivable_id, a.credit_id)
        GROUP BY r.id HAVING r.open_amount <> r.amount - coalesce(
            sum(CASE WHEN a.receivable_id = r.id THEN a.amount ELSE -a.amount END), 0)""",
    "a payment has left what it has not settled": """
        SELECT p.id, p.unallocated FROM receivables_payment p
        LEFT JOIN receivables_allocation a ON a.payment_id = p.id AND a.reversed_on IS NULL
        WHERE p.state = 'received' GROUP BY p.id HAVING p.unallocated <> p.amount - coalesce(sum(a.amount), 0)""",
    "money settles its own customer's items": """
        SELECT a.id FROM receivables_allocation a JOIN receivables_receivable r ON r.id = a.receivable_id
        LEFT JOIN receivables_payment p ON p.id = a.payment_id LEFT JOIN receivables_receivable c ON c.id = a.credit_id
        WHERE coalesce(p.customer_id, c.customer_id) <> r.customer_id""",
    "a delivery is handled or owed, once per handler": """
        SELECT event_id, handler FROM kernel_eventdelivery GROUP BY 1, 2 HAVING count(*) > 1""",
}


def violations() -> dict[str, list[tuple[object, ...]]]:
    """The invariants that do not hold, each with the rows that break it."""
    found = {name: fetch_all(sql, []) for name, sql in INVARIANTS.items()}
    return {name: rows for name, rows in found.items() if rows}


def failed_checks() -> list[str]:
    """What the application's own proof of the books finds. At noon of the tests' day nothing is late yet."""
    return [f"{result.name}: {result.first_offender}" for result in run_checks(now=NOON).failed]


def assert_books_hold() -> None:
    """Fail, naming the invariant and its rows, when one does not hold."""
    found = violations()
    assert not found, found
    failed = failed_checks()
    assert not failed, failed
