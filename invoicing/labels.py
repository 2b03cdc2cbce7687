"""How an invoice or a credit note stands, in the words of a tag."""

from datetime import date

from django.utils.translation import gettext as _

from invoicing.models import Invoice
from o2c.kernel.worklists import Tag
from receivables import labels


def name_of(invoice: Invoice) -> str:
    """Return the number of a document; of a draft, which has none yet, what it is and of what."""
    return invoice.number or f"{invoice.get_kind_display()} · {invoice.drawn_from}"


def standing(invoice: Invoice, today: date) -> Tag:
    """Return how a document stands on a day: a draft, or how its open item stands."""
    if invoice.state == Invoice.State.DRAFT:
        return Tag(_("Draft"), "wait")
    if invoice.receivable is None:
        return Tag(_("Nothing to pay"), "good")
    return labels.standing(invoice.receivable, today)
