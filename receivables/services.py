"""The verbs on open items and money. Locks: payment, then receivables by primary key."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db import IntegrityError

from ledger import selectors as ledger_selectors
from ledger import services as ledger
from ledger.rules import to_base
from o2c.kernel.db import requires_transaction, verb
from o2c.kernel.errors import NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.fsm import ensure_can
from o2c.kernel.models import Company, User
from o2c.kernel.money import total
from receivables import errors, postings
from receivables.events import (
    CreditAllocated,
    PaymentAllocated,
    PaymentReceived,
    PaymentReversed,
    ReceivableReopened,
    ReceivableSettled,
)
from receivables.models import Allocation, Payment, Receivable
from receivables.rules import base_share, is_payable


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
    return Receivable.objects.create(
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
) -> Payment:
    """Record money that came in: it is on the customer's account until it is allocated.

    :raises InvalidAmount: *amount* is no payable amount of *currency*.
    :raises PaymentRecorded: the provider's reference is in the books already.
    :raises PeriodClosed: *received_on* is in no open period.
    :raises RateMissing: *currency* has no exchange rate on that day.
    :raises NotPermitted: *actor* may not record payments.
    """
    if not actor.has_perm("receivables.record_payment"):
        raise NotPermitted(f"{actor} may not record payments.")
    if not is_payable(amount, currency):
        raise errors.InvalidAmount(
            f"{amount} {currency} cannot be paid.",
            amount=str(amount),
            currency=currency,
        )
    rate = ledger_selectors.rate_on(
        company_id=company.pk,
        base_currency=company.base_currency,
        currency=currency,
        on=received_on,
    )
    base = to_base(amount, rate=rate, base_currency=company.base_currency)
    try:
        payment = Payment.objects.create(
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
    except IntegrityError as error:
        if "payment_once_per_provider" not in str(error):
            raise
        raise errors.PaymentRecorded(
            f"The payment {provider_reference} of {provider} was recorded before.",
            provider=provider,
            provider_reference=provider_reference,
        ) from error
    ledger.post_entry(postings.payment_received(payment))
    announce(
        PaymentReceived(
            document_id=payment.pk,
            number=payment.number,
            on=received_on,
            actor_id=actor.pk,
            customer_id=customer_id,
            amount=str(amount),
            currency=currency,
        )
    )
    return payment


@verb
def allocate_payment(
    *, payment_id: int, shares: Mapping[int, Decimal], on: date, actor: User
) -> list[Allocation]:
    """Use a payment for open items: *shares* are amounts by receivable id, in the payment's currency.

    :raises InvalidAmount: a share is no payable amount.
    :raises OverAllocated: more than is open on a receivable, or than is left of the payment.
    :raises WrongCustomer: a receivable is another customer's.
    :raises WrongCurrency: a receivable is in another currency.
    :raises NotPermitted: *actor* may not allocate.
    """
    _ensure_may_allocate(actor)
    payment = Payment.objects.select_related("company").lock(payment_id)
    receivables = Receivable.objects.filter(pk__in=shares.keys()).lock_all()
    _check_shares(receivables, shares, customer_id=payment.customer_id, currency=payment.currency)
    if total(shares.values()) > payment.unallocated:
        raise errors.OverAllocated(
            f"{payment.unallocated} {payment.currency} of {payment.number} are left.",
            left=str(payment.unallocated),
        )
    base_currency = payment.company.base_currency
    allocations = []
    for receivable in receivables:
        share = shares[receivable.pk]
        base_source = base_share(
            amount=share,
            open_amount=payment.unallocated,
            base_open=payment.base_unallocated,
            base_currency=base_currency,
        )
        payment.unallocated -= share
        payment.base_unallocated -= base_source
        allocations.append(
            Allocation(
                receivable=receivable,
                payment=payment,
                amount=share,
                base_amount=_settle(receivable, share, base_currency=base_currency, on=on),
                base_source_amount=base_source,
                on=on,
                actor=actor,
            )
        )
    payment.save(update_fields=["unallocated", "base_unallocated"])
    _save(receivables)
    Allocation.objects.bulk_create(allocations)
    ledger.post_entry(postings.payment_allocated(payment, allocations, on=on, actor_id=actor.pk))
    announce(
        PaymentAllocated(
            document_id=payment.pk,
            number=payment.number,
            on=on,
            actor_id=actor.pk,
            customer_id=payment.customer_id,
            amount=str(total(shares.values())),
            currency=payment.currency,
        )
    )
    _announce_settled(receivables, on=on, actor=actor)
    return allocations


def _ensure_may_allocate(actor: User) -> None:
    if not actor.has_perm("receivables.allocate"):
        raise NotPermitted(f"{actor} may not allocate payments.")


def _check_shares(
    receivables: list[Receivable],
    shares: Mapping[int, Decimal],
    *,
    customer_id: int,
    currency: str,
) -> None:
    """Refuse shares that name other customers' items, other currencies, or more than is open."""
    if not shares or len(receivables) != len(shares):
        raise errors.InvalidAmount("Choose at least one open item; every one must exist.")
    for receivable in receivables:
        share = shares[receivable.pk]
        if not is_payable(share, currency):
            raise errors.InvalidAmount(f"{share} {currency} cannot be allocated.", amount=str(share))
        if receivable.customer_id != customer_id:
            raise errors.WrongCustomer(f"{receivable.document_number} is another customer's.")
        if receivable.currency != currency:
            raise errors.WrongCurrency(f"{receivable.document_number} is in {receivable.currency}.")
        if share > receivable.open_amount:
            raise errors.OverAllocated(
                f"{receivable.open_amount} {currency} are open on {receivable.document_number}.",
                open=str(receivable.open_amount),
            )


def _settle(receivable: Receivable, share: Decimal, *, base_currency: str, on: date) -> Decimal:
    """Take *share* off the open amount and return what that is in base currency."""
    base = base_share(
        amount=share,
        open_amount=receivable.open_amount,
        base_open=receivable.base_open_amount,
        base_currency=base_currency,
    )
    receivable.open_amount -= share
    receivable.base_open_amount -= base
    if receivable.open_amount == 0:
        receivable.settled_on = on
    return base


def _save(receivables: list[Receivable]) -> None:
    if len(receivables) == 1:
        receivables[0].save(update_fields=["open_amount", "base_open_amount", "settled_on"])
    else:
        Receivable.objects.bulk_update(receivables, ["open_amount", "base_open_amount", "settled_on"])


def _announce_settled(receivables: list[Receivable], *, on: date, actor: User) -> None:
    for receivable in receivables:
        if receivable.open_amount == 0:
            announce(
                ReceivableSettled(
                    document_id=receivable.pk,
                    number=receivable.document_number,
                    on=on,
                    actor_id=actor.pk,
                )
            )


@verb
def allocate_credit(
    *, credit_id: int, shares: Mapping[int, Decimal], on: date, actor: User
) -> list[Allocation]:
    """Use an open credit note for open invoices of the same customer and currency.

    :raises OverAllocated: more than is open on either side.
    :raises InvalidAmount: a share is no payable amount, or *credit_id* is no credit note.
    :raises WrongCustomer: a receivable is another customer's.
    :raises WrongCurrency: a receivable is in another currency.
    :raises NotPermitted: *actor* may not allocate.
    """
    _ensure_may_allocate(actor)
    locked = (
        Receivable.objects.select_related("company").filter(pk__in=[credit_id, *shares.keys()]).lock_all()
    )
    note = next((item for item in locked if item.pk == credit_id and item.amount < 0), None)
    if note is None:
        raise errors.InvalidAmount("Only an open credit note can be used like this.")
    receivables = [item for item in locked if item.pk != credit_id]
    _check_shares(receivables, shares, customer_id=note.customer_id, currency=note.currency)
    if total(shares.values()) > -note.open_amount:
        raise errors.OverAllocated(
            f"{-note.open_amount} {note.currency} are left of {note.document_number}.",
            left=str(-note.open_amount),
        )
    base_currency = note.company.base_currency
    allocations = [
        Allocation(
            receivable=receivable,
            credit=note,
            amount=shares[receivable.pk],
            base_source_amount=-_settle(note, -shares[receivable.pk], base_currency=base_currency, on=on),
            base_amount=_settle(receivable, shares[receivable.pk], base_currency=base_currency, on=on),
            on=on,
            actor=actor,
        )
        for receivable in receivables
    ]
    _save(locked)
    Allocation.objects.bulk_create(allocations)
    for allocation in allocations:
        if allocation.base_amount != allocation.base_source_amount:
            ledger.post_entry(
                postings.credit_allocated(
                    note.company_id,
                    allocation,
                    currency=note.currency,
                    party_id=note.customer_id,
                    on=on,
                    actor_id=actor.pk,
                )
            )
    announce(
        CreditAllocated(
            document_id=note.pk,
            number=note.document_number,
            on=on,
            actor_id=actor.pk,
            amount=str(total(shares.values())),
            currency=note.currency,
        )
    )
    _announce_settled(locked, on=on, actor=actor)
    return allocations


@verb
def reverse_allocation(*, allocation_id: int, on: date, actor: User) -> Allocation:
    """Take an allocation of a payment back: the money is on account again, the item open again.

    :raises AllocationNotReversible: it was taken back before, or used a credit note.
    :raises NotPermitted: *actor* may not allocate.
    """
    _ensure_may_allocate(actor)
    payment_id = Allocation.objects.filter(pk=allocation_id).values_list("payment_id", flat=True).first()
    if payment_id is None:
        raise errors.AllocationNotReversible("There is no such allocation of a payment.")
    payment = Payment.objects.lock(payment_id)
    allocation = Allocation.objects.lock(allocation_id)
    if allocation.reversed_on is not None:
        raise errors.AllocationNotReversible("The allocation was taken back before.")
    receivable = Receivable.objects.lock(allocation.receivable_id)
    was_settled = receivable.open_amount == 0
    receivable.open_amount += allocation.amount
    receivable.base_open_amount += allocation.base_amount
    receivable.settled_on = None
    payment.unallocated += allocation.amount
    payment.base_unallocated += allocation.base_source_amount
    allocation.reversed_on = on
    payment.save(update_fields=["unallocated", "base_unallocated"])
    _save([receivable])
    allocation.save(update_fields=["reversed_on"])
    ledger.post_entry(postings.allocation_reversed(payment, allocation, on=on, actor_id=actor.pk))
    if was_settled:
        announce(
            ReceivableReopened(
                document_id=receivable.pk,
                number=receivable.document_number,
                on=on,
                actor_id=actor.pk,
            )
        )
    return allocation


@verb
def reverse_payment(*, payment_id: int, on: date, actor: User) -> Payment:
    """Take a payment that bounced, or was recorded by mistake, out of the books again.

    :raises PaymentNotReversible: it is reversed already, or part of it is allocated.
    :raises NotPermitted: *actor* may not reverse payments.
    """
    payment = Payment.objects.lock(payment_id)
    ensure_can(payment.mark_reversed, by=actor, otherwise=errors.PaymentNotReversible)
    if payment.unallocated != payment.amount:
        raise errors.PaymentNotReversible(f"Part of {payment.number} is allocated.")
    payment.mark_reversed()
    payment.save(update_fields=["state", "unallocated", "base_unallocated"])
    ledger.post_entry(postings.payment_reversed(payment, on=on, actor_id=actor.pk))
    announce(
        PaymentReversed(
            document_id=payment.pk,
            number=payment.number,
            on=on,
            actor_id=actor.pk,
            customer_id=payment.customer_id,
            amount=str(payment.amount),
            currency=payment.currency,
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
    **source: str,
) -> Payment:
    """Record a payment and allocate it in one step, as a clerk does who ticks the open items.

    *source* takes ``method``, ``reference``, ``provider`` and ``provider_reference``. Raises what
    `record_payment` and `allocate_payment` raise.
    """
    payment = record_payment(
        company=company,
        customer_id=customer_id,
        amount=amount,
        currency=currency,
        received_on=received_on,
        actor=actor,
        **source,
    )
    if shares:
        allocate_payment(payment_id=payment.pk, shares=shares, on=received_on, actor=actor)
    return payment
