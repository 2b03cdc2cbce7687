"""Giving money back: a credit note against a customer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from catalog import selectors as catalog
from catalog.models import Product
from catalog.rules import TaxTreatment, is_price, is_quantity, line_net
from customers import selectors as customers
from customers.models import Customer
from customers.rules import tax_evidence
from invoicing import errors
from invoicing.models import Invoice, InvoiceLine
from invoicing.services.draft import ensure_may_draft, write_draft
from o2c.kernel.db import verb
from o2c.kernel.models import Company, User
from o2c.kernel.money import ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditLineInput:
    """What a credit note gives back: a product, how many, at which net unit price."""

    sku: str
    quantity: Decimal
    unit_price: Decimal
    description: str = ""


@verb
def draft_credit_note(
    *,
    company: Company,
    customer_id: int,
    lines: Sequence[CreditLineInput],
    reason: str,
    on: date,
    actor: User,
    external_id: str | None = None,
) -> Invoice:
    """Draft a credit note to a customer, taxed as a sale of today would be; amounts in the customer's currency.

    :raises InvalidCreditNote: there are no lines, no reason, or a quantity or price cannot be right.
    :raises UnknownProduct: a SKU is not for sale.
    :raises DuplicateCreditNote: *external_id* came in before.
    :raises NotPermitted: *actor* may not draft credit notes.
    """
    ensure_may_draft(actor)
    _check_credit(lines, reason)
    customer = customers.customer_for_order(customer_id)
    return write_draft(
        Invoice(
            kind=Invoice.Kind.CREDIT_NOTE,
            currency=customer.currency,
            reason=reason.strip()[:200],
            terms_text="",
            net_days=0,
            end_of_month=False,
            external_id=external_id,
        ),
        _credited_lines(lines, customer=customer, on=on),
        company=company,
        customer=customer,
        on=on,
        actor=actor,
    ).invoice


def _check_credit(lines: Sequence[CreditLineInput], reason: str) -> None:
    found = []
    if not lines:
        found.append(_("A credit note needs at least one line."))
    if not reason.strip():
        found.append(_("A credit note needs a reason."))
    for position, line in enumerate(lines, start=1):
        if not is_quantity(line.quantity):
            found.append(
                _("Line %(position)s: %(quantity)s is no quantity.")
                % {"position": position, "quantity": line.quantity}
            )
        if not is_price(line.unit_price):
            found.append(
                _("Line %(position)s: %(unit_price)s is no price.")
                % {"position": position, "unit_price": line.unit_price}
            )
    if found:
        raise errors.InvalidCreditNote(" ".join(found[:20]), problems=found)


def _credited_lines(lines: Sequence[CreditLineInput], *, customer: Customer, on: date) -> list[InvoiceLine]:
    """Return the lines with product and tax: two queries, however many lines."""
    products = catalog.products_by_sku(line.sku for line in lines)
    taxes = catalog.tax_treatments(
        region_id=customer.tax_region_id,
        category_ids={product.tax_category_id for product in products.values()},
        on=on,
        evidence=tax_evidence(customer, on=on),
    )
    return [
        _credited_line(
            position,
            line,
            products[line.sku],
            taxes[products[line.sku].tax_category_id],
            customer=customer,
        )
        for position, line in enumerate(lines, start=1)
    ]


def _credited_line(
    position: int, asked: CreditLineInput, product: Product, tax: TaxTreatment, *, customer: Customer
) -> InvoiceLine:
    return InvoiceLine(
        position=position,
        product=product,
        sku=product.sku,
        description=asked.description or product.name_in(customer.language),
        quantity=asked.quantity,
        unit=product.unit,
        unit_price=asked.unit_price,
        net=line_net(
            quantity=asked.quantity,
            unit_price=asked.unit_price,
            discount_percent=ZERO,
            currency=customer.currency,
        ),
        tax_code=tax.code,
        tax_rate=tax.rate,
        tax_text=tax.legal_text,
        is_service=not product.is_stocked,
    )
