"""Goods: levels against their moves, reservations and the stock account."""

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

# What else moved stock, by the source of its entry. One entry is for one product.
OTHER_MOVES = """
WITH moves AS (
    SELECT m.kind || '/' || w.code || '/' || m.source || '/' || v.product_id AS source, min(p.sku) AS sku,
           sum(m.quantity) AS quantity, sum(m.value) AS value
    FROM inventory_stockmove m JOIN inventory_stocklevel v ON v.id = m.level_id
    JOIN inventory_warehouse w ON w.id = v.warehouse_id
    JOIN catalog_product p ON p.id = v.product_id WHERE m.kind <> 'issue' GROUP BY 1
), booked AS (
    SELECT e.source, sum(l.debit - l.credit) AS value
    FROM ledger_account a JOIN ledger_journalline l ON l.account_id = a.id
    JOIN ledger_journalentry e ON e.id = l.entry_id
    WHERE a.role = 'stock' GROUP BY e.source
)
SELECT 'stock move ' || moves.source AS document, moves.sku, moves.quantity, moves.value, booked.value AS booked
FROM moves LEFT JOIN booked ON booked.source = moves.source
WHERE moves.value <> COALESCE(booked.value, 0)
"""

CHECKS = [
    Check(
        id="S01",
        name="Nothing is oversold",
        meaning="No level promises more than it has, and nothing on hand is worth nothing.",
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
        name="What is promised is reserved",
        meaning="The reserved quantity of each level is the sum of its reservations.",
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
        name="Stock is the sum of its moves",
        meaning="Quantity and worth of each level are what its moves add up to.",
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
        name="Stock in the house is stock in the books",
        meaning="The worth of all levels of a company is the balance of its stock account.",
        figures="""
            SELECT (SELECT count(*) FROM inventory_stocklevel) AS levels,
                   (SELECT COALESCE(sum(value), 0) FROM inventory_stocklevel) AS value,
                   COALESCE(sum(l.debit - l.credit), 0) AS ledger
            FROM ledger_account a JOIN ledger_journalline l ON l.account_id = a.id WHERE a.role = 'stock'
        """,
        offenders="""
            SELECT 'stock account of ' || c.name AS document, COALESCE(s.value, 0) AS value,
                   COALESCE(g.balance, 0) AS ledger
            FROM kernel_company c
            LEFT JOIN (SELECT w.company_id, sum(v.value) AS value FROM inventory_stocklevel v
                       JOIN inventory_warehouse w ON w.id = v.warehouse_id GROUP BY w.company_id) s
                ON s.company_id = c.id
            LEFT JOIN (SELECT a.company_id, sum(l.debit - l.credit) AS balance FROM ledger_account a
                       JOIN ledger_journalline l ON l.account_id = a.id WHERE a.role = 'stock'
                       GROUP BY a.company_id) g ON g.company_id = c.id
            WHERE COALESCE(s.value, 0) <> COALESCE(g.balance, 0)
        """,
    ),
    Check(
        id="S05",
        name="Every shipment is moved and booked",
        meaning="What a shipment took: its lines, its stock moves and its journal entry say the same.",
        figures="""
            SELECT count(DISTINCT s.id) AS shipments, COALESCE(sum(sl.cost), 0) AS cost
            FROM fulfillment_shipment s JOIN fulfillment_shipmentline sl ON sl.shipment_id = s.id
            WHERE s.state IN ('posted', 'delivered')
        """,
        offenders=SHIPMENTS,
    ),
    Check(
        id="S06",
        name="Order lines and reservations agree",
        meaning="What an order line has reserved is what the warehouse keeps for it, in the order's warehouse.",
        figures="""
            SELECT count(*) AS reservations, COALESCE(sum(quantity), 0) AS quantity FROM inventory_reservation
            WHERE quantity > 0
        """,
        offenders="""
            SELECT COALESCE('order ' || o.number || ' line ' || l.position, 'demand ' || r.demand) AS document,
                   COALESCE(l.reserved, 0) AS reserved, COALESCE(r.quantity, 0) AS kept
            FROM (SELECT l.*, 'order-line/' || l.id AS demand FROM orders_orderline l WHERE l.reserved > 0) l
            JOIN orders_order o ON o.id = l.order_id
            FULL JOIN (SELECT r.demand, v.warehouse_id, v.product_id, r.quantity FROM inventory_reservation r
                       JOIN inventory_stocklevel v ON v.id = r.level_id WHERE r.quantity > 0) r
                ON r.demand = l.demand AND r.warehouse_id = o.warehouse_id AND r.product_id = l.product_id
            WHERE COALESCE(l.reserved, 0) <> COALESCE(r.quantity, 0)
        """,
    ),
    Check(
        id="S07",
        name="Receipts, returns and counts are booked",
        meaning="Every other move of stock is in the stock account with its worth.",
        figures="""
            SELECT count(*) AS moves, COALESCE(sum(value), 0) AS value FROM inventory_stockmove WHERE kind <> 'issue'
        """,
        offenders=OTHER_MOVES,
    ),
]
