"""What follows an issued document: its PDF is kept, a credit note set off, its settlement reported to the order."""

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
from receivables import services as receivables
from receivables.models import Allocation, Receivable


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
def set_off(*, credit_note_id: int, on: date, actor: User) -> list[Allocation]:
    """Use an issued credit note for the invoice that it credits, as far as both are open; nothing otherwise.

    The rest of the credit note stays the customer's, for other invoices or to be paid out.
    """
    note = Invoice.objects.select_related("credits").get(pk=credit_note_id)
    if note.receivable_id is None or note.credits is None or note.credits.receivable_id is None:
        return []
    both = sorted([note.receivable_id, note.credits.receivable_id])
    items = {item.pk: item for item in Receivable.objects.lock_where("id = ANY(%s)", both)}
    credit, item = items[note.receivable_id], items[note.credits.receivable_id]
    share = min(-credit.open_amount, item.open_amount)
    if not share:
        return []
    return receivables.allocate_credit(credit_id=credit.pk, shares={item.pk: share}, on=on, actor=actor)


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
