"""Goods: levels against their moves, reservations and the stock account."""

from django.utils.translation import gettext_noop as _

from reporting.checks.base import Check

LEVELS = """
SELECT count(*) AS levels, COALESCE(sum(on_hand), 0) AS on_hand, COALESCE(sum(reserved), 0) AS reserved,
       COALESCE(sum(value), 0) AS value FROM inventory_stocklevel
"""

# In the house (moves), on the documents (lines) and in the books (entry), for each shipment that left.
SHIPMENTS = """
WITH lines AS (
    SELECT s.id, s.number, COALESCE(sum(sl.cost), 0) AS cost, bool_or(sl.cost IS NULL) AS not_costed,
           COALESCE(sum(sl.quantity) FILTER (WHERE ol.is_stocked), 0) AS quantity
    FROM fulfillment_shipment s
    JOIN fulfillment_shipmentline sl ON sl.shipment_id = s.id
    JOIN orders_orderline ol ON ol.id = sl.order_line_id
    WHERE s.state IN ('posted', 'delivered') GROUP BY s.id, s.number
), moves AS (
    SELECT source, -sum(quantity) AS quantity, -sum(value) AS value FROM inventory_stockmove
    WHERE kind = 'issue' GROUP BY source
), booked AS (
    SELECT e.source, sum(l.credit - l.debit) AS value
    FROM ledger_account a JOIN ledger_journalline l ON l.account_id = a.id
    JOIN ledger_journalentry e ON e.id = l.entry_id
    WHERE a.role = 'stock' AND e.source LIKE 'shipment/%%/posted' GROUP BY e.source
)
SELECT 'shipment ' || lines.number AS document, lines.quantity, moves.quantity AS moved, lines.cost,
       moves.value, booked.value AS booked
FROM lines
LEFT JOIN moves ON moves.source = 'shipment/' || lines.id
LEFT JOIN booked ON booked.source = 'shipment/' || lines.id || '/posted'
WHERE lines.not_costed OR lines.quantity <> COALESCE(moves.quantity, 0)
   OR lines.cost <> COALESCE(moves.value, 0) OR lines.cost <> COALESCE(booked.value, 0)
"""

# What else moved stock, by the source of its entry. An entry is for one product, or for a whole count sheet.
OTHER_MOVES = """
WITH move AS (
    SELECT m.kind || '/' || w.code || '/' || m.source AS source, v.product_id, p.sku, m.quantity, m.value
    FROM inventory_stockmove m JOIN inventory_stocklevel v ON v.id = m.level_id
    JOIN inventory_warehouse w ON w.id = v.warehouse_id
    JOIN catalog_product p ON p.id = v.product_id WHERE m.kind IN ('receipt', 'count', 'scrap')
), booked AS (
    SELECT e.source, sum(l.debit - l.credit) AS value
    FROM ledger_account a JOIN ledger_journalline l ON l.account_id = a.id
    JOIN ledger_journalentry e ON e.id = l.entry_id
    WHERE a.role = 'stock' GROUP BY e.source
), moves AS (
    SELECT COALESCE(alone.source, move.source) AS source, min(move.sku) AS sku, sum(move.quantity) AS quantity,
           sum(move.value) AS value
    FROM move LEFT JOIN booked alone ON alone.source = move.source || '/' || move.product_id GROUP BY 1
)
SELECT 'stock move ' || moves.source AS document, moves.sku, moves.quantity, moves.value, booked.value AS booked
FROM moves LEFT JOIN booked ON booked.source = moves.source
WHERE moves.value <> COALESCE(booked.value, 0)
"""

# On the documents (lines), in the house (moves) and in the books (entry), for each return that was inspected.
RETURNS = """
WITH lines AS (
    SELECT r.id, r.number, sum(rl.restocked) AS quantity, sum(rl.cost) AS cost, bool_or(rl.cost IS NULL) AS not_valued,
           bool_or(ol.is_stocked AND rl.restocked + rl.scrapped <> rl.received) AS not_decided
    FROM fulfillment_return r
    JOIN fulfillment_returnline rl ON rl.returned_id = r.id
    JOIN fulfillment_shipmentline sl ON sl.id = rl.shipment_line_id
    JOIN orders_orderline ol ON ol.id = sl.order_line_id
    WHERE r.state = 'inspected' GROUP BY r.id, r.number
), moves AS (
    SELECT source, sum(quantity) AS quantity, sum(value) AS value FROM inventory_stockmove
    WHERE kind = 'return' GROUP BY source
), booked AS (
    SELECT e.source, sum(l.debit - l.credit) AS value
    FROM ledger_account a JOIN ledger_journalline l ON l.account_id = a.id
    JOIN ledger_journalentry e ON e.id = l.entry_id
    WHERE a.role = 'stock' AND e.source LIKE 'return/%%/inspected' GROUP BY e.source
)
SELECT COALESCE('return ' || lines.number, 'stock move ' || moves.source) AS document, lines.quantity,
       moves.quantity AS moved, lines.cost, moves.value, booked.value AS booked
FROM lines
FULL JOIN moves ON moves.source = 'return/' || lines.id
LEFT JOIN booked ON booked.source = 'return/' || lines.id || '/inspected'
WHERE lines.id IS NULL OR lines.not_valued OR lines.not_decided OR lines.quantity <> COALESCE(moves.quantity, 0)
   OR lines.cost <> COALESCE(moves.value, 0) OR lines.cost <> COALESCE(booked.value, 0)
"""

# Out of one house, on the transfer's lines, into the other, and in the books what was lost between.
TRANSFERS = """
WITH lines AS (
    SELECT t.id, t.number, t.state, sum(l.quantity) AS quantity, sum(l.value) AS value,
           sum(l.received) AS received, count(*) FILTER (WHERE l.received IS NULL) AS awaited
    FROM inventory_transfer t JOIN inventory_transferline l ON l.transfer_id = t.id GROUP BY t.id
), moves AS (
    SELECT source, COALESCE(-sum(quantity) FILTER (WHERE quantity < 0), 0) AS sent,
           COALESCE(-sum(value) FILTER (WHERE quantity < 0), 0) AS value_sent,
           COALESCE(sum(quantity) FILTER (WHERE quantity > 0), 0) AS arrived,
           COALESCE(sum(value) FILTER (WHERE quantity > 0), 0) AS value_arrived
    FROM inventory_stockmove WHERE kind = 'transfer' GROUP BY source
), booked AS (
    SELECT e.source, sum(l.credit - l.debit) AS lost
    FROM ledger_account a JOIN ledger_journalline l ON l.account_id = a.id
    JOIN ledger_journalentry e ON e.id = l.entry_id
    WHERE a.role = 'stock' AND e.source LIKE 'transfer/%%/received' GROUP BY e.source
)
SELECT 'transfer ' || lines.number AS document, lines.quantity, moves.sent, lines.value, moves.value_sent,
       lines.received, moves.arrived, moves.value_arrived, booked.lost
FROM lines LEFT JOIN moves ON moves.source = 'transfer/' || lines.id
LEFT JOIN booked ON booked.source = 'transfer/' || lines.id || '/received'
WHERE moves.source IS NULL OR lines.quantity <> moves.sent OR lines.value <> moves.value_sent
   OR COALESCE(lines.received, 0) <> moves.arrived
   OR COALESCE(booked.lost, 0)
      <> CASE lines.state WHEN 'received' THEN lines.value - moves.value_arrived ELSE moves.value_arrived END
   OR (lines.state = 'received') <> (lines.awaited = 0)
"""

# A cart is held, and what pickers missed is of the product that its key names.
KEPT = """
SELECT 'demand ' || r.demand AS document, p.sku, r.quantity, c.state AS cart
FROM inventory_reservation r JOIN inventory_stocklevel v ON v.id = r.level_id
JOIN catalog_product p ON p.id = v.product_id
LEFT JOIN inventory_carthold c ON r.demand = 'cart/' || c.id AND c.warehouse_id = v.warehouse_id
WHERE r.quantity > 0 AND (
    (r.demand LIKE 'cart/%%' AND c.state IS DISTINCT FROM 'held')
    OR (r.demand LIKE 'recount/%%' AND r.demand <> 'recount/' || v.product_id))
"""

CHECKS = [
    Check(
        id="S01",
        name=_("Nothing is oversold"),
        meaning=_("No level promises more than it has, and nothing on hand is worth nothing."),
        figures=LEVELS,
        offenders="""
            SELECT 'product ' || p.sku || ' in ' || w.code AS document, v.on_hand, v.reserved, v.value
            FROM inventory_stocklevel v JOIN catalog_product p ON p.id = v.product_id
            JOIN inventory_warehouse w ON w.id = v.warehouse_id
            WHERE v.reserved < 0 OR v.reserved > v.on_hand OR v.value < 0 OR (v.on_hand = 0 AND v.value <> 0)
        """,
    ),
    Check(
        id="S02",
        name=_("What is promised is reserved"),
        meaning=_("The reserved quantity of each level is the sum of its reservations."),
        figures=LEVELS,
        offenders="""
            SELECT 'product ' || p.sku || ' in ' || w.code AS document, v.reserved,
                   COALESCE(r.quantity, 0) AS reservations
            FROM inventory_stocklevel v JOIN catalog_product p ON p.id = v.product_id
            JOIN inventory_warehouse w ON w.id = v.warehouse_id
            LEFT JOIN (SELECT level_id, sum(quantity) AS quantity FROM inventory_reservation GROUP BY level_id) r
                ON r.level_id = v.id
            WHERE v.reserved <> COALESCE(r.quantity, 0)
        """,
    ),
    Check(
        id="S03",
        name=_("Stock is the sum of its moves"),
        meaning=_("Quantity and worth of each level are what its moves add up to."),
        figures="""
            SELECT count(*) AS moves, COALESCE(sum(quantity), 0) AS quantity, COALESCE(sum(value), 0) AS value
            FROM inventory_stockmove
        """,
        offenders="""
            SELECT 'product ' || p.sku || ' in ' || w.code AS document, v.on_hand,
                   COALESCE(m.quantity, 0) AS moved, v.value, COALESCE(m.value, 0) AS value_moved
            FROM inventory_stocklevel v JOIN catalog_product p ON p.id = v.product_id
            JOIN inventory_warehouse w ON w.id = v.warehouse_id
            LEFT JOIN (SELECT level_id, sum(quantity) AS quantity, sum(value) AS value FROM inventory_stockmove
                       GROUP BY level_id) m ON m.level_id = v.id
            WHERE v.on_hand <> COALESCE(m.quantity, 0) OR v.value <> COALESCE(m.value, 0)
        """,
    ),
    Check(
        id="S04",
        name=_("Stock in the house is stock in the books"),
        meaning=_(
            "The worth of all levels of a company and of its transfers on the way is its stock account."
        ),
        figures="""
            SELECT (SELECT count(*) FROM inventory_stocklevel) AS levels,
                   (SELECT COALESCE(sum(value), 0) FROM inventory_stocklevel) AS value,
                   (SELECT COALESCE(sum(l.value), 0) FROM inventory_transfer t
                    JOIN inventory_transferline l ON l.transfer_id = t.id WHERE t.state = 'sent') AS on_the_way,
                   COALESCE(sum(l.debit - l.credit), 0) AS ledger
            FROM ledger_account a JOIN ledger_journalline l ON l.account_id = a.id WHERE a.role = 'stock'
        """,
        offenders="""
            SELECT 'stock account of ' || c.name AS document, COALESCE(s.value, 0) AS value,
                   COALESCE(g.balance, 0) AS ledger
            FROM kernel_company c
            LEFT JOIN (SELECT w.company_id, sum(worth.value) AS value
                       FROM (SELECT warehouse_id, value FROM inventory_stocklevel
                             UNION ALL
                             SELECT t.source_id, l.value FROM inventory_transfer t
                             JOIN inventory_transferline l ON l.transfer_id = t.id WHERE t.state = 'sent') worth
                       JOIN inventory_warehouse w ON w.id = worth.warehouse_id GROUP BY w.company_id) s
                ON s.company_id = c.id
            LEFT JOIN (SELECT a.company_id, sum(l.debit - l.credit) AS balance FROM ledger_account a
                       JOIN ledger_journalline l ON l.account_id = a.id WHERE a.role = 'stock'
                       GROUP BY a.company_id) g ON g.company_id = c.id
            WHERE COALESCE(s.value, 0) <> COALESCE(g.balance, 0)
        """,
    ),
    Check(
        id="S05",
        name=_("Every shipment is moved and booked"),
        meaning=_("What a shipment took: its lines, its stock moves and its journal entry say the same."),
        figures="""
            SELECT count(DISTINCT s.id) AS shipments, COALESCE(sum(sl.cost), 0) AS cost
            FROM fulfillment_shipment s JOIN fulfillment_shipmentline sl ON sl.shipment_id = s.id
            WHERE s.state IN ('posted', 'delivered')
        """,
        offenders=SHIPMENTS,
    ),
    Check(
        id="S06",
        name=_("Order lines and reservations agree"),
        meaning=_(
            "What an order line has reserved is what the warehouse keeps for it, in the order's warehouse."
        ),
        figures="""
            SELECT count(*) AS reservations, COALESCE(sum(quantity), 0) AS quantity FROM inventory_reservation
            WHERE quantity > 0 AND demand NOT LIKE 'cart/%%' AND demand NOT LIKE 'recount/%%'
        """,
        offenders="""
            SELECT COALESCE('order ' || o.number || ' line ' || l.position, 'demand ' || r.demand) AS document,
                   COALESCE(l.reserved, 0) AS reserved, COALESCE(r.quantity, 0) AS kept
            FROM (SELECT l.*, 'order-line/' || l.id AS demand FROM orders_orderline l WHERE l.reserved > 0) l
            JOIN orders_order o ON o.id = l.order_id
            FULL JOIN (SELECT r.demand, v.warehouse_id, v.product_id, r.quantity FROM inventory_reservation r
                       JOIN inventory_stocklevel v ON v.id = r.level_id WHERE r.quantity > 0
                       AND r.demand NOT LIKE 'cart/%%' AND r.demand NOT LIKE 'recount/%%') r
                ON r.demand = l.demand AND r.warehouse_id = o.warehouse_id AND r.product_id = l.product_id
            WHERE COALESCE(l.reserved, 0) <> COALESCE(r.quantity, 0)
        """,
    ),
    Check(
        id="S07",
        name=_("Receipts, counts and scrap are booked"),
        meaning=_("Every other move of stock is in the stock account with its worth."),
        figures="""
            SELECT count(*) AS moves, COALESCE(sum(value), 0) AS value FROM inventory_stockmove
            WHERE kind IN ('receipt', 'count', 'scrap')
        """,
        offenders=OTHER_MOVES,
    ),
    Check(
        id="S08",
        name=_("Every return is moved and booked"),
        meaning=_(
            "What an inspected return put back: its lines, its stock moves and its journal entry say the same."
        ),
        figures="""
            SELECT count(DISTINCT r.id) AS returns, COALESCE(sum(rl.cost), 0) AS cost
            FROM fulfillment_return r JOIN fulfillment_returnline rl ON rl.returned_id = r.id
            WHERE r.state = 'inspected'
        """,
        offenders=RETURNS,
    ),
    Check(
        id="S09",
        name=_("Transfers lose nothing unbooked"),
        meaning=_(
            "What left one warehouse is on the transfer, and arrived in the other or was booked as lost."
        ),
        figures="""
            SELECT count(DISTINCT t.id) AS transfers, COALESCE(sum(l.value), 0) AS value
            FROM inventory_transfer t JOIN inventory_transferline l ON l.transfer_id = t.id
        """,
        offenders=TRANSFERS,
    ),
    Check(
        id="S10",
        name=_("Carts keep stock while they are held"),
        meaning=_(
            "Stock is kept for a cart that is held, or for a recount of that product, and for nothing else."
        ),
        figures="""
            SELECT count(*) AS kept, COALESCE(sum(quantity), 0) AS quantity FROM inventory_reservation
            WHERE quantity > 0 AND (demand LIKE 'cart/%%' OR demand LIKE 'recount/%%')
        """,
        offenders=KEPT,
    ),
]
