"""Open items and the money that comes in for them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db import IntegrityError
from django.utils.translation import gettext as _

from customers.models import Customer
from ledger import selectors as ledger_selectors, services as ledger
from ledger.rules import to_base
from o2c.kernel import rows
from o2c.kernel.db import requires_transaction, verb
from o2c.kernel.errors import NotFound, NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.figures import day_words
from o2c.kernel.fsm import ensure_can
from o2c.kernel.models import Company, User
from receivables import errors, postings
from receivables.events import PaymentReceived, PaymentReversed
from receivables.models import Payment, Receivable
from receivables.rules import is_payable
from receivables.services.allocation import allocate


@requires_transaction
def open_item(
    *,
    company_id: int,
    customer_id: int,
    kind: str,
    document_number: str,
    issued_on: date,
    due_on: date,
    currency: str,
    amount: Decimal,
    base_amount: Decimal,
    entry_id: int,
) -> Receivable:
    """Open the item of an issued document; *amount* is negative for a credit note."""
    return rows.insert(
        [
            Receivable(
                company_id=company_id,
                customer_id=customer_id,
                kind=kind,
                document_number=document_number,
                issued_on=issued_on,
                due_on=due_on,
                currency=currency,
                amount=amount,
                open_amount=amount,
                base_amount=base_amount,
                base_open_amount=base_amount,
                entry_id=entry_id,
            )
        ]
    )[0]


@verb
def record_payment(
    *,
    company: Company,
    customer_id: int,
    amount: Decimal,
    currency: str,
    received_on: date,
    actor: User,
    method: str = Payment.Method.BANK,
    reference: str = "",
    provider: str = "",
    provider_reference: str | None = None,
    today: date | None = None,
    acknowledges_duplicate: bool = True,
) -> Payment:
    """Record money that came in: it is on the customer's account until it is allocated.

    *today* is given where somebody said *received_on*, who may mistype a year. Without *acknowledges_duplicate*,
    which a person says who was asked, one like a payment that is in the books is refused.

    :raises PaymentInFuture: *received_on* is after *today*.
    :raises InvalidAmount: *amount* is no payable amount of *currency*.
    :raises NotFound: there is no such customer.
    :raises PaymentRecorded: the provider's reference is in the books already.
    :raises PaymentRepeated: there is one of that customer, amount, day and text, and it is not acknowledged.
    :raises PeriodClosed: *received_on* is in no open period.
    :raises RateMissing: *currency* has no exchange rate on that day.
    :raises NotPermitted: *actor* may not record payments.
    """
    if not actor.has_perm("receivables.record_payment"):
        raise NotPermitted(_("%(actor)s may not record payments.") % {"actor": actor})
    _ensure_has_come(received_on, today=today)
    _ensure_can_be_paid(amount, currency, customer_id=customer_id)
    if not acknowledges_duplicate:
        _ensure_is_another(customer_id, amount, currency, received_on=received_on, reference=reference)
    rate = ledger_selectors.rate_on(
        company_id=company.pk, base_currency=company.base_currency, currency=currency, on=received_on
    )
    base = to_base(amount, rate=rate, base_currency=company.base_currency)
    payment = _insert_once(
        Payment(
            company=company,
            customer_id=customer_id,
            method=method,
            reference=reference,
            provider=provider,
            provider_reference=provider_reference,
            received_on=received_on,
            currency=currency,
            amount=amount,
            unallocated=amount,
            base_amount=base,
            base_unallocated=base,
            actor=actor,
        )
    )
    ledger.post_entry(postings.payment_received(payment))
    announce(
        PaymentReceived.of(
            payment,
            on=received_on,
            actor=actor,
            customer_id=customer_id,
            amount=str(amount),
            currency=currency,
        )
    )
    return payment


def _ensure_has_come(received_on: date, *, today: date | None) -> None:
    if today is not None and received_on > today:
        raise errors.PaymentInFuture(
            _("%(day)s is still to come.") % {"day": day_words(received_on)}, received_on=str(received_on)
        )


def _ensure_is_another(
    customer_id: int, amount: Decimal, currency: str, *, received_on: date, reference: str
) -> None:
    """Refuse what was entered before; the customer's lock lets two tabs in one after the other."""
    Customer.objects.lock(customer_id)
    alike = Payment.objects.filter(
        customer_id=customer_id,
        received_on=received_on,
        currency=currency,
        amount=amount,
        reference=reference,
    ).exclude(state=Payment.State.REVERSED)
    first = alike.order_by("pk").first()
    if first is not None:
        raise errors.PaymentRepeated(
            _("%(payment)s is of the same customer, amount, day and text.") % {"payment": first.number},
            payment=first.number,
        )


def _ensure_can_be_paid(amount: Decimal, currency: str, *, customer_id: int) -> None:
    if not is_payable(amount, currency):
        raise errors.InvalidAmount(
            _("%(amount)s %(currency)s cannot be paid.") % {"amount": amount, "currency": currency},
            amount=str(amount),
            currency=currency,
        )
    if not Customer.objects.filter(pk=customer_id).exists():
        raise NotFound(_("There is no customer %(customer_id)s.") % {"customer_id": customer_id})


def _insert_once(payment: Payment) -> Payment:
    """Insert *payment* unless its provider's reference is in the books already."""
    try:
        return rows.insert([payment])[0]
    except IntegrityError as error:
        if "payment_once_per_provider" not in str(error):
            raise
        raise errors.PaymentRecorded(
            _("The payment %(provider_reference)s of %(provider)s was recorded before.")
            % {"provider_reference": payment.provider_reference, "provider": payment.provider},
            provider=payment.provider,
            provider_reference=payment.provider_reference,
        ) from error


@verb
def reverse_payment(*, payment_id: int, on: date, actor: User, reason: str = "") -> Payment:
    """Take a payment that bounced, or was recorded by mistake, out of the books again; *reason* says which.

    It is dated *on*, or the day on which the money came if that is later: what is taken back was there before.

    :raises PaymentNotReversible: it is reversed already, or part of it is allocated.
    :raises NotPermitted: *actor* may not reverse payments.
    """
    payment = Payment.objects.lock(payment_id)
    ensure_can(payment.mark_reversed, by=actor, otherwise=errors.PaymentNotReversible)
    if payment.unallocated != payment.amount:
        raise errors.PaymentNotReversible(
            _("Part of %(payment)s is allocated.") % {"payment": payment.number}
        )
    on = payment.day_of_reversal(on)
    payment.mark_reversed()
    rows.update(payment, "state", "unallocated", "base_unallocated")
    ledger.post_entry(postings.payment_reversed(payment, on=on, actor_id=actor.pk))
    announce(
        PaymentReversed.of(
            payment,
            on=on,
            actor=actor,
            customer_id=payment.customer_id,
            amount=str(payment.amount),
            currency=payment.currency,
            reason=reason.strip()[:200],
        )
    )
    return payment


@verb
def receive_payment(
    *,
    company: Company,
    customer_id: int,
    amount: Decimal,
    currency: str,
    received_on: date,
    shares: Mapping[int, Decimal],
    actor: User,
    today: date | None = None,
    acknowledges_duplicate: bool = True,
    **source: str,
) -> Payment:
    """Record a payment and allocate it in one step, as a clerk does who ticks the open items.

    *today* and *acknowledges_duplicate* are as in `record_payment`; *source* takes ``method``, ``reference``,
    ``provider`` and ``provider_reference``. Raises what `record_payment` and `allocate_payment` raise.
    """
    payment = record_payment(
        company=company,
        customer_id=customer_id,
        amount=amount,
        currency=currency,
        received_on=received_on,
        actor=actor,
        today=today,
        acknowledges_duplicate=acknowledges_duplicate,
        **source,
    )
    if shares:
        allocate(payment, shares, on=received_on, actor=actor)
    return payment
