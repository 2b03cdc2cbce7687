"""One invoice or credit note as its page shows it: figures, progress, case, allocations and what is next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from customers.selectors import messages_of_document
from invoicing.labels import name_of, standing
from invoicing.models import Invoice, InvoiceLine, InvoiceTax, PrintedInvoice
from invoicing.rules import Creditable, Problem
from invoicing.selectors import creditable, missing_for_issuing
from o2c.kernel.attached import attached_to
from o2c.kernel.figures import day, day_words, money
from o2c.kernel.models import User
from o2c.kernel.money import ZERO, total
from receivables.models import Allocation, Receivable
from reporting.document import DocumentPage, Head
from reporting.order_actions import Action
from reporting.order_steps import Step
from reporting.outgoing import told_of
from reporting.selectors import document_chain, document_history


@dataclass(frozen=True, slots=True)
class InvoiceOwn:
    """What only an invoice's page shows."""

    invoice: Invoice
    lines: list[InvoiceLine]
    taxes: list[InvoiceTax]
    allocations: list[Allocation]
    is_printed: bool
    missing: list[Problem]  # what keeps a draft from being issued
    credit_notes: list[Invoice]
    creditable: dict[int, Creditable]

    @property
    def credited(self) -> Decimal:
        """Return what the credit notes of an invoice give back, issued and drafted."""
        return total(note.gross for note in self.credit_notes)

    @property
    def left(self) -> Decimal:
        """Return what of an invoice no credit note gives back."""
        left: Decimal = self.invoice.gross - self.credited
        return max(left, ZERO)


def invoice_page(*, name: str, today: date, reader: User) -> DocumentPage | None:
    """Return the page of an invoice by its number or id, None where there is none; as many queries for any."""
    wanted = Q(pk=int(name)) if name.isdigit() else Q(number=name)
    invoice = (
        Invoice.objects.filter(wanted)
        .select_related("customer", "order", "receivable", "entry", "credits__receivable")
        .first()
    )
    if invoice is None:
        return None
    own = _own(invoice)
    history = document_history(_documents(own))
    return DocumentPage(
        head=_head(invoice, today),
        steps=list(_steps(invoice, today=today, is_printed=own.is_printed)),
        chain=document_chain(invoice.order_id) if invoice.order_id else None,
        here=f"invoice/{invoice.pk}",
        history=history,
        attached=attached_to("invoice", invoice.pk),
        messages=list(messages_of_document(document_type="invoice", document_id=invoice.pk)[:20]),
        told=told_of(history),
        actions=list(_actions(own, reader=reader)),
        own=own,
    )


def _own(invoice: Invoice) -> InvoiceOwn:
    lines = list(invoice.lines.select_related("product").order_by("position"))
    taxes = list(invoice.taxes.order_by("code", "-rate"))
    return InvoiceOwn(
        invoice=invoice,
        lines=lines,
        taxes=taxes,
        missing=missing_for_issuing(invoice, taxes) if invoice.number is None else [],
        allocations=_allocations(invoice.receivable),
        is_printed=PrintedInvoice.objects.filter(invoice=invoice).exists(),
        credit_notes=list(invoice.credit_notes.select_related("receivable").order_by("pk")),
        creditable=creditable(lines),
    )


def _allocations(item: Receivable | None) -> list[Allocation]:
    """Return what settled an invoice, or what a credit note was used for."""
    if item is None:
        return []
    used = Allocation.objects.filter(Q(receivable=item) | Q(credit=item))
    return list(used.select_related("payment", "credit", "receivable").order_by("pk"))


def _documents(own: InvoiceOwn) -> list[tuple[str, int]]:
    """Return the documents whose events are this one's history."""
    invoice = own.invoice
    found = [("invoice", invoice.pk), *(("invoice", note.pk) for note in own.credit_notes)]
    if invoice.receivable_id:
        found.append(("receivable", invoice.receivable_id))
    if invoice.entry_id:
        found.append(("journal_entry", invoice.entry_id))
    payments = {made.payment_id for made in own.allocations if made.payment_id}
    return found + [("payment", payment_id) for payment_id in sorted(payments)]


def _head(invoice: Invoice, today: date) -> Head:
    facts: list[object] = [invoice.get_kind_display()] if invoice.number else []
    if invoice.issued_on:
        facts.append(format_html(_("issued {day}"), day=day(invoice.issued_on)))
    if invoice.due_on and invoice.kind == Invoice.Kind.INVOICE:
        facts.append(format_html(_("due {day}"), day=day(invoice.due_on)))
    if invoice.delivered_on:
        facts.append(format_html(_("delivered {day}"), day=day(invoice.delivered_on)))
    if invoice.po_number:
        facts.append(_("PO %(number)s") % {"number": invoice.po_number})
    if invoice.terms_text:
        facts.append(invoice.terms_text)
    return Head(
        copied=bool(invoice.number),
        title=name_of(invoice),
        tag=standing(invoice, today),
        party=invoice.customer.name,
        party_url=reverse("statement", args=[invoice.customer.number]),
        amount=invoice.gross * invoice.sign,
        currency=invoice.currency,
        facts=facts,
    )


def _steps(invoice: Invoice, *, today: date, is_printed: bool) -> Iterator[Step]:
    whole = Decimal(100)
    is_drawn = invoice.shipment_number or invoice.order_number or invoice.credits
    words = _("from %(source)s") % {"source": invoice.drawn_from}
    yield Step(
        _("Drafted"), words if is_drawn else _("for %(number)s") % {"number": invoice.drawn_from}, whole
    )
    if invoice.issued_on is None:
        yield Step(_("Issued"), _("waits for you"), Decimal(50), "held")
        yield Step(_("Printed"), "–", ZERO)
        yield Step(_("Settled"), "–", ZERO)
        return
    yield Step(_("Issued"), day_words(invoice.issued_on), whole)
    yield Step(_("Printed"), _("PDF is kept") if is_printed else _("being made"), whole * is_printed)
    yield _settled(invoice, today)


def _settled(invoice: Invoice, today: date) -> Step:
    item = invoice.receivable
    label = _("Settled") if invoice.kind == Invoice.Kind.INVOICE else _("Used")
    if item is None or not item.open_amount:
        return Step(label, day_words(item.settled_on) if item and item.settled_on else "–", Decimal(100))
    done = item.amount - item.open_amount
    amounts = {
        "done": money(abs(done), invoice.currency),
        "all": money(abs(item.amount), invoice.currency),
    }
    is_late = item.open_amount > 0 and item.due_on < today
    share = Decimal(100) if is_late else done * 100 / item.amount
    return Step(label, _("%(done)s of %(all)s") % amounts, share, "late" if is_late else "")


def _actions(own: InvoiceOwn, *, reader: User) -> Iterator[Action]:
    invoice = own.invoice
    if invoice.number is None:
        if reader.has_perm("invoicing.add_invoice"):
            yield Action(_("Discard"), reverse("invoice-discard", args=[invoice.pk]))
        if reader.has_perm("invoicing.issue_invoice"):
            yield Action(_("Issue"), reverse("invoice-issue", args=[invoice.pk]), is_primary=True)
        return
    if invoice.kind == Invoice.Kind.INVOICE and reader.has_perm("invoicing.add_invoice"):
        is_left = any(line.left for line in own.creditable.values())
        blocked = "" if is_left else _("All of it is credited")
        yield Action(_("Credit note"), reverse("invoice-credit", args=[invoice.number]), blocked)
    if _can_use(invoice) and reader.has_perm("receivables.allocate"):
        yield Action(_("Use the credit"), reverse("credit", args=[invoice.number]), is_primary=True)
    if _can_be_paid(invoice) and reader.has_perm("receivables.record_payment"):
        address = f"{reverse('payment-new')}?customer={invoice.customer.number}&invoice={invoice.number}"
        yield Action(_("Record a payment"), address)
    if reader.has_perm("invoicing.view_printedinvoice"):
        blocked = "" if own.is_printed else _("The PDF is still being made")
        yield Action("PDF", reverse("invoice-pdf", args=[invoice.pk]), blocked)


def _can_use(invoice: Invoice) -> bool:
    return invoice.receivable is not None and invoice.receivable.open_amount < 0


def _can_be_paid(invoice: Invoice) -> bool:
    return invoice.receivable is not None and invoice.receivable.open_amount > 0
