"""Duties that should be apart: which two rights one person must not hold, why, and where one person used both.

Each rule names the rights of its two sides, and a SELECT that finds, for one person, both deeds about one
case: ``document`` in words, ``actor_id``, and when each was done. What the system does is no person's deed, so
the SELECTs read ``person_event``: the events of people, of the kinds that the rules name.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

# What one event table makes easy: two kinds of event about the same document by the same account.
SAME_DOCUMENT = """
SELECT {document} AS document, a.actor_id, min(a.at) AS first_at, max(b.at) AS second_at
FROM person_event a
JOIN person_event b ON b.document_type = a.document_type AND b.document_id = a.document_id
    AND b.actor_id = a.actor_id AND b.id > a.id
WHERE a.kind IN ({first}) AND b.kind IN ({second}) AND b.at >= %(since)s
GROUP BY a.document_id, a.document_number, a.document_type, a.actor_id
"""


def same_document(*, first: tuple[str, ...], second: tuple[str, ...]) -> str:
    """Return the SELECT for two kinds of event about the same document; its type and number name it."""
    return SAME_DOCUMENT.format(
        document="replace(a.document_type, '_', ' ') || ' ' || a.document_number",
        first=", ".join(f"'{kind}'" for kind in first),
        second=", ".join(f"'{kind}'" for kind in second),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Two duties that should be apart. Who has a right of each side holds both."""

    id: str
    first: Any
    second: Any
    risk: Any
    first_rights: tuple[str, ...]
    second_rights: tuple[str, ...]
    deeds: str
    weight: str = "high"


RULES = [
    Rule(
        id="D01",
        first=_("Request a credit limit"),
        second=_("Approve a credit limit"),
        risk=_(
            "Somebody could grant a friend any credit. The system refuses one's own request; "
            "two accounts would not be seen."
        ),
        first_rights=("credit.request_limit",),
        second_rights=("credit.approve_limit",),
        deeds=same_document(first=("limit_request.requested",), second=("limit_request.approved",)),
    ),
    Rule(
        id="D02",
        first=_("Enter orders"),
        second=_("Release held orders"),
        risk=_("Orders could pass the credit check on the word of who wants the sale."),
        first_rights=("orders.add_order", "orders.amend_order"),
        second_rights=("orders.release_order",),
        deeds=same_document(first=("order.created", "order.amended"), second=("order.released",)),
    ),
    Rule(
        id="D03",
        first=_("Record payments"),
        second=_("Reverse payments"),
        risk=_("Money could be taken and the payment made to vanish."),
        first_rights=("receivables.record_payment",),
        second_rights=("receivables.reverse_payment",),
        deeds=same_document(first=("payment.received",), second=("payment.reversed",)),
    ),
    Rule(
        id="D04",
        first=_("Record payments"),
        second=_("Issue credit notes"),
        risk=_("Money could be kept and the customer's debt written away by a credit note."),
        first_rights=("receivables.record_payment",),
        second_rights=("invoicing.issue_invoice",),
        deeds="""
            SELECT 'credit note ' || note.number AS document, paid.actor_id, min(paid.at) AS first_at,
                   max(issued.at) AS second_at
            FROM person_event issued
            JOIN invoicing_invoice note ON note.id = issued.document_id AND note.kind = 'credit_note'
            JOIN receivables_payment payment ON payment.customer_id = note.customer_id
            JOIN person_event paid ON paid.document_type = 'payment' AND paid.document_id = payment.id
                AND paid.kind = 'payment.received' AND paid.actor_id = issued.actor_id
                AND paid.at BETWEEN issued.at - interval '30 days' AND issued.at + interval '30 days'
            WHERE issued.kind = 'invoice.issued' AND issued.at >= %(since)s
            GROUP BY note.id, note.number, paid.actor_id
        """,
    ),
    Rule(
        id="D05",
        first=_("Issue invoices"),
        second=_("Issue credit notes"),
        risk=_(
            "One right covers both, so what counts is who used both on one order: "
            "revenue could be booked in one period and taken back in the next."
        ),
        first_rights=("invoicing.issue_invoice",),
        second_rights=("invoicing.issue_invoice",),
        weight="medium",
        deeds="""
            SELECT 'credit note ' || note.number AS document, credited.actor_id, min(billed.at) AS first_at,
                   max(credited.at) AS second_at
            FROM person_event credited
            JOIN invoicing_invoice note ON note.id = credited.document_id AND note.kind = 'credit_note'
            JOIN invoicing_invoice bill ON bill.customer_id = note.customer_id AND bill.kind = 'invoice'
                AND (note.order_id IS NULL OR bill.order_id = note.order_id)
            JOIN person_event billed ON billed.document_type = 'invoice' AND billed.document_id = bill.id
                AND billed.kind = 'invoice.issued' AND billed.actor_id = credited.actor_id
                AND billed.at >= credited.at - interval '90 days'
            WHERE credited.kind = 'invoice.issued' AND credited.at >= %(since)s
            GROUP BY note.id, note.number, credited.actor_id
        """,
    ),
    Rule(
        id="D06",
        first=_("Register customers"),
        second=_("Decide on their credit"),
        risk=_("An invented customer could get goods on credit."),
        first_rights=("customers.add_customer",),
        second_rights=("credit.approve_limit", "credit.change_creditaccount"),
        deeds="""
            SELECT 'customer ' || c.number AS document, made.actor_id, min(made.at) AS first_at,
                   max(given.at) AS second_at
            FROM person_event made
            JOIN customers_customer c ON c.id = made.document_id
            JOIN person_event given ON given.customer_id = made.document_id AND given.actor_id = made.actor_id
                AND given.kind IN ('limit_request.approved', 'credit_account.limit_changed',
                                   'credit_account.unblocked')
            WHERE made.kind = 'customer.registered' AND given.at >= %(since)s
            GROUP BY c.id, c.number, made.actor_id
        """,
    ),
    Rule(
        id="D07",
        first=_("Set prices"),
        second=_("Enter orders"),
        risk=_("Somebody could sell to a friend at a price of their own making."),
        first_rights=("catalog.add_price", "catalog.change_price", "catalog.add_orderdiscount"),
        second_rights=("orders.add_order", "orders.amend_order"),
        deeds="""
            SELECT 'order ' || o.number AS document, o.created_by_id AS actor_id, min(priced.at) AS first_at,
                   max(o.created_at) AS second_at
            FROM kernel_auditentry priced
            JOIN orders_orderline l ON l.product_id = (priced.after ->> 'product_id')::bigint
            JOIN orders_order o ON o.id = l.order_id AND o.created_by_id = priced.actor_id
                AND o.created_at BETWEEN priced.at AND priced.at + interval '30 days'
            WHERE priced.table_name = 'catalog_price' AND priced.operation <> 'DELETE' AND o.created_at >= %(since)s
            GROUP BY o.id, o.number, o.created_by_id
        """,
    ),
    Rule(
        id="D08",
        first=_("Post by hand"),
        second=_("Reverse entries"),
        risk=_("Results could be moved from one period to another and back, with nobody else looking."),
        first_rights=("ledger.add_journalentry",),
        second_rights=("ledger.reverse_journalentry",),
        weight="medium",
        deeds="""
            SELECT 'journal entry ' || e.source AS document, e.actor_id, e.posted_at AS first_at,
                   r.posted_at AS second_at
            FROM ledger_journalentry r
            JOIN ledger_journalentry e ON e.id = r.reverses_id AND e.actor_id = r.actor_id
            WHERE e.source LIKE 'manual/%%' AND r.posted_at >= %(since)s
        """,
    ),
    Rule(
        id="D09",
        first=_("Post by hand"),
        second=_("Close periods"),
        risk=_("Who posts last and closes at once leaves no time to look."),
        first_rights=("ledger.add_journalentry",),
        second_rights=("ledger.close_period",),
        weight="medium",
        deeds="""
            SELECT 'journal entry ' || e.source AS document, e.actor_id, e.posted_at AS first_at,
                   closed.at AS second_at
            FROM person_event closed
            JOIN ledger_journalentry e ON e.period_id = closed.document_id AND e.actor_id = closed.actor_id
            WHERE closed.kind = 'period.closed' AND e.source LIKE 'manual/%%' AND closed.at >= %(since)s
        """,
    ),
    Rule(
        id="D10",
        first=_("Post shipments"),
        second=_("Issue invoices"),
        risk=_("Goods could leave without a bill, or be billed without leaving."),
        first_rights=("fulfillment.post_shipment",),
        second_rights=("invoicing.issue_invoice",),
        deeds="""
            SELECT 'invoice ' || i.number AS document, left_.actor_id, min(left_.at) AS first_at,
                   max(billed.at) AS second_at
            FROM person_event billed
            JOIN invoicing_invoice i ON i.id = billed.document_id
            JOIN person_event left_ ON left_.document_type = 'shipment' AND left_.kind = 'shipment.posted'
                AND left_.document_number = i.shipment_number AND left_.actor_id = billed.actor_id
            WHERE billed.kind = 'invoice.issued' AND i.shipment_number <> '' AND billed.at >= %(since)s
            GROUP BY i.id, i.number, left_.actor_id
        """,
    ),
    Rule(
        id="D11",
        first=_("Authorise returns"),
        second=_("Receive and inspect returns"),
        risk=_("Money could be given back for goods that never came."),
        first_rights=("fulfillment.authorise_return",),
        second_rights=("fulfillment.receive_return",),
        deeds=same_document(first=("return.authorised",), second=("return.received", "return.inspected")),
    ),
    Rule(
        id="D12",
        first=_("Receive goods"),
        second=_("Write goods off"),
        risk=_(
            "One right covers both, so what counts is who used both on one product within a month: "
            "goods could be taken and scrapped on paper."
        ),
        first_rights=("inventory.add_stockmove",),
        second_rights=("inventory.add_stockmove",),
        weight="medium",
        deeds="""
            SELECT 'product ' || p.sku AS document, a.actor_id, min(a.at) AS first_at, max(b.at) AS second_at
            FROM person_event b
            JOIN person_event a ON a.document_type = 'product' AND a.document_id = b.document_id
                AND a.kind = 'product.received' AND a.actor_id = b.actor_id
                AND a.at BETWEEN b.at - interval '30 days' AND b.at
            JOIN catalog_product p ON p.id = b.document_id
            WHERE b.kind = 'product.scrapped' AND b.at >= %(since)s
            GROUP BY p.id, p.sku, a.actor_id
        """,
    ),
    Rule(
        id="D13",
        first=_("Manage users"),
        second=_("Approve limits or releases"),
        risk=_("Who makes accounts could ask with one of them and approve as themselves."),
        first_rights=("kernel.add_user", "kernel.change_user"),
        second_rights=("credit.approve_limit", "orders.release_order"),
        deeds="""
            SELECT replace(asked.document_type, '_', ' ') || ' ' || asked.document_number AS document,
                   approved.actor_id, min(made.at) AS first_at, max(approved.at) AS second_at
            FROM person_event made
            JOIN person_event asked ON asked.actor_id = made.document_id
                AND asked.kind IN ('limit_request.requested', 'order.release_proposed', 'order.created')
            JOIN person_event approved ON approved.document_type = asked.document_type
                AND approved.document_id = asked.document_id AND approved.actor_id = made.actor_id
                AND approved.kind IN ('limit_request.approved', 'order.released')
            WHERE made.kind IN ('user.created', 'user.password_renewed') AND approved.at >= %(since)s
            GROUP BY asked.document_type, asked.document_id, asked.document_number, approved.actor_id
        """,
    ),
    Rule(
        id="D14",
        first=_("Change the company's bank account"),
        second=_("Issue invoices"),
        risk=_("Customers could be told to pay into somebody's own account."),
        first_rights=("kernel.change_company",),
        second_rights=("invoicing.issue_invoice",),
        deeds="""
            SELECT 'invoice ' || i.number AS document, changed.actor_id, min(changed.at) AS first_at,
                   max(billed.at) AS second_at
            FROM kernel_auditentry changed
            JOIN person_event billed ON billed.actor_id = changed.actor_id AND billed.kind = 'invoice.issued'
                AND billed.at BETWEEN changed.at AND changed.at + interval '30 days'
            JOIN invoicing_invoice i ON i.id = billed.document_id
            WHERE changed.table_name = 'kernel_company' AND changed.operation = 'UPDATE'
              AND changed.before ->> 'iban' <> changed.after ->> 'iban' AND billed.at >= %(since)s
            GROUP BY i.id, i.number, changed.actor_id
        """,
    ),
]  # fmt: skip
