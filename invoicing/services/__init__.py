"""The billing desk's verbs. Nothing else writes invoices and credit notes."""

from invoicing.services.after import set_off, store_printed, update_settlement
from invoicing.services.credit_note import CreditLineInput, draft_credit_note
from invoicing.services.crediting import credit_invoice, credit_return
from invoicing.services.discarding import discard_draft
from invoicing.services.issue import invoice_shipment, issue_invoice
from invoicing.services.shipment import draft_for_shipment

__all__ = [
    "CreditLineInput",
    "credit_invoice",
    "credit_return",
    "discard_draft",
    "draft_credit_note",
    "draft_for_shipment",
    "invoice_shipment",
    "issue_invoice",
    "set_off",
    "store_printed",
    "update_settlement",
]
