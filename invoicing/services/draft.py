"""Writing a draft: the parties copied, the totals computed, the lines numbered."""

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError
from django.utils.translation import gettext as _

from catalog.rules import Totals, document_totals
from customers.models import Customer
from invoicing import errors, selectors
from invoicing.events import InvoiceDrafted
from invoicing.models import Invoice, InvoiceLine, InvoiceTax
from o2c.kernel import rows
from o2c.kernel.errors import NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.models import Company, User


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft with what belongs to it, as it was just written or read under its lock."""

    invoice: Invoice
    lines: list[InvoiceLine]
    taxes: list[InvoiceTax]


def ensure_may_draft(actor: User) -> None:
    """Refuse a person whose role may not draft.

    :raises NotPermitted: the role lacks the permission.
    """
    if not actor.has_perm("invoicing.add_invoice"):
        raise NotPermitted(_("%(actor)s may not draft invoices or credit notes.") % {"actor": actor})


def write_draft(
    invoice: Invoice, lines: list[InvoiceLine], *, company: Company, customer: Customer, on: date, actor: User
) -> Draft:
    """Write a draft with its parties copied and its totals computed.

    :raises DuplicateCreditNote: its ``external_id`` came in before.
    """
    totals = document_totals(((line.net, line.treatment) for line in lines), currency=invoice.currency)
    invoice.company = company
    invoice.customer = customer
    invoice.seller = selectors.seller_copy(company)
    invoice.buyer = selectors.buyer_copy(customer)
    invoice.language = customer.language
    invoice.net, invoice.tax, invoice.gross = totals.net, totals.tax, totals.gross
    invoice.created_by = actor
    try:
        rows.insert([invoice])
    except IntegrityError as error:
        if "external_id" not in str(error):
            raise
        raise errors.DuplicateCreditNote(
            _("The credit note %(external_id)s came in before.") % {"external_id": invoice.external_id}
        ) from error
    for line in lines:
        line.invoice = invoice
    rows.insert(lines)
    taxes = rows.insert(_taxes(invoice, totals))
    announce(InvoiceDrafted.of(invoice, on=on, actor=actor, document_kind=invoice.kind))
    return Draft(invoice, lines, taxes)


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
