"""Payments and allocations as journal entries. Documents in, balanced drafts out; writes nothing."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from ledger.entries import EntryDraft, Leg, Role, credit, debit, without_empty
from receivables.models import Allocation, Payment

BANK_ROLE = {
    Payment.Method.BANK: Role.BANK,
    Payment.Method.CASH: Role.BANK,
    Payment.Method.GATEWAY: Role.GATEWAY_CLEARING,
}


def payment_received(payment: Payment) -> EntryDraft:
    """Dr bank or gateway clearing; Cr unallocated cash of the customer."""
    return EntryDraft(
        company_id=payment.company_id,
        source=f"payment/{payment.pk}/received",
        on=payment.received_on,
        description=f"Payment {payment.number}",
        actor_id=payment.actor_id,
        legs=_money_in(payment, payment.base_amount, payment.amount),
    )


def payment_reversed(payment: Payment, *, on: date, actor_id: int) -> EntryDraft:
    """Dr unallocated cash of the customer; Cr bank or gateway clearing."""
    return EntryDraft(
        company_id=payment.company_id,
        source=f"payment/{payment.pk}/reversed",
        on=on,
        description=f"Payment {payment.number} reversed",
        actor_id=actor_id,
        legs=_money_in(payment, -payment.base_amount, -payment.amount),
    )


def _money_in(payment: Payment, base: Decimal, amount: Decimal) -> list[Leg]:
    role = BANK_ROLE[Payment.Method(payment.method)]
    return [
        debit(role, base, currency=payment.currency, amount=amount),
        credit(
            Role.UNALLOCATED_CASH,
            base,
            currency=payment.currency,
            amount=amount,
            party_id=payment.customer_id,
        ),
    ]


def payment_allocated(
    payment: Payment, allocations: Sequence[Allocation], *, on: date, actor_id: int
) -> EntryDraft:
    """Dr unallocated cash; Cr receivables, both of the customer; the exchange difference to gain or loss."""
    return EntryDraft(
        company_id=payment.company_id,
        source=f"payment/{payment.pk}/allocation/{allocations[0].pk}",
        on=on,
        description=f"Payment {payment.number} allocated",
        actor_id=actor_id,
        legs=[leg for allocation in allocations for leg in _settlement(payment, allocation, sign=1)],
    )


def allocation_reversed(payment: Payment, allocation: Allocation, *, on: date, actor_id: int) -> EntryDraft:
    """The mirror image of one allocation."""
    return EntryDraft(
        company_id=payment.company_id,
        source=f"allocation/{allocation.pk}/reversed",
        on=on,
        description=f"Payment {payment.number}: allocation taken back",
        actor_id=actor_id,
        legs=_settlement(payment, allocation, sign=-1),
    )


def _settlement(payment: Payment, allocation: Allocation, *, sign: int) -> list[Leg]:
    currency, party = payment.currency, payment.customer_id
    amount = allocation.amount * sign
    return without_empty(
        [
            debit(
                Role.UNALLOCATED_CASH,
                allocation.base_source_amount * sign,
                currency=currency,
                amount=amount,
                party_id=party,
            ),
            credit(
                Role.RECEIVABLES,
                allocation.base_amount * sign,
                currency=currency,
                amount=amount,
                party_id=party,
            ),
            exchange_difference(allocation, sign=sign, currency=currency),
        ]
    )


def exchange_difference(allocation: Allocation, *, sign: int, currency: str) -> Leg:
    """Return the leg for what the source was worth more (gain) or less (loss) than the receivable."""
    gain = (allocation.base_source_amount - allocation.base_amount) * sign
    role = Role.FX_GAIN if gain * sign > 0 else Role.FX_LOSS
    return credit(role, gain, currency=currency, amount=Decimal(0))


def credit_allocated(
    company_id: int,
    allocation: Allocation,
    *,
    currency: str,
    party_id: int,
    on: date,
    actor_id: int,
) -> EntryDraft:
    """Book the exchange difference between a credit note and the invoice it settles.

    Both are on the receivables account, so only the difference of their rates moves anything.
    """
    return EntryDraft(
        company_id=company_id,
        source=f"allocation/{allocation.pk}/credit",
        on=on,
        description="Credit note allocated",
        actor_id=actor_id,
        legs=[
            debit(
                Role.RECEIVABLES,
                allocation.base_source_amount,
                currency=currency,
                amount=allocation.amount,
                party_id=party_id,
            ),
            credit(
                Role.RECEIVABLES,
                allocation.base_amount,
                currency=currency,
                amount=allocation.amount,
                party_id=party_id,
            ),
            *without_empty([exchange_difference(allocation, sign=1, currency=currency)]),
        ],
    )
