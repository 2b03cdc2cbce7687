"""Billing a shipment: every line that left, once."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from catalog.models import Product
from catalog.rules import line_net
from customers.models import Customer, PaymentTerms
from fulfillment.models import Shipment, ShipmentLine
from invoicing import errors
from invoicing.models import Invoice, InvoiceLine
from invoicing.services.draft import Draft, ensure_may_draft, write_draft
from o2c.kernel import rows
from o2c.kernel.db import fetch_all, verb
from o2c.kernel.errors import NotFound
from o2c.kernel.models import User
from orders import services as orders
from orders.models import Order, OrderLine

BILLED = """
SELECT line.invoice_id FROM fulfillment_shipmentline shipped
JOIN invoicing_invoiceline line ON line.shipment_line_id = shipped.id
WHERE shipped.shipment_id = %s LIMIT 1
"""


@verb
def draft_for_shipment(*, shipment_id: int, on: date, actor: User) -> Invoice:
    """Draft the invoice of a shipment that has left; drafting it again returns the same draft.

    :raises NothingToInvoice: it has not left.
    :raises NotPermitted: *actor* may not draft invoices.
    """
    ensure_may_draft(actor)
    shipment = posted_shipment(shipment_id)
    order = orders.lock_order(order_id=shipment.order_id)
    if billed := billed_before(shipment):
        return billed
    return draft(order, orders.lines_of(order), shipment, on=on, actor=actor).invoice


def posted_shipment(shipment_id: int) -> Shipment:
    """Return a shipment that has left; it is frozen, so it needs no lock.

    :raises NotFound: there is no such shipment.
    :raises NothingToInvoice: it has not left.
    """
    shipment = rows.by_id(Shipment, shipment_id)
    if shipment is None:
        raise NotFound(_("There is no shipment %(shipment_id)s.") % {"shipment_id": shipment_id})
    if shipment.posted_on is None:
        raise errors.NothingToInvoice(
            _("The shipment %(shipment)s has not left.") % {"shipment": shipment.number},
            hint=_("Post it first."),
        )
    return shipment


def billed_before(shipment: Shipment) -> Invoice | None:
    """Return the invoice that bills the shipment, if there is one. The order's lock keeps it so."""
    billed = fetch_all(BILLED, [shipment.pk])
    return Invoice.objects.get(pk=billed[0][0]) if billed else None


def draft(
    order: Order, order_lines: Sequence[OrderLine], shipment: Shipment, *, on: date, actor: User
) -> Draft:
    """Draft the invoice of a shipment of the locked order, which nothing bills yet."""
    [customer] = rows.read(Customer, "id = %s", [order.customer_id])
    [terms] = rows.read(PaymentTerms, "id = %s", [order.terms_id])
    return write_draft(
        Invoice(
            order=order,
            kind=Invoice.Kind.INVOICE,
            delivered_on=shipment.posted_on,
            delivery_address=order.delivery_address,
            po_number=order.po_number,
            order_number=order.number,
            shipment_number=shipment.number,
            currency=order.currency,
            terms_text=terms.name,
            net_days=terms.net_days,
            end_of_month=terms.end_of_month,
        ),
        [
            _billed_line(position, line, currency=order.currency)
            for position, line in enumerate(_shipped_lines(order_lines, shipment), start=1)
        ],
        company=order.company,
        customer=customer,
        on=on,
        actor=actor,
    )


def _shipped_lines(order_lines: Sequence[OrderLine], shipment: Shipment) -> list[ShipmentLine]:
    """Return the shipment's lines with their order lines and products: two short reads."""
    ordered = {line.pk: line for line in order_lines}
    shipped = rows.read(ShipmentLine, "shipment_id = %s", [shipment.pk], "ORDER BY id")
    product_ids = sorted({line.product_id for line in order_lines})
    products = {product.pk: product for product in rows.read(Product, "id = ANY(%s)", [product_ids])}
    for line in shipped:
        line.order_line = ordered[line.order_line_id]
        line.order_line.product = products[line.order_line.product_id]
    return shipped


def _billed_line(position: int, shipped: ShipmentLine, *, currency: str) -> InvoiceLine:
    """Copy an order line at the quantity that left."""
    ordered = shipped.order_line
    return InvoiceLine(
        position=position,
        product=ordered.product,
        shipment_line=shipped,
        order_line=ordered,
        sku=ordered.product.sku,
        description=ordered.description,
        quantity=shipped.quantity,
        unit=ordered.unit,
        unit_price=ordered.unit_price,
        discount_percent=ordered.discount_percent,
        net=line_net(
            quantity=shipped.quantity,
            unit_price=ordered.unit_price,
            discount_percent=ordered.discount_percent,
            currency=currency,
        ),
        tax_code=ordered.tax_code,
        tax_rate=ordered.tax_rate,
        tax_text=ordered.tax_text,
        is_service=not ordered.is_stocked,
    )
