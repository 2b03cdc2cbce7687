"""One return as its page shows it: what may come back, what came, and what became of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _, pgettext

from customers.selectors import messages_of_document
from fulfillment.models import Return, ReturnLine
from fulfillment.tones import RETURN_TONES
from invoicing.models import Invoice
from o2c.kernel.attached import attached_to
from o2c.kernel.figures import day, day_words, quantity
from o2c.kernel.models import User
from o2c.kernel.money import ZERO, total
from o2c.kernel.worklists import Tag
from reporting.document import DocumentPage, Head
from reporting.order_actions import Action
from reporting.order_steps import Step
from reporting.outgoing import told_of
from reporting.selectors import document_chain, document_history

State = Return.State


@dataclass(frozen=True, slots=True)
class ReturnOwn:
    """What only a return's page shows."""

    returned: Return
    lines: Sequence[ReturnLine]
    credit_notes: Sequence[Invoice]


def return_page(*, number: str, reader: User) -> DocumentPage | None:
    """Return the page of a return by its number, None where there is none; as many queries for any return."""
    found = Return.objects.select_related("shipment__order__customer", "warehouse").filter(number=number)
    returned = found.first()
    if returned is None:
        return None
    history = document_history([("return", returned.pk)])
    messages = messages_of_document(document_type="return", document_id=returned.pk)
    lines = list(returned.lines.select_related("shipment_line__order_line__product").order_by("pk"))
    notes = Invoice.objects.filter(lines__return_line__in=lines).distinct().order_by("pk")
    return DocumentPage(
        head=_head(returned),
        steps=_steps(returned, lines),
        chain=document_chain(returned.shipment.order_id),
        here=f"return/{returned.pk}",
        history=history,
        attached=attached_to("return", returned.pk),
        messages=list(messages[:20]),
        told=told_of(history),
        actions=list(_actions(returned, lines, reader)),
        own=ReturnOwn(returned, lines, list(notes)),
    )


def _head(returned: Return) -> Head:
    shipment = returned.shipment
    link = reverse("shipment", args=[shipment.number])
    of = format_html(
        _("of shipment {shipment}"), shipment=format_html('<a class="link" href="{}">{}</a>', link, shipment)
    )
    until = format_html(_("to be sent until {day}"), day=day(returned.valid_until))
    facts = [of, returned.get_reason_display(), until, returned.warehouse.name]
    return Head(
        title=returned.number,
        tag=Tag(returned.get_state_display(), RETURN_TONES[returned.state]),
        party=shipment.order.customer.name,
        facts=[*facts, f"“{returned.note}”"] if returned.note else facts,
    )


def _steps(returned: Return, lines: Sequence[ReturnLine]) -> list[Step]:
    if returned.state == State.CANCELLED:
        return []
    days = [
        (_("Authorised"), returned.authorised_on),
        (_("Received"), returned.received_on),
        (_("Inspected"), returned.inspected_on),
    ]
    steps = [Step(label, day_words(on) if on else "–", Decimal(100 * bool(on))) for label, on in days]
    came, credited = total(line.received for line in lines), total(line.credited for line in lines)
    words = _("%(done)s of %(all)s") % {"done": quantity(credited), "all": quantity(came)}
    share = credited * 100 / came if came else ZERO
    return [*steps, Step(_("Credited"), words if returned.inspected_on else "–", share)]


def _actions(returned: Return, lines: Sequence[ReturnLine], reader: User) -> Iterator[Action]:
    """Yield what the reader's role may do with it now, the next step last."""
    if returned.state == State.AUTHORISED and reader.has_perm("fulfillment.authorise_return"):
        yield Action(pgettext("return", "Cancel"), reverse("return-cancel", args=[returned.number]))
    is_owed = returned.state == State.INSPECTED and any(line.to_credit for line in lines)
    if is_owed and reader.has_perm("invoicing.add_invoice"):
        yield Action(
            _("Draft credit note"), reverse("return-credit", args=[returned.number]), is_primary=True
        )
    if not reader.has_perm("fulfillment.receive_return"):
        return
    if returned.state == State.AUTHORISED:
        yield Action(_("Receive"), reverse("return-receive", args=[returned.number]), is_primary=True)
    if returned.state == State.RECEIVED:
        yield Action(_("Inspect"), reverse("return-inspect", args=[returned.number]), is_primary=True)
