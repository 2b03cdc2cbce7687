"""Giving back what an invoice billed: by line, at its price and tax, once. The invoice's lock protects what is left.

Locks: order and shipment of a return, then the invoice.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from catalog.rules import line_net
from fulfillment import services as fulfillment
from fulfillment.models import Return, ReturnLine
from invoicing import errors, selectors
from invoicing.models import Invoice, InvoiceLine
from invoicing.rules import wrong_credit
from invoicing.selectors import Part
from invoicing.services.draft import ensure_may_draft, write_draft
from o2c.kernel.db import verb
from o2c.kernel.models import User


@verb
def credit_invoice(
    *, invoice_id: int, quantities: Mapping[int, Decimal], reason: str, on: date, actor: User
) -> Invoice:
    """Draft a credit note for an issued invoice: *quantities* by invoice line, at the price and tax that were billed.

    :raises NotCreditable: the document is a draft, or a credit note itself.
    :raises InvalidCreditNote: there are no lines, no reason, or a quantity cannot be right.
    :raises CreditedTooMuch: other credit notes, issued or drafted, leave less of a line.
    :raises NotFound: there is no such document.
    :raises NotPermitted: *actor* may not draft credit notes.
    """
    ensure_may_draft(actor)
    invoice = _lock_creditable(invoice_id)
    lines = {line.pk: line for line in invoice.lines.order_by("position")}
    _check(lines, quantities, reason)
    parts = [Part(line, quantities[pk]) for pk, line in lines.items() if pk in quantities]
    return _draft(invoice, parts, reason=reason, on=on, actor=actor)


@verb
def credit_return(*, return_id: int, on: date, actor: User) -> Invoice | None:
    """Draft the credit note for what came back, was inspected and is not credited.

    What other credit notes gave back of the same invoice lines is not given twice: where they leave less than came
    back, the rest is drafted, where they leave nothing, None is returned. The return is credited either way.

    :raises NotCreditable: it is not inspected, credited already, or its shipment has no issued invoice.
    :raises NotFound: there is no such return.
    :raises NotPermitted: *actor* may not draft credit notes.
    """
    ensure_may_draft(actor)
    returned, lines = fulfillment.lock_with_lines(return_id=return_id)
    due = [line for line in lines if line.to_credit]
    _ensure_inspected(returned, due)
    invoice = _lock_creditable(_billing(returned, due))
    parts = selectors.parts_to_give_back(invoice, due)
    fulfillment.record_credited(quantities={line.pk: line.to_credit for line in due})
    if not parts:
        return None
    reason = _("Return %(number)s") % {"number": returned.number}
    return _draft(invoice, parts, reason=reason, on=on, actor=actor)


def _lock_creditable(invoice_id: int) -> Invoice:
    invoice = Invoice.objects.lock(invoice_id)
    if invoice.state != Invoice.State.ISSUED or invoice.kind != Invoice.Kind.INVOICE:
        raise errors.NotCreditable(
            _("%(document)s is no issued invoice.") % {"document": invoice},
            hint=_("A draft is discarded instead, and a credit note is used."),
        )
    return invoice


def _check(lines: Mapping[int, InvoiceLine], quantities: Mapping[int, Decimal], reason: str) -> None:
    found = [] if quantities else [_("A credit note needs at least one line.")]
    if not reason.strip():
        found.append(_("A credit note needs a reason."))
    found += [
        _("The line %(line_id)s is not in this invoice.") % {"line_id": line_id}
        for line_id in quantities.keys() - lines.keys()
    ]
    left = selectors.creditable(lines.values())
    known = {line_id: quantity for line_id, quantity in quantities.items() if line_id in lines}
    wrong = {pk: words for pk, quantity in known.items() if (words := wrong_credit(left[pk], quantity))}
    over = [words for pk, words in wrong.items() if left[pk].is_beyond(known[pk])]
    if over and len(over) == len(wrong) and not found:
        raise errors.CreditedTooMuch(
            " ".join(over[:20]), left={str(pk): f"{left[pk].left.normalize():f}" for pk in wrong}
        )
    if problems := [*found, *wrong.values()]:
        raise errors.InvalidCreditNote(" ".join(problems[:20]), problems=problems)


def _ensure_inspected(returned: Return, due: Sequence[ReturnLine]) -> None:
    if returned.state != Return.State.INSPECTED:
        raise errors.NotCreditable(
            _("The return %(number)s is not inspected.") % {"number": returned.number},
            hint=_("Wait until the warehouse has inspected it, or credit the invoice."),
        )
    if not due:
        raise errors.NotCreditable(_("The return %(number)s is credited.") % {"number": returned.number})


def _billing(returned: Return, due: Sequence[ReturnLine]) -> int:
    """Return the id of the issued invoice of the shipment that came back."""
    invoice = selectors.billing_of(due)
    if invoice is None:
        raise errors.NotCreditable(
            _("The shipment of %(number)s is not invoiced.") % {"number": returned.number},
            hint=_("Issue its invoice first."),
        )
    return invoice.pk


def _draft(invoice: Invoice, parts: Sequence[Part], *, reason: str, on: date, actor: User) -> Invoice:
    return write_draft(
        Invoice(
            kind=Invoice.Kind.CREDIT_NOTE,
            credits=invoice,
            order_id=invoice.order_id,
            order_number=invoice.order_number,
            po_number=invoice.po_number,
            currency=invoice.currency,
            reason=reason.strip()[:200],
            terms_text="",
            net_days=0,
            end_of_month=False,
        ),
        [_given_back(position, part, invoice.currency) for position, part in enumerate(parts, start=1)],
        company=invoice.company,
        customer=invoice.customer,
        on=on,
        actor=actor,
    ).invoice


def _given_back(position: int, part: Part, currency: str) -> InvoiceLine:
    """Copy an invoice line at the quantity that is given back."""
    billed = part.line
    return InvoiceLine(
        position=position,
        product_id=billed.product_id,
        credits=billed,
        return_line=part.return_line,
        sku=billed.sku,
        description=billed.description,
        quantity=part.quantity,
        unit=billed.unit,
        unit_price=billed.unit_price,
        discount_percent=billed.discount_percent,
        net=line_net(
            quantity=part.quantity,
            unit_price=billed.unit_price,
            discount_percent=billed.discount_percent,
            currency=currency,
        ),
        tax_code=billed.tax_code,
        tax_rate=billed.tax_rate,
        tax_text=billed.tax_text,
        is_service=billed.is_service,
    )
