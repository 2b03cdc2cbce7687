"""One journal entry as its page shows it, with the document that caused it."""

from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from customers.models import Customer
from fulfillment.models import Shipment
from invoicing.models import Invoice
from ledger.models import JournalEntry, JournalLine
from o2c.kernel.money import total
from receivables.models import Allocation, Payment


@dataclass(frozen=True, slots=True)
class Cause:
    """The document that an entry was posted for; *url* is its page, both empty where it has none."""

    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class EntryLine:
    """A leg with the name of its customer, where it has one."""

    leg: JournalLine
    party: str


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Everything the page shows; amounts in base currency."""

    entry: JournalEntry
    lines: list[EntryLine]
    cause: Cause
    reversal: JournalEntry | None

    @property
    def is_of_a_document(self) -> bool:
        """Say whether a document moved a control account, so that only correcting the document undoes it."""
        return any(line.leg.account.is_control for line in self.lines)

    @property
    def debit(self) -> Decimal:
        """Return the sum of the debits."""
        return total(line.leg.debit for line in self.lines)

    @property
    def credit(self) -> Decimal:
        """Return the sum of the credits."""
        return total(line.leg.credit for line in self.lines)


def entry_page(entry_id: int) -> EntryPage | None:
    """Return the page of an entry, None where there is none."""
    entry = (
        JournalEntry.objects.select_related("company", "period", "actor", "reverses")
        .filter(pk=entry_id)
        .first()
    )
    if entry is None:
        return None
    legs = list(entry.lines.select_related("account").order_by("pk"))
    customers = Customer.objects.filter(pk__in={leg.party_id for leg in legs if leg.party_id})
    parties = dict(customers.values_list("pk", "name"))
    return EntryPage(
        entry=entry,
        lines=[EntryLine(leg, parties.get(leg.party_id or 0, "")) for leg in legs],
        cause=cause_of(entry.source),
        reversal=JournalEntry.objects.filter(reverses=entry).first(),
    )


NO_PAGE = Cause("")


def cause_of(source: str) -> Cause:
    """Return the document behind an entry's source, such as ``invoice/17/issued``."""
    kind, _sep, rest = source.partition("/")
    pk = rest.partition("/")[0]
    match kind:
        case "invoice" if pk.isdigit():
            invoice = Invoice.objects.filter(pk=pk).first()
            return _of_invoice(invoice)
        case "shipment" if pk.isdigit():
            shipment = Shipment.objects.select_related("order").filter(pk=pk).first()
            return Cause(shipment.number, _order_url(shipment.order.number)) if shipment else NO_PAGE
        case "payment" if pk.isdigit():
            payment = Payment.objects.filter(pk=pk).first()
            return Cause(payment.number, reverse("payment", args=[payment.number])) if payment else NO_PAGE
        case "allocation" if pk.isdigit():
            allocation = Allocation.objects.filter(pk=pk).values_list("receivable_id", flat=True)
            invoice = Invoice.objects.filter(receivable__in=allocation).first()
            return _of_invoice(invoice)
        case "entry" if pk.isdigit():
            return Cause(_("Reversal of an entry"), reverse("entry", args=[int(pk)]))
        case _:
            return NO_PAGE


def _of_invoice(invoice: Invoice | None) -> Cause:
    if invoice is None:
        return NO_PAGE
    return Cause(str(invoice), reverse("invoice", args=[invoice.number or invoice.pk]))


def _order_url(number: str) -> str:
    return reverse("order", args=[number])
