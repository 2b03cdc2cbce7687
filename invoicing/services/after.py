"""What follows an issued document: its PDF is kept, its settlement reported to the order."""

import hashlib
from datetime import date

from invoicing import selectors
from invoicing.events import InvoicePrinted
from invoicing.models import Invoice, PrintedInvoice
from o2c.kernel.db import verb
from o2c.kernel.events import announce
from o2c.kernel.models import User
from orders import services as orders
from orders.models import Order


@verb
def update_settlement(*, receivable_id: int, on: date, actor: User) -> Order | None:
    """Tell the order of a settled (or reopened) invoice how many of its invoices are open; it closes with the last."""
    order_id = Invoice.objects.filter(receivable_id=receivable_id).values_list("order_id", flat=True).first()
    if order_id is None:
        return None
    order = orders.lock_order(order_id=order_id)
    open_invoices, due_on = selectors.settlement_of_order(order_id)
    orders.record_settlement(order=order, open_invoices=open_invoices, due_on=due_on, on=on, actor=actor)
    return order


@verb
def store_printed(*, invoice_id: int, content: bytes, on: date, actor: User) -> PrintedInvoice:
    """Keep the PDF of an issued document with its SHA-256; the first one stays, whatever comes later."""
    invoice = Invoice.objects.lock(invoice_id)
    kept = PrintedInvoice.objects.filter(invoice=invoice).first()
    if kept is not None:
        return kept
    printed = PrintedInvoice.objects.create(
        invoice=invoice, content=content, sha256=hashlib.sha256(content).hexdigest()
    )
    announce(InvoicePrinted.of(invoice, on=on, actor=actor, sha256=printed.sha256))
    return printed
