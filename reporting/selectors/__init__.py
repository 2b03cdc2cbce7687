"""Questions over all stages: what became of an order, its history, and what an account is made of.

Each answer is a frozen value with everything that a page needs, in a fixed number of queries.
"""

from reporting.selectors.accounts import AccountLine, AccountPage, account_page
from reporting.selectors.certificates import newest_certificate
from reporting.selectors.chain import (
    AllocationLink,
    DocumentChain,
    EntryLink,
    InvoiceLink,
    PaymentLink,
    ReturnLink,
    ShipmentLink,
    document_chain,
)
from reporting.selectors.history import Happening, document_history, order_history
from reporting.selectors.paid import orders_paid_by

__all__ = [
    "AccountLine",
    "AccountPage",
    "AllocationLink",
    "DocumentChain",
    "EntryLink",
    "Happening",
    "InvoiceLink",
    "PaymentLink",
    "ReturnLink",
    "ShipmentLink",
    "account_page",
    "document_chain",
    "document_history",
    "newest_certificate",
    "order_history",
    "orders_paid_by",
]
