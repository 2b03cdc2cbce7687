"""The billing desk's verbs. Locks: credit account, order, invoice; the number is taken last."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from django.db import IntegrityError

from catalog import selectors as catalog
from catalog.models import Product
from catalog.rules import TaxTreatment, Totals, document_totals, line_net
from credit import services as credit
from customers import rules as customer_rules
from customers import selectors as customers
from customers.models import Customer
from fulfillment.models import Shipment, ShipmentLine
from invoicing import errors, postings, selectors
from invoicing.events import InvoiceDrafted, InvoiceIssued, InvoicePrinted
from invoicing.models import Invoice, InvoiceLine, InvoiceTax, PrintedInvoice
from invoicing.rules import Preflight, problems
from ledger import selectors as ledger_selectors
from ledger import services as ledger
from o2c.kernel import numbering
from o2c.kernel.db import verb
from o2c.kernel.errors import NotFound, NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.fsm import ensure_can
from o2c.kernel.models import Company, User
from o2c.kernel.money import ZERO
from orders import services as orders
from orders.models import Order
from orders.rules import is_price, is_quantity
from receivables import services as receivables


@verb
def draft_for_shipment(*, shipment_id: int, on: date, actor: User) -> Invoice:
    """Draft the invoice of a shipment that has left; drafting it again returns the same draft.

    :raises NothingToInvoice: it has not left.
    :raises NotPermitted: *actor* may not draft invoices.
    """
    _ensure_may_draft(actor)
    order_id = Shipment.objects.filter(pk=shipment_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise NotFound(f"There is no shipment {shipment_id}.")
    order = orders.lock_order(order_id=order_id)
    shipment = Shipment.objects.get(pk=shipment_id)
    if shipment.posted_on is None:
        raise errors.NothingToInvoice(f"The shipment {shipment.number} has not left.", hint="Post it first.")
    shipped = list(shipment.lines.select_related("order_line__product", "invoice_line__invoice"))
    billed = [line for line in shipped if hasattr(line, "invoice_line")]
    if billed:
        return billed[0].invoice_line.invoice
    customer = Customer.objects.select_related("terms").get(pk=order.customer_id)
    return _create(
        Invoice(
            order=order,
            kind=Invoice.Kind.INVOICE,
            delivered_on=shipment.posted_on,
            delivery_address=order.delivery_address,
            po_number=order.po_number,
            order_number=order.number,
            shipment_number=shipment.number,
            currency=order.currency,
            terms_text=customer.terms.name,
            net_days=customer.terms.net_days,
            end_of_month=customer.terms.end_of_month,
        ),
        [_billed_line(position, line) for position, line in enumerate(shipped, start=1)],
        company=order.company,
        customer=customer,
        on=on,
        actor=actor,
    )


def _ensure_may_draft(actor: User) -> None:
    if not actor.has_perm("invoicing.add_invoice"):
        raise NotPermitted(f"{actor} may not draft invoices or credit notes.")


def _billed_line(position: int, shipped: ShipmentLine) -> InvoiceLine:
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
            currency=ordered.order.currency,
        ),
        tax_code=ordered.tax_code,
        tax_rate=ordered.tax_rate,
        tax_text=ordered.tax_text,
        is_service=not ordered.is_stocked,
    )


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
    _ensure_may_draft(actor)
    _check_credit(lines, reason)
    customer = customers.customer_for_order(customer_id)
    products = catalog.products_by_sku(line.sku for line in lines)
    taxes = catalog.tax_treatments(
        region_id=customer.tax_region_id,
        category_ids={product.tax_category_id for product in products.values()},
        on=on,
    )
    return _create(
        Invoice(
            kind=Invoice.Kind.CREDIT_NOTE,
            currency=customer.currency,
            reason=reason.strip()[:200],
            terms_text="",
            net_days=0,
            end_of_month=False,
            external_id=external_id,
        ),
        [
            _credited_line(
                position,
                line,
                products[line.sku],
                taxes[products[line.sku].tax_category_id],
                customer=customer,
            )
            for position, line in enumerate(lines, start=1)
        ],
        company=company,
        customer=customer,
        on=on,
        actor=actor,
    )


def _check_credit(lines: Sequence[CreditLineInput], reason: str) -> None:
    found = []
    if not lines:
        found.append("A credit note needs at least one line.")
    if not reason.strip():
        found.append("A credit note needs a reason.")
    for position, line in enumerate(lines, start=1):
        if not is_quantity(line.quantity):
            found.append(f"Line {position}: {line.quantity} is no quantity.")
        if not is_price(line.unit_price):
            found.append(f"Line {position}: {line.unit_price} is no price.")
    if found:
        raise errors.InvalidCreditNote(" ".join(found[:20]), problems=found)


def _credited_line(
    position: int,
    asked: CreditLineInput,
    product: Product,
    tax: TaxTreatment,
    *,
    customer: Customer,
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


def _create(
    invoice: Invoice,
    lines: list[InvoiceLine],
    *,
    company: Company,
    customer: Customer,
    on: date,
    actor: User,
) -> Invoice:
    """Write a draft with its parties copied and its totals computed."""
    totals = document_totals(((line.net, line.treatment) for line in lines), currency=invoice.currency)
    invoice.company = company
    invoice.customer = customer
    invoice.seller = seller_copy(company)
    invoice.buyer = buyer_copy(customer)
    invoice.language = customer.language
    invoice.net, invoice.tax, invoice.gross = totals.net, totals.tax, totals.gross
    invoice.created_by = actor
    try:
        invoice.save(force_insert=True)
    except IntegrityError as error:
        if "external_id" not in str(error):
            raise
        raise errors.DuplicateCreditNote(f"The credit note {invoice.external_id} came in before.") from error
    for line in lines:
        line.invoice = invoice
    InvoiceLine.objects.bulk_create(lines)
    InvoiceTax.objects.bulk_create(_taxes(invoice, totals))
    announce(
        InvoiceDrafted(
            document_id=invoice.pk,
            number="",
            on=on,
            actor_id=actor.pk,
            document_kind=invoice.kind,
        )
    )
    return invoice


def seller_copy(company: Company) -> dict[str, str]:
    """Return what a document prints about the seller."""
    fields = (
        "street postal_code city country vat_id registration_number email phone bank_name iban bic".split()
    )
    return {"name": company.legal_name} | {field: getattr(company, field) for field in fields}


def buyer_copy(customer: Customer) -> dict[str, str]:
    """Return what a document prints about the buyer, at their billing address."""
    address = customers.address_copy(customer_id=customer.pk, role="billing")
    return address | {
        "name": customer.name,
        "number": customer.number,
        "vat_id": customer.vat_id,
    }


def _taxes(invoice: Invoice, totals: Totals) -> list[InvoiceTax]:
    return [
        InvoiceTax(
            invoice=invoice,
            code=group.treatment.code,
            rate=group.treatment.rate,
            legal_text=group.treatment.legal_text,
            base=group.base,
            tax=group.tax,
        )
        for group in totals.groups
    ]


@verb
def issue_invoice(*, invoice_id: int, on: date, actor: User) -> Invoice:
    """Turn a draft into a legal document: book it, number it, open the receivable, freeze it.

    :raises InvoiceNotIssuable: it is issued already.
    :raises PreflightFailed: something that must be printed is missing; the details list it.
    :raises DateBeforeLastNumber: a document with a later date has a number already.
    :raises PeriodClosed: *on* is in no open period.
    :raises NotPermitted: *actor* may not issue.
    """
    found = Invoice.objects.filter(pk=invoice_id).values_list("customer_id", "order_id").first()
    if found is None:
        raise NotFound(f"There is no invoice {invoice_id}.")
    customer_id, order_id = found
    account = credit.lock_account(customer_id=customer_id)
    order = orders.lock_order(order_id=order_id) if order_id else None
    invoice = Invoice.objects.select_related("company", "customer").lock(invoice_id)
    ensure_can(invoice.mark_issued, by=actor, otherwise=errors.InvoiceNotIssuable)
    lines = list(invoice.lines.all())
    taxes = list(invoice.taxes.all())
    _preflight(invoice, taxes)
    due_on = customer_rules.due_on(issued_on=on, net_days=invoice.net_days, end_of_month=invoice.end_of_month)
    if order is not None:
        orders.record_invoiced(
            account=account,
            order=order,
            quantities=_quantities(lines),
            due_on=due_on if invoice.gross else None,
            on=on,
            actor=actor,
        )
    _book(invoice, lines, taxes, on=on, due_on=due_on, actor=actor)
    announce(
        InvoiceIssued(
            document_id=invoice.pk,
            number=invoice.number or "",
            on=on,
            actor_id=actor.pk,
            document_kind=invoice.kind,
            gross=str(invoice.gross),
            currency=invoice.currency,
        )
    )
    return invoice


def _quantities(lines: Sequence[InvoiceLine]) -> dict[int, Decimal]:
    quantities: dict[int, Decimal] = {}
    for line in lines:
        if line.order_line_id is not None:
            quantities[line.order_line_id] = quantities.get(line.order_line_id, ZERO) + line.quantity
    return quantities


def _preflight(invoice: Invoice, taxes: Sequence[InvoiceTax]) -> None:
    found = problems(
        Preflight(
            seller=invoice.seller,
            buyer=invoice.buyer,
            treatments=[TaxTreatment(tax.code, tax.rate, tax.legal_text) for tax in taxes],
            po_number=invoice.po_number,
            requires_po_number=invoice.customer.requires_po_number and invoice.kind == Invoice.Kind.INVOICE,
        )
    )
    if found:
        raise errors.PreflightFailed(
            " ".join(problem.text for problem in found),
            problems=[asdict(problem) for problem in found],
        )


def _book(
    invoice: Invoice,
    lines: Sequence[InvoiceLine],
    taxes: Sequence[InvoiceTax],
    *,
    on: date,
    due_on: date,
    actor: User,
) -> None:
    """Post the entry, then take the number as the last lock, then open the receivable and freeze the document."""
    company = invoice.company
    rate = ledger_selectors.rate_on(
        company_id=company.pk,
        base_currency=company.base_currency,
        currency=invoice.currency,
        on=on,
    )
    invoice.issued_on = on
    draft = postings.invoice_issued(
        invoice,
        lines=lines,
        taxes=taxes,
        rate=rate,
        base_currency=company.base_currency,
        actor_id=actor.pk,
    )
    invoice.base_gross = (
        sum((leg.debit - leg.credit for leg in draft.legs if leg.party_id), ZERO) * invoice.sign
    )
    if draft.legs:  # a document over nothing, such as free samples, moves no account
        invoice.entry_id = ledger.post_entry(draft)
    sequence = numbering.next_gapless(company_id=company.pk, kind=invoice.kind, on=on)
    invoice.mark_issued(sequence=sequence, on=on, due_on=due_on)
    if invoice.entry_id is not None:
        invoice.receivable = receivables.open_item(
            company_id=company.pk,
            customer_id=invoice.customer_id,
            kind=invoice.kind,
            document_number=invoice.number or "",
            issued_on=on,
            due_on=due_on,
            currency=invoice.currency,
            amount=invoice.gross * invoice.sign,
            base_amount=invoice.base_gross * invoice.sign,
            entry_id=invoice.entry_id,
        )
    invoice.save(
        update_fields=[
            "state", "year", "sequence", "number", "issued_on", "due_on", "base_gross", "entry", "receivable"
        ]
    )  # fmt: skip


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
    announce(
        InvoicePrinted(
            document_id=invoice.pk,
            number=invoice.number or "",
            on=on,
            actor_id=actor.pk,
            sha256=printed.sha256,
        )
    )
    return printed
