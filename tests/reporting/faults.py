"""One fault for each check, as somebody at a database prompt with every guard off would make it.

A fault is as small as its check is sharp: it keeps every other promise of the books, so that exactly
one check can find it. Values in %(...)s are the company's documents, see `names`.
"""

from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace

from django.db import connection

ADD_LINES = """
INSERT INTO ledger_journalline (entry_id, account_id, "on", debit, credit, currency, amount, party_id, tax_code)
SELECT %(entry)s, a.id, e."on", new.debit, new.credit, 'GBP', new.debit - new.credit, new.party, ''
FROM (VALUES {values}) AS new (role, debit, credit, party)
JOIN ledger_account a ON a.role = new.role JOIN ledger_journalentry e ON e.id = %(entry)s
"""


def lines_on(entry: str, *values: str) -> str:
    """The statement that adds lines, (role, debit, credit, party), to an entry."""
    return ADD_LINES.format(values=", ".join(values)).replace("%(entry)s", f"%({entry})s")


def shifted(source: str, amount: int) -> str:
    """The statement that makes both sides of an entry larger by an amount."""
    return f"""
        UPDATE ledger_journalline l SET
            debit = debit + CASE WHEN debit > 0 THEN {amount} ELSE 0 END,
            credit = credit + CASE WHEN credit > 0 THEN {amount} ELSE 0 END,
            amount = amount + CASE WHEN debit > 0 THEN {amount} ELSE {-amount} END
        FROM ledger_journalentry e WHERE e.id = l.entry_id AND e.source = {source}
    """


@dataclass(frozen=True, slots=True)
class Fault:
    """What is broken, and how the check that finds it must name the document."""

    check: str
    names: str
    statements: tuple[str, ...]


def fault(check: str, names: str, *statements: str) -> Fault:
    """Return a fault."""
    return Fault(check, names, statements)


LAST_INVOICE = "SELECT id FROM invoicing_invoice WHERE kind = 'invoice' ORDER BY sequence DESC LIMIT 1"
TO_OTHER_CUSTOMER = """
    UPDATE ledger_journalline l SET party_id = %(other)s FROM ledger_journalentry e, ledger_account a
    WHERE e.id = l.entry_id AND e.source = {source} AND a.id = l.account_id AND a.role = {role}
"""

FAULTS = [
    # the journal
    fault(
        "L01",
        "journal entry manual/opening",
        "UPDATE ledger_journalline SET debit = 101 WHERE entry_id = %(opening)s AND debit > 0",
    ),
    fault(
        "L02",
        "journal entry manual/opening",
        "UPDATE ledger_journalline SET amount = 101 WHERE entry_id = %(opening)s AND debit > 0",
    ),
    fault(
        "L03",
        "journal entry manual/empty",
        """INSERT INTO ledger_journalentry (company_id, source, "on", period_id, description, actor_id)
           SELECT company_id, 'manual/empty', DATE '2026-11-20', id, '', %(actor)s FROM ledger_period
           WHERE name = '2026-11'""",
    ),
    fault(
        "L04",
        "journal entry manual/opening",
        "ALTER TABLE ledger_journalline DROP CONSTRAINT line_debit_or_credit",
        lines_on("opening", "('bank', 0, 0, NULL::bigint)"),
    ),
    fault(
        "L05",
        "journal entry invoice/%(settled_invoice)s/issued",
        lines_on("settled_entry", "('receivables', 1, 0, 999999)", "('receivables', 0, 1, 999999)"),
    ),
    fault(
        "L06",
        "journal entry manual/opening",
        lines_on("opening", "('output_tax', 1, 0, NULL::bigint)", "('output_tax', 0, 1, NULL::bigint)"),
    ),
    fault(
        "L07",
        "journal entry manual/opening",
        "ALTER TABLE ledger_journalentry DROP CONSTRAINT entry_once_per_source",
        "UPDATE ledger_journalentry SET source = 'manual/opening' WHERE source = 'manual/mistake'",
    ),
    fault(
        "L08",
        "journal entry entry/%(mistake)s/reversal",
        """INSERT INTO ledger_journalentry (company_id, source, "on", period_id, description, actor_id, reverses_id)
           SELECT company_id, 'manual/again', "on", period_id, '', actor_id, id FROM ledger_journalentry
           WHERE reverses_id = %(mistake)s""",
        """INSERT INTO ledger_journalline (entry_id, account_id, "on", debit, credit, currency, amount, tax_code)
           SELECT e.id, l.account_id, l."on", l.credit, l.debit, l.currency, -l.amount, ''
           FROM ledger_journalentry e JOIN ledger_journalline l ON l.entry_id = e.reverses_id
           WHERE e.source = 'manual/again'""",
    ),
    fault(
        "L09",
        "journal entry entry/%(mistake)s/reversal",
        """UPDATE ledger_journalline l SET account_id = a.id FROM ledger_account a, ledger_journalentry e
           WHERE a.role = 'goods_received' AND e.reverses_id = %(mistake)s AND l.entry_id = e.id AND l.credit > 0""",
    ),
    fault(
        "L10",
        "journal entry manual/opening",
        "UPDATE ledger_journalentry SET posted_at = now() + interval '1 hour' WHERE id = %(opening)s",
    ),
    fault(
        "L11",
        "journal entry manual/opening",
        """UPDATE ledger_journalline SET "on" = "on" + 1 WHERE entry_id = %(opening)s AND debit > 0""",
    ),
    fault(
        "L12",
        "journal entry ",
        """UPDATE ledger_journalentry SET number = number + 1
           WHERE number = (SELECT max(number) FROM ledger_journalentry)""",
        "UPDATE kernel_documentcounter SET last = last + 1 WHERE kind = 'journal'",
    ),
    fault(
        "L13",
        "journal entry ",
        """UPDATE ledger_journalentry SET number = NULL, posted_at = %(now)s::timestamptz - interval '6 minutes'
           WHERE number = (SELECT max(number) FROM ledger_journalentry)""",
        "UPDATE kernel_documentcounter SET last = last - 1 WHERE kind = 'journal'",
    ),
    fault(
        "L14",
        "account 1200 on 2026-",
        """UPDATE ledger_dailyturnover t SET debit = t.debit + 1 FROM ledger_account a
           WHERE a.id = t.account_id AND a.code = '1200' AND t.debit > 0""",
    ),
    # receivables
    fault(
        "R01",
        "customer C-",
        TO_OTHER_CUSTOMER.format(
            source="'invoice/' || %(settled_invoice)s::text || '/issued'", role="'receivables'"
        ),
    ),
    fault(
        "R02",
        "customer C-",
        TO_OTHER_CUSTOMER.format(
            source="'payment/' || %(payment)s::text || '/received'", role="'unallocated_cash'"
        ),
    ),
    fault(
        "R03",
        "invoice INV-2026-000002",
        "UPDATE receivables_receivable SET open_amount = open_amount + 1 WHERE document_number = 'INV-2026-000002'",
    ),
    fault(
        "R04",
        "payment PAY-",
        "UPDATE receivables_payment SET unallocated = unallocated + 1 WHERE id = %(part_payment)s",
    ),
    fault(
        "R05",
        "invoice INV-2026-000001",
        "UPDATE receivables_payment SET currency = 'USD' WHERE id = %(payment)s",
    ),
    fault(
        "R06",
        "invoice INV-2026-000002",
        "UPDATE receivables_receivable SET due_on = due_on + 1 WHERE document_number = 'INV-2026-000002'",
    ),
    fault(
        "R07",
        "payment PAY-",
        "ALTER TABLE receivables_payment DROP CONSTRAINT payment_once_per_provider",
        """UPDATE receivables_payment SET provider = 'bank', provider_reference = 'statement-7/3'
           WHERE id = %(payment)s""",
    ),
    fault(
        "R08",
        "payment PAY-",
        shifted("'payment/' || %(payment)s::text || '/received'", 1),
        shifted("'payment/' || %(part_payment)s::text || '/received'", -1),
    ),
    fault(
        "R09",
        "payment PAY-",
        """UPDATE ledger_journalline l SET account_id = bank.id FROM ledger_account bank, ledger_account fx,
               ledger_journalentry e
           WHERE bank.role = 'bank' AND fx.role = 'fx_gain' AND l.account_id = fx.id AND e.id = l.entry_id
             AND e.source LIKE 'payment/%%'""",
    ),
    fault(  # what was taken back before it came
        "R10",
        "account 2100 on 2026-11-20",
        """UPDATE receivables_payment SET received_on = received_on + 10 WHERE state = 'reversed'""",
        """UPDATE ledger_journalline l SET "on" = l."on" + 10 FROM receivables_payment p, ledger_journalentry e
           WHERE e.id = l.entry_id AND p.state = 'reversed' AND e.source = 'payment/' || p.id || '/received'""",
        """UPDATE ledger_journalentry e SET "on" = e."on" + 10 FROM receivables_payment p
           WHERE p.state = 'reversed' AND e.source = 'payment/' || p.id || '/received'""",
    ),
    # invoicing
    fault(
        "I01",
        "invoice INV-2026-000004",
        """UPDATE receivables_receivable SET document_number = 'INV-2026-000004'
           WHERE document_number = 'INV-2026-000003'""",
        """UPDATE invoicing_invoice SET sequence = 4, number = 'INV-2026-000004'
           WHERE number = 'INV-2026-000003'""",
        "UPDATE kernel_documentcounter SET last = 4 WHERE kind = 'invoice'",
    ),
    fault(
        "I02",
        "invoice INV-2026-000003",
        "UPDATE invoicing_invoice SET issued_on = DATE '2026-11-19' WHERE number = 'INV-2026-000003'",
        """UPDATE receivables_receivable SET issued_on = DATE '2026-11-19'
           WHERE document_number = 'INV-2026-000003'""",
        """UPDATE ledger_journalline l SET "on" = DATE '2026-11-19' FROM receivables_receivable r
           WHERE l.entry_id = r.entry_id AND r.document_number = 'INV-2026-000003'""",
        """UPDATE ledger_journalentry e SET "on" = DATE '2026-11-19' FROM receivables_receivable r
           WHERE e.id = r.entry_id AND r.document_number = 'INV-2026-000003'""",
    ),
    fault(
        "I03",
        "invoice INV-2026-000001",
        "ALTER TABLE invoicing_invoice DROP CONSTRAINT invoice_gross_is_net_plus_tax",
        "UPDATE invoicing_invoice SET net = net + 1 WHERE number = 'INV-2026-000001'",
    ),
    fault(
        "I04",
        "invoice INV-2026-000001",
        "UPDATE invoicing_invoicetax SET rate = 19 WHERE invoice_id = %(settled_invoice)s",
    ),
    fault(
        "I05",
        "invoice INV-2026-000001",
        """UPDATE invoicing_invoiceline SET unit_price = unit_price + 1
           WHERE invoice_id = %(settled_invoice)s AND position = 1""",
    ),
    fault(
        "I06",
        "shipment SH-",
        """UPDATE invoicing_invoiceline SET shipment_line_id = NULL
           WHERE invoice_id = %(settled_invoice)s AND position = 1""",
        """UPDATE invoicing_invoiceline l SET shipment_line_id = s.id FROM fulfillment_shipmentline s
           JOIN fulfillment_shipment h ON h.id = s.shipment_id
           WHERE h.order_id = %(unbilled)s AND l.invoice_id = %(settled_invoice)s AND l.position = 1""",
    ),
    fault(
        "I07",
        "shipment SH-",
        "UPDATE fulfillment_shipment SET posted_on = DATE '2026-11-18' WHERE order_id = %(unbilled)s",
    ),
    fault(
        "I08",
        "invoice INV-2026-000001",
        "UPDATE invoicing_invoice SET entry_id = NULL WHERE number = 'INV-2026-000001'",
    ),
    fault(
        "I09",
        "invoice INV-2026-777777",
        """UPDATE receivables_receivable SET document_number = 'INV-2026-777777'
           WHERE document_number = 'INV-2026-000003'""",
        "UPDATE invoicing_invoice SET number = 'INV-2026-777777' WHERE number = 'INV-2026-000003'",
    ),
    fault(
        "I10",
        "invoice INV-2026-000001",
        "DELETE FROM invoicing_printedinvoice WHERE invoice_id = %(settled_invoice)s",
        """UPDATE kernel_event SET at = %(now)s::timestamptz - interval '16 minutes'
           WHERE kind = 'invoice.issued' AND document_id = %(settled_invoice)s""",
    ),
    fault(
        "I11",
        "invoice INV-2026-000001",
        """UPDATE invoicing_printedinvoice SET content = content || '!'::bytea
           WHERE invoice_id = %(settled_invoice)s""",
    ),
    fault(
        "I12",
        "invoice INV-",
        """UPDATE invoicing_invoiceline SET quantity = quantity * 20, unit_price = unit_price / 20
           WHERE credits_id IS NOT NULL""",
    ),
    # stock
    fault(
        "S01",
        "product SKU-",
        "ALTER TABLE inventory_stocklevel DROP CONSTRAINT stock_never_oversold",
        "UPDATE orders_orderline SET reserved = 100 WHERE id = %(waiting_line)s",
        "UPDATE inventory_reservation SET quantity = 100 WHERE demand = 'order-line/' || %(waiting_line)s::text",
        "UPDATE inventory_stocklevel SET reserved = 100 WHERE product_id = %(hook)s",
    ),
    fault(
        "S02",
        "product SKU-",
        "UPDATE inventory_stocklevel SET reserved = reserved + 1 WHERE product_id = %(lantern)s",
    ),
    fault(
        "S03",
        "product SKU-",
        "UPDATE inventory_stocklevel SET on_hand = on_hand + 1 WHERE product_id = %(lantern)s",
    ),
    fault(
        "S04",
        "stock account of Lantern & Co",
        lines_on("settled_entry", "('stock', 1, 0, NULL::bigint)", "('bank', 0, 1, NULL::bigint)"),
    ),
    fault(
        "S05",
        "shipment SH-",
        """UPDATE fulfillment_shipmentline SET cost = cost + 1
           WHERE id = (SELECT min(id) FROM fulfillment_shipmentline)""",
    ),
    fault(
        "S06",
        "order SO-",
        "UPDATE orders_orderline SET reserved = reserved + 1 WHERE id = %(waiting_line)s",
    ),
    fault(
        "S07",
        "stock move receipt/main/delivery-",
        """UPDATE inventory_stockmove m SET value = m.value + CASE WHEN m.value = 250 THEN 1 ELSE -1 END
           FROM inventory_stocklevel v WHERE v.id = m.level_id AND v.product_id = %(lantern)s AND m.kind = 'receipt'""",
    ),
    fault(
        "S08",
        "return RT-",
        "UPDATE fulfillment_returnline SET cost = cost + 1",
    ),
    fault(
        "S09",
        "transfer TR-",
        "UPDATE inventory_transferline SET value = value + 1 WHERE received IS NOT NULL",
    ),
    fault(
        "S10",
        "demand cart/",
        "UPDATE inventory_carthold SET state = 'expired'",
    ),
    # orders
    fault(
        "O01",
        "order SO-",
        "UPDATE orders_orderline SET shipped = shipped + 1 WHERE id = %(waiting_line)s",
    ),
    fault(
        "O02",
        "order SO-",
        "UPDATE orders_orderline SET invoiced = invoiced + 1 WHERE order_id = %(unbilled)s AND unit_price = 0",
    ),
    fault(
        "O03",
        "order SO-",
        "UPDATE orders_order SET net = net + 1, tax = tax - 1 WHERE id = %(settled)s",
    ),
    fault(
        "O04",
        "order SO-",
        "UPDATE orders_order SET due_on = due_on + 1 WHERE id = %(part_paid)s",
    ),
    fault(
        "O05",
        "order SO-",
        "UPDATE orders_orderline SET cancelled = 0, reserved = 1 WHERE order_id = %(cancelled)s",
        """UPDATE inventory_reservation r SET quantity = 1 FROM orders_orderline l
           WHERE l.order_id = %(cancelled)s AND r.demand = 'order-line/' || l.id""",
        "UPDATE inventory_stocklevel SET reserved = reserved + 1 WHERE product_id = %(lantern)s",
    ),
    fault(
        "O06",
        "order SO-",
        "UPDATE credit_commitment SET amount = amount + 1 WHERE amount > 0",
    ),
    fault(
        "O07",
        "order SO-",
        """UPDATE credit_decision SET exposure = "limit" WHERE reference = %(settled_number)s""",
    ),
    fault(
        "O08",
        "order SO-",
        """UPDATE fulfillment_shipmentline SET quantity = quantity + 1 WHERE order_line_id = %(waiting_line)s""",
    ),
    fault(
        "O09",
        "order SO-",
        "UPDATE orders_order SET state = 'closed' WHERE id = %(part_paid)s",
    ),
    fault(
        "O10",
        "order SO-",
        """UPDATE orders_order o SET created_by_id = e.actor_id FROM kernel_event e
           WHERE e.kind = 'order.released' AND e.document_id = o.id""",
    ),
    fault(
        "O11",
        "order SO-",
        "UPDATE orders_orderline SET returned = returned - 1 WHERE returned > 0",
    ),
    fault(
        "O12",
        "shipment SH-",
        "UPDATE fulfillment_shipmentline SET in_returns = in_returns + 1 WHERE in_returns > 0",
    ),
    fault(
        "O13",
        "shipment SH-",
        "DELETE FROM fulfillment_entitlement",
    ),
    # events, jobs, guards, certificates
    fault(
        "E01",
        "event ",
        """UPDATE kernel_event SET dispatched_at = NULL, at = %(now)s::timestamptz - interval '6 minutes'
           WHERE kind = 'customer.registered'""",
    ),
    fault(
        "E02",
        "event ",
        """UPDATE kernel_eventdelivery d SET handled_at = NULL FROM kernel_event e
           WHERE e.id = d.event_id AND e.kind = 'shipment.posted'""",
        """UPDATE kernel_event SET dispatched_at = %(now)s::timestamptz - interval '16 minutes'
           WHERE kind = 'shipment.posted'""",
    ),
    fault(
        "E03",
        "event ",
        "ALTER TABLE kernel_eventdelivery DROP CONSTRAINT delivery_once_per_handler",
        """INSERT INTO kernel_eventdelivery (event_id, handler, attempts, next_try_at, handled_at, error)
           SELECT event_id, handler, attempts, next_try_at, handled_at, error FROM kernel_eventdelivery LIMIT 1""",
    ),
    fault(
        "E04",
        "job reporting.tasks.certify of 2026-11-20",
        "UPDATE kernel_jobrun SET state = 'running', started_at = %(now)s::timestamptz - interval '3 hours'",
    ),
    fault(
        "E05",
        "order SO-",
        "DELETE FROM customers_message WHERE kind = 'order_confirmed' AND document_id = %(settled)s",
    ),
    fault(
        "E06",
        "message ",
        """UPDATE customers_message SET state = 'queued', queued_at = %(now)s::timestamptz - interval '61 minutes',
               recipient_email = 'a@buyer.example'
           WHERE kind = 'order_confirmed' AND document_id = %(settled)s""",
    ),
    fault(
        "G01",
        "trigger pgtrigger_",
        "ALTER TABLE ledger_journalline DISABLE TRIGGER USER",
    ),
    fault(
        "G02",
        "certificate ",
        """UPDATE reporting_certificate SET content = replace(content, '"passed":true', '"passed":false')
           WHERE previous_sha256 = ''""",
    ),
]


def names(company: SimpleNamespace, now: datetime) -> dict[str, datetime | int | str]:
    """What the statements call the company's documents."""
    reversal = company.opening.__class__.objects.get(source="manual/mistake")
    rows = (
        "settled part_paid waiting cancelled unbilled settled_invoice payment part_payment lantern hook other"
    )
    return {name: getattr(company, name).pk for name in rows.split()} | {
        "now": now,
        "actor": company.world.system.pk,
        "opening": company.opening.pk,
        "mistake": reversal.pk,
        "settled_entry": company.settled_invoice.entry_id,
        "settled_number": company.settled.number,
        "waiting_line": company.waiting.lines.get().pk,
    }


TURN_OVER = """
DELETE FROM ledger_dailyturnover;
INSERT INTO ledger_dailyturnover (account_id, "on", debit, credit)
SELECT l.account_id, l."on", sum(l.debit), sum(l.credit)
FROM ledger_journalline l JOIN ledger_journalentry e ON e.id = l.entry_id WHERE e.number IS NOT NULL
GROUP BY l.account_id, l."on"
"""


def plant(planted: Fault, known: dict[str, datetime | int | str]) -> None:
    """Break the books: as the owner of the database, with the triggers silenced.

    Who falsifies lines falsifies their turnover too, so that the line's own check has to find it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in planted.statements:
            cursor.execute(statement, known)
        if planted.check != "L14":
            cursor.execute(TURN_OVER)
        cursor.execute("SET LOCAL session_replication_role = origin")
