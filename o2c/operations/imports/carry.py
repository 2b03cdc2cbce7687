"""One document through the cycle, as one unit of work: after a crash it is wholly in the books, or not at all."""

from datetime import date
from enum import StrEnum

from django.utils.translation import gettext as _

from fulfillment import services as fulfillment
from invoicing import services as invoicing
from invoicing.models import Invoice
from invoicing.services import CreditLineInput
from o2c.kernel.db import verb
from o2c.operations.imports.books import Books, address_in
from o2c.operations.imports.errors import DocumentDiffers
from o2c.operations.imports.survey import customer_of
from o2c.operations.imports.uci_retail import CURRENCY, Document
from orders import services as orders
from orders.models import Order
from orders.services import LineInput, OrderInput
from receivables import services as receivables


class Through(StrEnum):
    """How far documents are carried."""

    ORDERED = "ordered"
    INVOICED = "invoiced"
    PAID = "paid"


@verb
def carry(document: Document, *, books: Books, through: Through, today: date) -> None:
    """Carry a document through the cycle, dated as in the file.

    A sale is ordered, shipped, invoiced and paid on its due date, or *today* when that comes first. A
    credit becomes a credit note, which stays open on the customer's account; as a draft, when sales are
    only ordered. An order that is held stays on hold.

    :raises DocumentDiffers: the invoice or credit note has another net amount than the file.
    :raises DuplicateExternalId: somebody else imported the sale meanwhile.
    :raises DuplicateCreditNote: somebody else imported the credit meanwhile.
    """
    if document.first.is_credit:
        _credit(document, books=books, through=through)
        return
    order = _order(document, books=books)
    if through is Through.ORDERED or order.state != Order.State.CONFIRMED:
        return
    invoice = _bill(order, document, books=books)
    if through is Through.PAID and invoice.receivable_id is not None:
        assert invoice.due_on is not None
        _pay(invoice, books=books, on=min(invoice.due_on, today))


def _order(document: Document, *, books: Books) -> Order:
    customer = customer_of(document.first)
    wanted = OrderInput(
        company=books.basics.company,
        customer_id=books.customer_ids[customer.key],
        lines=[
            LineInput(
                sku=row.sku,
                quantity=row.quantity,
                unit_price=row.unit_price,
                description=row.description,
            )
            for row in document.rows
        ],
        channel=Order.Channel.IMPORT,
        external_id=document.number,
        ordered_on=document.first.on,
        delivery_address={"name": customer.name, **address_in(document.first.country)},
        warehouse_id=books.basics.warehouse.pk,
        acknowledges_duplicate=True,  # the wholesaler sent both
    )
    return orders.place_order(order=wanted, actor=books.actor)


def _bill(order: Order, document: Document, *, books: Books) -> Invoice:
    on = document.first.on
    shipment = fulfillment.ship_order(order_id=order.pk, on=on, actor=books.actor)
    invoice = invoicing.invoice_shipment(shipment_id=shipment.pk, on=on, actor=books.actor)
    _check_same(invoice, document)
    return invoice


def _pay(invoice: Invoice, *, books: Books, on: date) -> None:
    assert invoice.receivable_id is not None
    receivables.receive_payment(
        company=books.basics.company,
        customer_id=invoice.customer_id,
        amount=invoice.gross,
        currency=CURRENCY,
        received_on=on,
        shares={invoice.receivable_id: invoice.gross},
        reference=invoice.number or "",
        actor=books.actor,
    )
    invoicing.update_settlement(receivable_id=invoice.receivable_id, on=on, actor=books.actor)


def _credit(document: Document, *, books: Books, through: Through) -> None:
    draft = invoicing.draft_credit_note(
        company=books.basics.company,
        customer_id=books.customer_ids[customer_of(document.first).key],
        lines=[
            CreditLineInput(
                sku=row.sku,
                quantity=-row.quantity,
                unit_price=row.unit_price,
                description=row.description,
            )
            for row in document.rows
        ],
        reason=f"Cancellation {document.number}",
        external_id=document.number,
        on=document.first.on,
        actor=books.actor,
    )
    _check_same(draft, document)
    if through is not Through.ORDERED:
        invoicing.issue_invoice(invoice_id=draft.pk, on=document.first.on, actor=books.actor)


def _check_same(made: Invoice, document: Document) -> None:
    net = made.net * made.sign
    if net != document.net:
        raise DocumentDiffers(
            _("%(document)s comes to %(net)s %(currency)s here and to %(in_file)s in the file.")
            % {"document": document.number, "net": net, "currency": CURRENCY, "in_file": document.net}
        )
