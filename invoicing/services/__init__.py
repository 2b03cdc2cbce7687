"""The billing desk's verbs. Nothing else writes invoices and credit notes."""

from invoicing.services.after import store_printed, update_settlement
from invoicing.services.credit_note import CreditLineInput, draft_credit_note
from invoicing.services.issue import invoice_shipment, issue_invoice
from invoicing.services.shipment import draft_for_shipment

__all__ = [
    "CreditLineInput",
    "draft_credit_note",
    "draft_for_shipment",
    "invoice_shipment",
    "issue_invoice",
    "store_printed",
    "update_settlement",
]
