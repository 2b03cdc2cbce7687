-- A history of finished orders in the application's own tables, as if the services had written it.
-- `past_scale` (one row) says how many and for whom, `past_handler` who hears of which event.

-- One row per order with the keys of everything that came of it. The last ones are not paid yet.
CREATE TEMPORARY TABLE past_order AS
WITH base AS (
    SELECT s.*, c.id AS company_id, c.base_currency, w.id AS warehouse_id,
        s.orders - s.unpaid AS paid,
        (SELECT coalesce(max(id), 0) FROM orders_order) AS last_order,
        (SELECT coalesce(max(id), 0) FROM fulfillment_shipment) AS last_shipment,
        (SELECT coalesce(max(id), 0) FROM invoicing_invoice) AS last_invoice,
        (SELECT coalesce(max(id), 0) FROM receivables_receivable) AS last_receivable,
        (SELECT coalesce(max(id), 0) FROM receivables_payment) AS last_payment,
        (SELECT coalesce(max(id), 0) FROM receivables_allocation) AS last_allocation,
        (SELECT coalesce(max(id), 0) FROM ledger_journalentry) AS last_entry,
        (SELECT coalesce(max(number), 0) FROM ledger_journalentry) AS last_entry_number,
        (SELECT coalesce(max(sequence), 0) FROM invoicing_invoice
         WHERE kind = 'invoice' AND year = extract(year FROM s.last_on)) AS last_number,
        nextval('orders_order_number') AS order_number,
        nextval('fulfillment_shipment_number') AS shipment_number,
        nextval('receivables_payment_number') AS payment_number
    FROM past_scale s
    CROSS JOIN LATERAL (SELECT * FROM kernel_company ORDER BY id LIMIT 1) c
    CROSS JOIN LATERAL (SELECT * FROM inventory_warehouse WHERE company_id = c.id ORDER BY id LIMIT 1) w
)
SELECT g, g <= base.paid AS is_paid, base.company_id, base.base_currency AS currency, base.warehouse_id,
    base.actor_id,
    base.customers[1 + (g * 7919) % cardinality(base.customers)] AS customer_id,
    base.first_on + ((g - 1) * (base.last_on - base.first_on) / base.orders)::integer AS day,
    base.last_order + g AS order_id, 'SO-' || (base.order_number + g) AS order_number,
    base.last_shipment + g AS shipment_id, 'SH-' || (base.shipment_number + g) AS shipment_number,
    base.last_invoice + g AS invoice_id, base.last_number + g AS sequence,
    'INV-' || extract(year FROM base.last_on) || '-' || lpad((base.last_number + g)::text, 6, '0') AS invoice_number,
    base.last_receivable + g AS receivable_id,
    base.last_payment + g AS payment_id, 'PAY-' || (base.payment_number + g) AS payment_number,
    base.last_allocation + g AS allocation_id,
    base.last_entry + before.entries AS entry_before,
    base.last_entry_number + before.entries AS entry_number_before
FROM base
CROSS JOIN generate_series(1::bigint, base.orders) AS g
CROSS JOIN LATERAL (SELECT 4 * least(g - 1, base.paid) + 2 * greatest(g - 1 - base.paid, 0) AS entries) before;

-- Three lines each, of different products, at the price list's price and the customer's tax.
CREATE TEMPORARY TABLE past_line AS
WITH product AS (
    SELECT row_number() OVER (ORDER BY p.id) - 1 AS place, count(*) OVER () AS products,
        p.*, price.unit_price, list.code AS price_list, level.id AS level_id, level.value / level.on_hand AS unit_cost
    FROM catalog_product p
    JOIN inventory_stocklevel level ON level.product_id = p.id AND level.on_hand > 0
    JOIN LATERAL (SELECT * FROM catalog_price WHERE product_id = p.id ORDER BY id LIMIT 1) price ON true
    JOIN catalog_pricelist list ON list.id = price.price_list_id
)
SELECT o.g, o.order_id, o.shipment_id, o.invoice_id, position,
    (SELECT coalesce(max(id), 0) FROM orders_orderline) + 3 * (o.g - 1) + position AS order_line_id,
    (SELECT coalesce(max(id), 0) FROM fulfillment_shipmentline) + 3 * (o.g - 1) + position AS shipment_line_id,
    product.id AS product_id, product.sku, product.name, product.unit, product.level_id, product.unit_price,
    product.price_list, rate.code AS tax_code, rate.rate AS tax_rate, quantity,
    round(quantity * product.unit_price, 2) AS net, round(quantity * product.unit_cost, 2) AS cost
FROM past_order o
CROSS JOIN generate_series(1, 3) AS position
CROSS JOIN LATERAL (SELECT (1 + (o.g + position) % 5)::numeric AS quantity) q
JOIN product ON product.place = (o.g * 31 + position) % product.products
JOIN customers_customer c ON c.id = o.customer_id
JOIN catalog_taxrate rate ON rate.category_id = product.tax_category_id AND rate.region_id = c.tax_region_id;

CREATE TEMPORARY TABLE past_total AS
SELECT g, sum(net) AS net, round(sum(net) * tax_rate / 100, 2) AS tax,
    sum(net) + round(sum(net) * tax_rate / 100, 2) AS gross, sum(cost) AS cost, min(tax_code) AS tax_code, tax_rate
FROM past_line GROUP BY g, tax_rate;
ANALYZE past_order;
ANALYZE past_line;
ANALYZE past_total;

INSERT INTO orders_order (
    id, number, company_id, customer_id, warehouse_id, terms_id, state, channel, po_number, ordered_on,
    delivery_address, accepts_backorders, currency, net, tax, gross, hold_reasons, cancel_reason, open_invoices,
    due_on, created_at, created_by_id)
SELECT o.order_id, o.order_number, o.company_id, o.customer_id, o.warehouse_id, c.terms_id,
    CASE WHEN o.is_paid THEN 'closed' ELSE 'confirmed' END, 'api', '', o.day,
    jsonb_build_object('name', c.name, 'street', a.street, 'postal_code', a.postal_code, 'city', a.city,
        'country', a.country),
    true, o.currency, t.net, t.tax, t.gross, '[]', '', CASE WHEN o.is_paid THEN 0 ELSE 1 END,
    CASE WHEN NOT o.is_paid THEN o.day + terms.net_days END, o.day + time '09:00', o.actor_id
FROM past_order o JOIN past_total t USING (g)
JOIN customers_customer c ON c.id = o.customer_id JOIN customers_paymentterms terms ON terms.id = c.terms_id
JOIN LATERAL (SELECT * FROM customers_address WHERE customer_id = c.id ORDER BY id LIMIT 1) a ON true;

INSERT INTO orders_orderline (
    id, order_id, position, product_id, description, unit, is_stocked, unit_price, price_rule, discount_percent,
    net, tax_code, tax_rate, tax_text, ordered, cancelled, reserved, shipped, returned, invoiced, credited)
SELECT order_line_id, order_id, position, product_id, name, unit, true, unit_price, price_list || ' from 1', 0,
    net, tax_code, tax_rate, '', quantity, 0, 0, quantity, 0, quantity, 0
FROM past_line;

INSERT INTO credit_decision
    (account_id, reference, approved, requested, exposure, "limit", rules, "on", at, actor_id)
SELECT account.id, o.order_number, true, t.gross, 0, account."limit",
    jsonb_build_array(
        jsonb_build_object('rule', 'blocked', 'passed', true, 'reason', '', 'figures', '{}'::jsonb),
        jsonb_build_object('rule', 'overdue', 'passed', true, 'reason', '', 'figures', '{}'::jsonb),
        jsonb_build_object('rule', 'limit', 'passed', true, 'reason', '', 'figures',
            jsonb_build_object('limit', account."limit"::text, 'requested', t.gross::text))),
    o.day, o.day + time '09:00', o.actor_id
FROM past_order o JOIN past_total t USING (g) JOIN credit_creditaccount account USING (customer_id);

UPDATE credit_creditaccount account SET first_ordered_on = past.day
FROM (SELECT customer_id, min(day) AS day FROM past_order GROUP BY customer_id) past
WHERE account.customer_id = past.customer_id AND account.first_ordered_on IS NULL;

INSERT INTO credit_commitment (account_id, reference, amount)
SELECT account.id, o.order_number, 0 FROM past_order o JOIN credit_creditaccount account USING (customer_id);

INSERT INTO inventory_reservation (level_id, demand, quantity)
SELECT level_id, 'order-line/' || order_line_id, 0 FROM past_line;

INSERT INTO inventory_stockmove (level_id, kind, quantity, value, source, "on", at, actor_id)
SELECT l.level_id, 'issue', -l.quantity, -l.cost, 'shipment/' || l.shipment_id, o.day, o.day + time '12:00', o.actor_id
FROM past_line l JOIN past_order o USING (g);

UPDATE inventory_stocklevel level SET on_hand = on_hand - gone.quantity, value = value - gone.cost
FROM (SELECT level_id, sum(quantity) AS quantity, sum(cost) AS cost FROM past_line GROUP BY level_id) gone
WHERE level.id = gone.level_id;

INSERT INTO fulfillment_shipment (
    id, number, company_id, order_id, warehouse_id, state, planned_on, posted_on, carrier, tracking_number, created_by_id)
SELECT shipment_id, shipment_number, company_id, order_id, warehouse_id, 'posted', day, day, '', '', actor_id
FROM past_order;

INSERT INTO fulfillment_shipmentline (id, shipment_id, order_line_id, quantity, cost)
SELECT shipment_line_id, shipment_id, order_line_id, quantity, cost FROM past_line;

-- The journal: shipment, invoice, payment received, payment allocated; all sealed.
CREATE TEMPORARY TABLE past_entry AS
SELECT o.g, o.company_id, o.customer_id, o.currency, o.actor_id, o.entry_before + e.place AS entry_id,
    o.entry_number_before + e.place AS number, e.place, e.source, e.description, e.day
FROM past_order o
CROSS JOIN LATERAL (VALUES
    (1, 'shipment/' || o.shipment_id || '/posted', 'Shipment ' || o.shipment_number, o.day),
    (2, 'invoice/' || o.invoice_id || '/issued', 'Invoice', o.day),
    (3, 'payment/' || o.payment_id || '/received', 'Payment ' || o.payment_number, o.day + 14),
    (4, 'payment/' || o.payment_id || '/allocation/' || o.allocation_id,
        'Payment ' || o.payment_number || ' allocated', o.day + 14)
) AS e (place, source, description, day)
WHERE o.is_paid OR e.place < 3;

INSERT INTO ledger_journalentry
    (id, company_id, source, "on", period_id, number, description, actor_id, posted_at)
SELECT e.entry_id, e.company_id, e.source, e.day, p.id, e.number, e.description, e.actor_id, e.day + time '12:00'
FROM past_entry e
JOIN ledger_period p ON p.company_id = e.company_id AND e.day BETWEEN p.starts_on AND p.ends_on;

INSERT INTO ledger_journalline
    (entry_id, account_id, "on", debit, credit, currency, amount, party_id, tax_code)
SELECT e.entry_id, account.id, e.day, greatest(leg.amount, 0), greatest(-leg.amount, 0), e.currency, leg.amount,
    CASE WHEN leg.role IN ('receivables', 'unallocated_cash') THEN e.customer_id END,
    CASE WHEN leg.role = 'output_tax' THEN t.tax_code || ' ' || trim_scale(t.tax_rate) ELSE '' END
FROM past_entry e JOIN past_total t USING (g)
JOIN LATERAL (VALUES
    (1, 'cost_of_goods', t.cost), (1, 'stock', -t.cost),
    (2, 'receivables', t.gross), (2, 'revenue', -t.net), (2, 'output_tax', -t.tax),
    (3, 'bank', t.gross), (3, 'unallocated_cash', -t.gross),
    (4, 'unallocated_cash', t.gross), (4, 'receivables', -t.gross)
) AS leg (place, role, amount) ON leg.place = e.place
JOIN ledger_account account ON account.company_id = e.company_id AND account.role = leg.role;

INSERT INTO receivables_receivable (
    id, company_id, customer_id, kind, document_number, issued_on, due_on, currency, amount, open_amount,
    base_amount, base_open_amount, entry_id, settled_on)
SELECT o.receivable_id, o.company_id, o.customer_id, 'invoice', o.invoice_number, o.day, o.day + terms.net_days,
    o.currency, t.gross, CASE WHEN o.is_paid THEN 0 ELSE t.gross END, t.gross,
    CASE WHEN o.is_paid THEN 0 ELSE t.gross END, o.entry_before + 2, CASE WHEN o.is_paid THEN o.day + 14 END
FROM past_order o JOIN past_total t USING (g)
JOIN customers_customer c ON c.id = o.customer_id JOIN customers_paymentterms terms ON terms.id = c.terms_id;

INSERT INTO invoicing_invoice (
    id, company_id, customer_id, order_id, kind, state, year, sequence, number, issued_on, delivered_on, due_on,
    currency, net, tax, gross, base_gross, seller, buyer, delivery_address, language, terms_text, net_days,
    end_of_month, po_number, order_number, shipment_number, reason, entry_id, receivable_id, created_by_id)
SELECT o.invoice_id, o.company_id, o.customer_id, o.order_id, 'invoice', 'issued', extract(year FROM o.day),
    o.sequence, o.invoice_number, o.day, o.day, o.day + terms.net_days, o.currency, t.net, t.tax, t.gross, t.gross,
    jsonb_build_object('name', company.legal_name, 'street', company.street, 'postal_code', company.postal_code,
        'city', company.city, 'country', company.country, 'vat_id', company.vat_id,
        'registration_number', company.registration_number, 'email', company.email, 'phone', company.phone,
        'bank_name', company.bank_name, 'iban', company.iban, 'bic', company.bic),
    jsonb_build_object('name', c.name, 'street', past.delivery_address -> 'street', 'postal_code',
        past.delivery_address -> 'postal_code', 'city', past.delivery_address -> 'city', 'country',
        past.delivery_address -> 'country', 'number', c.number, 'vat_id', c.vat_id),
    past.delivery_address, c.language, terms.name, terms.net_days, terms.end_of_month, '', o.order_number,
    o.shipment_number, '', o.entry_before + 2, o.receivable_id, o.actor_id
FROM past_order o JOIN past_total t USING (g) JOIN orders_order past ON past.id = o.order_id
JOIN kernel_company company ON company.id = o.company_id
JOIN customers_customer c ON c.id = o.customer_id JOIN customers_paymentterms terms ON terms.id = c.terms_id;

INSERT INTO invoicing_invoiceline (
    invoice_id, position, product_id, shipment_line_id, order_line_id, sku, description, quantity, unit,
    unit_price, discount_percent, net, tax_code, tax_rate, tax_text, is_service)
SELECT invoice_id, position, product_id, shipment_line_id, order_line_id, sku, name, quantity, unit, unit_price, 0,
    net, tax_code, tax_rate, '', false
FROM past_line;

INSERT INTO invoicing_invoicetax (invoice_id, code, rate, legal_text, base, tax)
SELECT o.invoice_id, t.tax_code, t.tax_rate, '', t.net, t.tax FROM past_order o JOIN past_total t USING (g);

-- A word instead of the PDF: twenty kilobytes each, that no measured step reads.
INSERT INTO invoicing_printedinvoice (invoice_id, content, sha256, rendered_at)
SELECT invoice_id, convert_to(invoice_number, 'UTF8'), encode(sha256(convert_to(invoice_number, 'UTF8')), 'hex'),
    day + time '12:01'
FROM past_order;

INSERT INTO receivables_payment (
    id, number, company_id, customer_id, state, method, reference, provider, received_on, currency, amount,
    unallocated, base_amount, base_unallocated, actor_id)
SELECT o.payment_id, o.payment_number, o.company_id, o.customer_id, 'received', 'bank', '', '', o.day + 14,
    o.currency, t.gross, 0, t.gross, 0, o.actor_id
FROM past_order o JOIN past_total t USING (g) WHERE o.is_paid;

INSERT INTO receivables_allocation
    (id, receivable_id, payment_id, amount, base_amount, base_source_amount, "on", actor_id)
SELECT o.allocation_id, o.receivable_id, o.payment_id, t.gross, t.gross, t.gross, o.day + 14, o.actor_id
FROM past_order o JOIN past_total t USING (g) WHERE o.is_paid;

-- What the stages announced, long since dispatched and handled.
CREATE TEMPORARY TABLE past_event AS
SELECT nextval(pg_get_serial_sequence('kernel_event', 'id')) AS id, e.*, o.actor_id FROM past_order o
JOIN past_total t USING (g)
CROSS JOIN LATERAL (VALUES
    ('order.created', o.order_id, o.order_number, o.day, jsonb_build_object('channel', 'api')),
    ('order.submitted', o.order_id, o.order_number, o.day, '{}'),
    ('order.confirmed', o.order_id, o.order_number, o.day, '{}'),
    ('shipment.planned', o.shipment_id, o.shipment_number, o.day, jsonb_build_object('order_id', o.order_id)),
    ('shipment.posted', o.shipment_id, o.shipment_number, o.day, jsonb_build_object('order_id', o.order_id)),
    ('invoice.drafted', o.invoice_id, '', o.day, jsonb_build_object('document_kind', 'invoice')),
    ('invoice.issued', o.invoice_id, o.invoice_number, o.day, jsonb_build_object('document_kind', 'invoice',
        'gross', t.gross::text, 'currency', o.currency)),
    ('invoice.printed', o.invoice_id, o.invoice_number, o.day, '{}'),
    ('payment.received', o.payment_id, o.payment_number, o.day + 14, jsonb_build_object('customer_id', o.customer_id)),
    ('payment.allocated', o.payment_id, o.payment_number, o.day + 14, jsonb_build_object('customer_id', o.customer_id)),
    ('receivable.settled', o.receivable_id, o.invoice_number, o.day + 14, '{}'),
    ('order.closed', o.order_id, o.order_number, o.day + 14, '{}')
) AS e (kind, document_id, document_number, day, payload)
WHERE o.is_paid OR e.day = o.day;

INSERT INTO kernel_event
    (id, kind, document_type, document_id, document_number, "on", at, actor_id, payload, dispatched_at)
SELECT id, kind, split_part(kind, '.', 1), document_id, document_number, day, day + time '12:00', actor_id, payload,
    day + time '12:00'
FROM past_event;

INSERT INTO kernel_eventdelivery (event_id, handler, attempts, next_try_at, handled_at, error)
SELECT e.id, h.handler, 1, e.day + time '12:00', e.day + time '12:01', ''
FROM past_event e JOIN past_handler h USING (kind);

-- A word instead of each letter, too.
INSERT INTO customers_message (
    company_id, customer_id, event_id, kind, document_type, document_id, document_number, language, roles,
    recipient_name, recipient_email, subject, body, html, message_id, state, attempts, queued_at, claimed_at, sent_at)
SELECT o.company_id, o.customer_id, e.id, 'order_confirmed', 'order', o.order_id, o.order_number, c.language,
    '["ordering"]', c.name, 'orders@' || c.number || '.example', 'Order ' || o.order_number || ' confirmed',
    o.order_number, o.order_number, '<' || o.order_number || '@past.example>', 'sent', 1, o.day + time '09:00',
    o.day + time '09:01', o.day + time '09:01'
FROM past_event e JOIN past_order o ON o.order_id = e.document_id JOIN customers_customer c ON c.id = o.customer_id
WHERE e.kind = 'order.confirmed';

-- Sequences and counters go on where the history ends.
SELECT setval(pg_get_serial_sequence(name, 'id'), last) FROM (VALUES
    ('orders_order', (SELECT max(id) FROM orders_order)),
    ('orders_orderline', (SELECT max(id) FROM orders_orderline)),
    ('fulfillment_shipment', (SELECT max(id) FROM fulfillment_shipment)),
    ('fulfillment_shipmentline', (SELECT max(id) FROM fulfillment_shipmentline)),
    ('invoicing_invoice', (SELECT max(id) FROM invoicing_invoice)),
    ('receivables_receivable', (SELECT max(id) FROM receivables_receivable)),
    ('receivables_payment', (SELECT max(id) FROM receivables_payment)),
    ('receivables_allocation', (SELECT max(id) FROM receivables_allocation)),
    ('ledger_journalentry', (SELECT max(id) FROM ledger_journalentry))
) AS keyed (name, last) WHERE last IS NOT NULL;
SELECT setval('orders_order_number', nextval('orders_order_number') + orders),
    setval('fulfillment_shipment_number', nextval('fulfillment_shipment_number') + orders),
    setval('receivables_payment_number', nextval('receivables_payment_number') + orders) FROM past_scale;

INSERT INTO kernel_documentcounter (company_id, kind, year, last, last_on)
SELECT company_id, 'invoice', extract(year FROM max(day)), max(sequence), max(day) FROM past_order GROUP BY company_id
ON CONFLICT (company_id, kind, year) DO UPDATE SET last = excluded.last, last_on = excluded.last_on;
INSERT INTO kernel_documentcounter (company_id, kind, year, last)
SELECT company_id, 'journal', 0, max(number) FROM past_entry GROUP BY company_id
ON CONFLICT (company_id, kind, year) DO UPDATE SET last = excluded.last;

INSERT INTO ledger_dailyturnover AS turnover (account_id, "on", debit, credit)
SELECT l.account_id, l."on", sum(l.debit), sum(l.credit)
FROM past_entry e JOIN ledger_journalline l ON l.entry_id = e.entry_id GROUP BY l.account_id, l."on"
ON CONFLICT (account_id, "on") DO UPDATE
SET debit = turnover.debit + excluded.debit, credit = turnover.credit + excluded.credit;

DROP TABLE past_scale, past_handler, past_order, past_line, past_total, past_entry, past_event;
