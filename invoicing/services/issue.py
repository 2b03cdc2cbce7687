"""Issuing: booked, numbered, open, frozen. Locks: credit account, order, invoice; the number is taken last."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from credit import services as credit
from credit.models import CreditAccount
from customers import rules as customer_rules
from invoicing import errors, postings, selectors
from invoicing.events import InvoiceIssued
from invoicing.models import Invoice, InvoiceLine
from invoicing.services import shipment as billing
from invoicing.services.draft import Draft, ensure_may_draft
from ledger import selectors as ledger_selectors, services as ledger
from o2c.kernel import numbering, rows
from o2c.kernel.db import verb
from o2c.kernel.errors import NotFound
from o2c.kernel.events import announce
from o2c.kernel.fsm import ensure_can
from o2c.kernel.models import User
from o2c.kernel.money import ZERO
from orders import services as orders
from orders.models import Order, OrderLine
from receivables import services as receivables


@verb
def issue_invoice(*, invoice_id: int, on: date, actor: User) -> Invoice:
    """Turn a draft into a legal document: book it, number it, open the receivable, freeze it.

    :raises InvoiceNotIssuable: it is issued already.
    :raises PreflightFailed: something that must be printed is missing; the details list it.
    :raises DateBeforeLastNumber: a document with a later date has a number already.
    :raises PeriodClosed: *on* is in no open period.
    :raises NotPermitted: *actor* may not issue.
    """
    found = Invoice.objects.filter(pk=invoice_id).values_list("customer_id", "order_id", "kind").first()
    if found is None:
        raise NotFound(_("There is no invoice %(invoice_id)s.") % {"invoice_id": invoice_id})
    customer_id, order_id, kind = found
    account = credit.lock_account(customer_id=customer_id)
    bills = order_id and kind == Invoice.Kind.INVOICE  # a credit note takes nothing of its order back
    order = orders.lock_order(order_id=order_id) if bills else None
    order_lines = orders.lines_of(order) if order else []
    invoice = Invoice.objects.lock(invoice_id)
    draft = Draft(invoice, list(invoice.lines.all()), list(invoice.taxes.all()))
    return _issue(draft, account=account, order=order, order_lines=order_lines, on=on, actor=actor)


@verb
def invoice_shipment(*, shipment_id: int, on: date, actor: User) -> Invoice:
    """Draft and issue the invoice of a shipment in one step.

    Raises what `draft_for_shipment` and `issue_invoice` raise, `InvoiceNotIssuable` when it is billed already.
    """
    ensure_may_draft(actor)
    shipment = billing.posted_shipment(shipment_id)
    account = credit.lock_account(
        customer_id=Order.objects.values_list("customer_id", flat=True).get(pk=shipment.order_id)
    )
    order = orders.lock_order(order_id=shipment.order_id)
    if billed := billing.billed_before(shipment):
        raise errors.InvoiceNotIssuable(
            _("The shipment %(shipment)s is billed already.") % {"shipment": shipment.number},
            invoice=billed.pk,
        )
    order_lines = orders.lines_of(order)
    draft = billing.draft(order, order_lines, shipment, on=on, actor=actor)
    return _issue(draft, account=account, order=order, order_lines=order_lines, on=on, actor=actor)


def _issue(
    draft: Draft,
    *,
    account: CreditAccount,
    order: Order | None,
    order_lines: Sequence[OrderLine],
    on: date,
    actor: User,
) -> Invoice:
    invoice = draft.invoice
    ensure_can(invoice.mark_issued, by=actor, otherwise=errors.InvoiceNotIssuable)
    _preflight(draft)
    due_on = customer_rules.due_on(issued_on=on, net_days=invoice.net_days, end_of_month=invoice.end_of_month)
    if order is not None:
        orders.record_invoiced(
            account=account,
            order=order,
            lines=order_lines,
            quantities=_quantities(draft.lines),
            due_on=due_on if invoice.gross else None,
            on=on,
            actor=actor,
        )
    _book(draft, on=on, due_on=due_on, actor=actor)
    announce(
        InvoiceIssued.of(
            invoice,
            on=on,
            actor=actor,
            customer_id=invoice.customer_id,
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


def _preflight(draft: Draft) -> None:
    """Refuse a document that lacks what it must print; the parties are copied anew where that mends it."""
    invoice = draft.invoice
    if not selectors.missing_as_drafted(invoice, draft.taxes):
        return
    invoice.seller = selectors.seller_copy(invoice.company)
    invoice.buyer = selectors.buyer_copy(invoice.customer)
    if found := selectors.missing_as_drafted(invoice, draft.taxes):
        raise errors.PreflightFailed(
            " ".join(problem.text for problem in found), problems=[asdict(problem) for problem in found]
        )
    rows.update(invoice, "seller", "buyer")


def _book(draft: Draft, *, on: date, due_on: date, actor: User) -> None:
    """Post the entry, then take the number as the last lock, then open the receivable and freeze the document."""
    invoice, company = draft.invoice, draft.invoice.company
    rate = ledger_selectors.rate_on(
        company_id=company.pk, base_currency=company.base_currency, currency=invoice.currency, on=on
    )
    invoice.issued_on = on
    entry = postings.invoice_issued(
        invoice,
        lines=draft.lines,
        taxes=draft.taxes,
        rate=rate,
        base_currency=company.base_currency,
        actor_id=actor.pk,
    )
    invoice.base_gross = (
        sum((leg.debit - leg.credit for leg in entry.legs if leg.party_id), ZERO) * invoice.sign
    )
    if entry.legs:  # a document over nothing, such as free samples, moves no account
        invoice.entry_id = ledger.post_entry(entry)
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
    facts = (
        "state",
        "year",
        "sequence",
        "number",
        "issued_on",
        "due_on",
        "base_gross",
        "entry",
        "receivable",
    )
    rows.update(invoice, *facts)
