"""Orders against what came of them: shipped, invoiced, settled, and the credit they hold."""

from django.utils.translation import gettext_noop as _

from reporting.checks.base import Check

ORDERS = """
SELECT count(*) AS orders, count(*) FILTER (WHERE state = 'confirmed') AS confirmed,
       count(*) FILTER (WHERE state = 'closed') AS closed FROM orders_order
"""
LINES = """
SELECT count(*) AS lines, sum(ordered) AS ordered, sum(shipped) AS shipped, sum(invoiced) AS invoiced
FROM orders_orderline
"""

TOTALS = """
WITH line AS (
    SELECT l.order_id, l.tax_code, l.tax_rate, l.tax_text, m.digits, l.net,
           CASE WHEN o.state = 'cancelled' THEN l.net ELSE
               round((l.ordered - l.cancelled) * l.unit_price * (100 - l.discount_percent) * 0.01, m.digits)
           END AS should_be
    FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id JOIN minor m ON m.currency = o.currency
), tax AS (
    SELECT order_id, sum(net) AS net, round(sum(net) * tax_rate * 0.01, digits) AS tax,
           bool_or(net <> should_be) AS wrong_line
    FROM line GROUP BY order_id, tax_code, tax_rate, tax_text, digits
), total AS (
    SELECT order_id, sum(net) AS net, sum(tax) AS tax, bool_or(wrong_line) AS wrong_line FROM tax
    GROUP BY order_id
)
SELECT 'order ' || o.number AS document, o.net, t.net AS sum_of_lines, o.tax, t.tax AS tax_of_lines, o.gross
FROM orders_order o LEFT JOIN total t ON t.order_id = o.id
WHERE o.net IS DISTINCT FROM t.net OR o.tax IS DISTINCT FROM t.tax OR o.gross <> o.net + o.tax OR t.wrong_line
"""

# Ordered, neither cancelled nor invoiced, gross: line nets rounded, tax rounded once per group.
COMMITMENTS = """
WITH line AS (
    SELECT l.order_id, l.tax_code, l.tax_rate, l.tax_text, m.digits,
           round((l.ordered - l.cancelled - l.invoiced) * l.unit_price * (100 - l.discount_percent) * 0.01,
                 m.digits) AS net
    FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id
    JOIN minor m ON m.currency = o.currency
    WHERE o.state = 'confirmed' AND l.ordered > l.cancelled + l.invoiced
), tax AS (
    SELECT order_id, sum(net) + round(sum(net) * tax_rate * 0.01, digits) AS gross FROM line
    GROUP BY order_id, tax_code, tax_rate, tax_text, digits
), due AS (
    SELECT o.number AS reference, o.customer_id, sum(tax.gross) AS gross
    FROM tax JOIN orders_order o ON o.id = tax.order_id GROUP BY o.number, o.customer_id
), held AS (
    SELECT c.reference, a.customer_id, c.amount FROM credit_commitment c
    JOIN credit_creditaccount a ON a.id = c.account_id WHERE c.amount <> 0
)
SELECT 'order ' || reference AS document, COALESCE(due.gross, 0) AS not_invoiced,
       COALESCE(held.amount, 0) AS committed
FROM due FULL JOIN held USING (reference, customer_id)
WHERE COALESCE(due.gross, 0) <> COALESCE(held.amount, 0)
"""

CHECKS = [
    Check(
        id="O01",
        name=_("Shipped is what left"),
        meaning=_("The shipped quantity of each order line is the sum over its shipments that left."),
        figures=LINES,
        offenders="""
            SELECT 'order ' || o.number || ' line ' || l.position AS document, l.shipped,
                   COALESCE(s.quantity, 0) AS left_with_shipments, l.ordered, l.cancelled
            FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
            LEFT JOIN (SELECT sl.order_line_id, sum(sl.quantity) AS quantity FROM fulfillment_shipmentline sl
                       JOIN fulfillment_shipment s ON s.id = sl.shipment_id
                       WHERE s.state IN ('posted', 'delivered') GROUP BY sl.order_line_id) s
                ON s.order_line_id = l.id
            WHERE l.shipped <> COALESCE(s.quantity, 0)
        """,
    ),
    Check(
        id="O02",
        name=_("Invoiced is what was billed"),
        meaning=_("The invoiced quantity of each order line is the sum over its issued invoices."),
        figures=LINES,
        offenders="""
            SELECT 'order ' || o.number || ' line ' || l.position AS document, l.invoiced,
                   COALESCE(i.quantity, 0) AS on_invoices
            FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
            LEFT JOIN (SELECT il.order_line_id, sum(il.quantity) AS quantity FROM invoicing_invoiceline il
                       JOIN invoicing_invoice i ON i.id = il.invoice_id
                       WHERE i.state = 'issued' AND i.kind = 'invoice' GROUP BY il.order_line_id) i
                ON i.order_line_id = l.id
            WHERE l.invoiced <> COALESCE(i.quantity, 0)
        """,
    ),
    Check(
        id="O03",
        name=_("Orders add up"),
        meaning=_("Net, tax and gross of each order are those of what stands; tax is rounded once per rate."),
        figures=ORDERS,
        offenders=TOTALS,
    ),
    Check(
        id="O04",
        name=_("Orders know their open invoices"),
        meaning=_("An order's number of open invoices and first due date are those of its open items."),
        figures="""
            SELECT count(*) AS orders, COALESCE(sum(open_invoices), 0) AS open_invoices FROM orders_order
            WHERE open_invoices > 0
        """,
        offenders="""
            SELECT 'order ' || o.number AS document, o.open_invoices, COALESCE(i.open, 0) AS open_items,
                   o.due_on, i.due_on AS first_due_on
            FROM (SELECT i.order_id, count(*) AS open, min(i.due_on) AS due_on FROM receivables_receivable r
                  JOIN invoicing_invoice i ON i.receivable_id = r.id
                  WHERE r.open_amount > 0 AND i.order_id IS NOT NULL GROUP BY i.order_id) i
            FULL JOIN (SELECT id FROM orders_order WHERE open_invoices > 0) known ON known.id = i.order_id
            JOIN orders_order o ON o.id = COALESCE(known.id, i.order_id)
            WHERE (o.open_invoices <> COALESCE(i.open, 0) OR o.due_on IS DISTINCT FROM i.due_on)
              AND o.id NOT IN (SELECT order_id FROM order_underway)
        """,
    ),
    Check(
        id="O05",
        name=_("Finished orders hold no stock"),
        meaning=_("No line of a closed or cancelled order has anything reserved."),
        figures="""
            SELECT count(*) AS orders, count(*) FILTER (WHERE state = 'cancelled') AS cancelled FROM orders_order
            WHERE state IN ('closed', 'cancelled')
        """,
        offenders="""
            SELECT 'order ' || o.number AS document, o.state, sum(l.reserved) AS reserved
            FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
            WHERE o.state IN ('closed', 'cancelled') AND l.reserved > 0 GROUP BY o.id, o.number, o.state
        """,
    ),
    Check(
        id="O06",
        name=_("Committed credit is what is not invoiced"),
        meaning=_(
            "Each confirmed order holds credit for what is not invoiced yet, no other order holds any."
        ),
        figures="""
            SELECT count(*) AS commitments, COALESCE(sum(amount), 0) AS committed FROM credit_commitment
            WHERE amount <> 0
        """,
        offenders=COMMITMENTS,
    ),
    Check(
        id="O07",
        name=_("No order went past credit"),
        meaning=_("Every confirmed order has a credit decision within the limit, or a person's release."),
        figures="""
            SELECT count(*) AS decisions, count(*) FILTER (WHERE approved) AS approved FROM credit_decision
        """,
        offenders="""
            SELECT 'order ' || o.number AS document, o.state, o.gross FROM orders_order o
            LEFT JOIN (SELECT DISTINCT reference FROM credit_decision
                       WHERE approved AND exposure + requested <= "limit") d ON d.reference = o.number
            LEFT JOIN (SELECT DISTINCT document_id FROM kernel_event
                       WHERE document_type = 'order' AND kind = 'order.released') e ON e.document_id = o.id
            WHERE o.state IN ('confirmed', 'closed') AND d.reference IS NULL AND e.document_id IS NULL
        """,
    ),
    Check(
        id="O08",
        name=_("Shipments in work are covered"),
        meaning=_("What is planned or being picked is reserved for the order, or a service it still wants."),
        figures="""
            SELECT count(*) AS shipments FROM fulfillment_shipment WHERE state IN ('planned', 'picking', 'packed')
        """,
        offenders="""
            SELECT 'order ' || o.number || ' line ' || l.position AS document, o.state, l.reserved,
                   w.quantity AS in_work
            FROM (SELECT sl.order_line_id, sum(sl.quantity) AS quantity FROM fulfillment_shipment s
                  JOIN fulfillment_shipmentline sl ON sl.shipment_id = s.id
                  WHERE s.state IN ('planned', 'picking', 'packed') GROUP BY sl.order_line_id) w
            JOIN orders_orderline l ON l.id = w.order_line_id
            JOIN orders_order o ON o.id = l.order_id
            WHERE w.quantity > CASE WHEN l.is_stocked THEN l.reserved ELSE l.ordered - l.cancelled - l.shipped END
              AND o.id NOT IN (SELECT order_id FROM order_underway)
        """,
    ),
    Check(
        id="O09",
        name=_("Closed means done, and done means closed"),
        meaning=_("An order is closed when, and only when, it is shipped, invoiced and settled."),
        figures=ORDERS,
        offenders="""
            SELECT 'order ' || o.number AS document, o.state, o.open_invoices, l.to_ship, l.to_invoice
            FROM orders_order o
            JOIN (SELECT order_id, sum(ordered - cancelled - shipped) AS to_ship,
                         sum(shipped - invoiced) AS to_invoice
                  FROM orders_orderline GROUP BY order_id) l ON l.order_id = o.id
            WHERE o.state IN ('confirmed', 'closed')
              AND (o.state = 'closed') <> (l.to_ship = 0 AND l.to_invoice = 0 AND o.open_invoices = 0)
              AND o.id NOT IN (SELECT order_id FROM order_underway)
        """,
    ),
    Check(
        id="O10",
        name=_("Four eyes released every held order"),
        meaning=_("Nobody released an order that they had entered themselves."),
        figures="""
            SELECT count(*) AS releases FROM kernel_event
            WHERE document_type = 'order' AND kind = 'order.released'
        """,
        offenders="""
            SELECT 'order ' || o.number AS document, u.username AS released_by, e.at FROM kernel_event e
            JOIN orders_order o ON o.id = e.document_id AND o.created_by_id = e.actor_id
            JOIN kernel_user u ON u.id = e.actor_id
            WHERE e.document_type = 'order' AND e.kind = 'order.released'
        """,
    ),
    Check(
        id="O11",
        name=_("Returned is what came back"),
        meaning=_(
            "The returned quantity of each order line is what its returns received, and never more than left."
        ),
        figures="SELECT count(*) AS lines, sum(returned) AS returned FROM orders_orderline WHERE returned > 0",
        offenders="""
            SELECT 'order ' || o.number || ' line ' || l.position AS document, l.shipped, l.returned,
                   COALESCE(r.received, 0) AS received
            FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
            LEFT JOIN (SELECT sl.order_line_id, sum(rl.received) AS received FROM fulfillment_returnline rl
                       JOIN fulfillment_shipmentline sl ON sl.id = rl.shipment_line_id GROUP BY sl.order_line_id) r
                ON r.order_line_id = l.id
            WHERE l.returned <> COALESCE(r.received, 0) OR l.returned > l.shipped
        """,
    ),
    Check(
        id="O12",
        name=_("Nothing comes back twice"),
        meaning=_(
            "Each shipment line knows how much of it is in returns; it is never more than left with it."
        ),
        figures="""
            SELECT count(*) AS lines, sum(authorised) AS authorised, sum(received) AS received,
                   sum(credited) AS credited FROM fulfillment_returnline
        """,
        offenders="""
            SELECT 'shipment ' || s.number AS document, sl.quantity, sl.in_returns, COALESCE(r.quantity, 0) AS returns
            FROM fulfillment_shipmentline sl JOIN fulfillment_shipment s ON s.id = sl.shipment_id
            LEFT JOIN (SELECT rl.shipment_line_id, sum(CASE r.state WHEN 'authorised' THEN rl.authorised
                              WHEN 'cancelled' THEN 0 ELSE rl.received END) AS quantity
                       FROM fulfillment_returnline rl JOIN fulfillment_return r ON r.id = rl.returned_id
                       GROUP BY rl.shipment_line_id) r ON r.shipment_line_id = sl.id
            WHERE sl.in_returns <> COALESCE(r.quantity, 0) OR sl.in_returns > sl.quantity
        """,
    ),
    Check(
        id="O13",
        name=_("Access is granted for what is digital"),
        meaning=_("Each line of a digital shipment that was posted has its key, and nothing else has one."),
        figures="""
            SELECT count(*) AS entitlements, count(revoked_on) AS revoked FROM fulfillment_entitlement
        """,
        offenders="""
            SELECT 'shipment ' || s.number AS document, s.kind, s.state, e.id AS entitlement
            FROM fulfillment_shipment s JOIN fulfillment_shipmentline sl ON sl.shipment_id = s.id
            LEFT JOIN fulfillment_entitlement e ON e.shipment_line_id = sl.id
            WHERE (s.kind = 'digital' AND s.state IN ('posted', 'delivered')) <> (e.id IS NOT NULL)
        """,
    ),
]
