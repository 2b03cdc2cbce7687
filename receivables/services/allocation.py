"""Which money or credit settles which open item. Locks: payment, then receivables by primary key."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from ledger import services as ledger
from o2c.kernel import rows
from o2c.kernel.db import verb
from o2c.kernel.errors import NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.models import User
from o2c.kernel.money import total
from receivables import errors, postings
from receivables.events import CreditAllocated, PaymentAllocated, ReceivableReopened, ReceivableSettled
from receivables.models import Allocation, Payment, Receivable
from receivables.rules import base_share, is_payable


@verb
def allocate_payment(
    *, payment_id: int, shares: Mapping[int, Decimal], on: date, actor: User
) -> list[Allocation]:
    """Use a payment for open items: *shares* are amounts by receivable id, in the payment's currency.

    It is dated *on*, or later if the money came, or the youngest of the items was issued, later.

    :raises InvalidAmount: a share is no payable amount.
    :raises OverAllocated: more than is open on a receivable, or than is left of the payment.
    :raises WrongCustomer: a receivable is another customer's.
    :raises WrongCurrency: a receivable is in another currency.
    :raises NotPermitted: *actor* may not allocate.
    """
    payment = Payment.objects.lock(payment_id)
    return allocate(payment, shares, on=on, actor=actor)


def allocate(payment: Payment, shares: Mapping[int, Decimal], *, on: date, actor: User) -> list[Allocation]:
    """Use a locked payment, or one that was just recorded, for open items; see `allocate_payment`."""
    _ensure_may_allocate(actor)
    receivables = Receivable.objects.lock_where("id = ANY(%s)", sorted(shares))
    _check_shares(receivables, shares, customer_id=payment.customer_id, currency=payment.currency)
    if total(shares.values()) > payment.unallocated:
        raise errors.OverAllocated(
            _("%(unallocated)s %(currency)s of %(payment)s are left.")
            % {"unallocated": payment.unallocated, "currency": payment.currency, "payment": payment.number},
            left=str(payment.unallocated),
        )
    on = max(on, payment.received_on, *(receivable.issued_on for receivable in receivables))
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
    rows.update(payment, "unallocated", "base_unallocated")
    _save(receivables)
    rows.insert(allocations)
    ledger.post_entry(postings.payment_allocated(payment, allocations, on=on, actor_id=actor.pk))
    announce(
        PaymentAllocated.of(
            payment,
            on=on,
            actor=actor,
            customer_id=payment.customer_id,
            amount=str(total(shares.values())),
            currency=payment.currency,
        )
    )
    _announce_settled(receivables, on=on, actor=actor)
    return allocations


def _ensure_may_allocate(actor: User) -> None:
    if not actor.has_perm("receivables.allocate"):
        raise NotPermitted(_("%(actor)s may not allocate payments.") % {"actor": actor})


def _check_shares(
    receivables: list[Receivable], shares: Mapping[int, Decimal], *, customer_id: int, currency: str
) -> None:
    """Refuse shares that name other customers' items, other currencies, or more than is open."""
    if not shares or len(receivables) != len(shares):
        raise errors.InvalidAmount(_("Choose at least one open item; every one must exist."))
    for receivable in receivables:
        share = shares[receivable.pk]
        if not is_payable(share, currency):
            raise errors.InvalidAmount(
                _("%(share)s %(currency)s cannot be allocated.") % {"share": share, "currency": currency},
                amount=str(share),
            )
        if receivable.customer_id != customer_id:
            raise errors.WrongCustomer(
                _("%(receivable)s is another customer's.") % {"receivable": receivable.document_number}
            )
        if receivable.currency != currency:
            raise errors.WrongCurrency(
                _("%(receivable)s is in %(currency)s.")
                % {"receivable": receivable.document_number, "currency": receivable.currency}
            )
        if share > receivable.open_amount:
            raise errors.OverAllocated(
                _("%(open_amount)s %(currency)s are open on %(receivable)s.")
                % {
                    "open_amount": receivable.open_amount,
                    "currency": currency,
                    "receivable": receivable.document_number,
                },
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
        rows.update(receivables[0], "open_amount", "base_open_amount", "settled_on")
    else:
        Receivable.objects.bulk_update(receivables, ["open_amount", "base_open_amount", "settled_on"])


def _announce_settled(receivables: list[Receivable], *, on: date, actor: User) -> None:
    for receivable in receivables:
        if receivable.open_amount == 0:
            announce(ReceivableSettled.of(receivable, on=on, actor=actor))


@verb
def allocate_credit(
    *, credit_id: int, shares: Mapping[int, Decimal], on: date, actor: User
) -> list[Allocation]:
    """Use an open credit note for open invoices of the same customer and currency.

    It is dated *on*, or later if the youngest of the documents was issued later.

    :raises OverAllocated: more than is open on either side.
    :raises InvalidAmount: a share is no payable amount, or *credit_id* is no credit note.
    :raises WrongCustomer: a receivable is another customer's.
    :raises WrongCurrency: a receivable is in another currency.
    :raises NotPermitted: *actor* may not allocate.
    """
    _ensure_may_allocate(actor)
    locked = Receivable.objects.lock_where("id = ANY(%s)", sorted({credit_id, *shares}))
    note = next((item for item in locked if item.pk == credit_id and item.amount < 0), None)
    if note is None:
        raise errors.InvalidAmount(_("Only an open credit note can be used like this."))
    receivables = [item for item in locked if item.pk != credit_id]
    _check_shares(receivables, shares, customer_id=note.customer_id, currency=note.currency)
    if total(shares.values()) > -note.open_amount:
        raise errors.OverAllocated(
            _("%(open_amount)s %(currency)s are left of %(note)s.")
            % {"open_amount": -note.open_amount, "currency": note.currency, "note": note.document_number},
            left=str(-note.open_amount),
        )
    on = max(on, *(item.issued_on for item in locked))
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
    rows.insert(allocations)
    _book_differences(note, allocations, on=on, actor=actor)
    announce(
        CreditAllocated.of(
            note,
            on=on,
            actor=actor,
            customer_id=note.customer_id,
            amount=str(total(shares.values())),
            currency=note.currency,
        )
    )
    _announce_settled(locked, on=on, actor=actor)
    return allocations


def _book_differences(note: Receivable, allocations: list[Allocation], *, on: date, actor: User) -> None:
    """Book what the exchange rate made of the credit *note* between its day and its use."""
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


@verb
def reverse_allocation(*, allocation_id: int, on: date, actor: User) -> Allocation:
    """Take an allocation of a payment back: the money is on account again, the item open again.

    It is dated *on*, or the day of the allocation if that is later.

    :raises AllocationNotReversible: it was taken back before, or used a credit note.
    :raises NotPermitted: *actor* may not allocate.
    """
    _ensure_may_allocate(actor)
    payment_id = Allocation.objects.filter(pk=allocation_id).values_list("payment_id", flat=True).first()
    if payment_id is None:
        raise errors.AllocationNotReversible(_("There is no such allocation of a payment."))
    payment = Payment.objects.lock(payment_id)
    allocation = Allocation.objects.lock(allocation_id)
    if allocation.reversed_on is not None:
        raise errors.AllocationNotReversible(_("The allocation was taken back before."))
    receivable = Receivable.objects.lock(allocation.receivable_id)
    was_settled = receivable.open_amount == 0
    receivable.open_amount += allocation.amount
    receivable.base_open_amount += allocation.base_amount
    receivable.settled_on = None
    payment.unallocated += allocation.amount
    payment.base_unallocated += allocation.base_source_amount
    allocation.reversed_on = on = max(on, allocation.on)
    rows.update(payment, "unallocated", "base_unallocated")
    _save([receivable])
    rows.update(allocation, "reversed_on")
    ledger.post_entry(postings.allocation_reversed(payment, allocation, on=on, actor_id=actor.pk))
    if was_settled:
        announce(ReceivableReopened.of(receivable, on=on, actor=actor))
    return allocation
