"""Throwing a draft away: it never had a number. Locks: order, shipment of a return, invoice."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from fulfillment import services as fulfillment
from invoicing import errors
from invoicing.events import InvoiceDiscarded
from invoicing.models import Invoice, InvoiceLine
from invoicing.services.draft import ensure_may_draft
from o2c.kernel.db import verb
from o2c.kernel.events import announce
from o2c.kernel.models import User
from o2c.kernel.money import ZERO
from orders import services as orders


@verb
def discard_draft(*, invoice_id: int, on: date, actor: User) -> None:
    """Throw a draft away: its shipment is to be invoiced again, what it credits is to be credited again.

    :raises InvoiceNotDiscardable: it is issued.
    :raises NotFound: there is no such document.
    :raises NotPermitted: *actor* may not draft invoices and credit notes.
    """
    ensure_may_draft(actor)
    order_id = Invoice.objects.filter(pk=invoice_id).values_list("order_id", flat=True).first()
    return_ids = InvoiceLine.objects.filter(invoice=invoice_id, return_line__isnull=False)
    return_id = return_ids.values_list("return_line__returned_id", flat=True).first()
    if return_id is not None:
        fulfillment.lock_with_lines(return_id=return_id)
    elif order_id is not None:
        orders.lock_order(order_id=order_id)
    draft = Invoice.objects.lock(invoice_id)
    if draft.state != Invoice.State.DRAFT:
        raise errors.InvoiceNotDiscardable(_("%(invoice)s is issued.") % {"invoice": draft})
    fulfillment.record_credited(quantities=_taken_back(draft))
    announce(
        InvoiceDiscarded.of(
            draft,
            on=on,
            actor=actor,
            customer_id=draft.customer_id,
            document_kind=draft.kind,
            drawn_from=draft.drawn_from,
        )
    )
    draft.taxes.all().delete()
    draft.lines.all().delete()
    draft.delete()


def _taken_back(draft: Invoice) -> dict[int, Decimal]:
    """Return what of returns is not credited any more, by return line."""
    found: dict[int, Decimal] = {}
    given = draft.lines.exclude(return_line=None).values_list("return_line_id", "quantity")
    for line_id, quantity in given:
        assert line_id is not None
        found[line_id] = found.get(line_id, ZERO) - quantity
    return found
