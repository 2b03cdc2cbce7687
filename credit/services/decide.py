"""Deciding credit: lock, look, decide, commit. Building blocks of the verbs on orders and invoices."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from credit import selectors
from credit.models import CreditAccount, Decision
from credit.rules import evaluate, is_approved
from o2c.kernel import audit, rows
from o2c.kernel.db import fetch_all, requires_transaction
from o2c.kernel.models import User
from o2c.kernel.money import ZERO

COMMIT = """
INSERT INTO credit_commitment (account_id, reference, amount) VALUES (%s, %s, %s)
ON CONFLICT (reference) DO UPDATE SET amount = excluded.amount
"""


@requires_transaction
def lock_account(*, customer_id: int) -> CreditAccount:
    """Take the first lock of a transaction that commits or frees credit of the customer.

    Where the limit of the customer's parent is the whole group's, the parent's account is locked with it, in
    one statement by primary key, so that two of a group never pass its limit side by side. A customer without
    an account gets one with a limit of zero, so that there is a row to lock.
    """
    account = CreditAccount.objects.lock_for(customer_id=customer_id)
    if account is None:
        CreditAccount.objects.bulk_create(
            [CreditAccount(customer_id=customer_id, limit=ZERO)], ignore_conflicts=True
        )
        account = CreditAccount.objects.lock_for(customer_id=customer_id)
    assert account is not None
    return account


@requires_transaction
def authorize(
    *,
    account: CreditAccount,
    currency: str,
    reference: str,
    amount: Decimal,
    on: date,
    actor: User,
    waives: Collection[str] = (),
) -> Decision:
    """Decide whether the order *reference* may claim *amount* of the locked *account*; commit it if so.

    *amount* is gross and all that the order claims from now on, in the customer's *currency*; what it claims
    already is not counted twice. *waives* are codes of rules that a person lets pass (``limit``, ``overdue``
    ...). The decision is stored rule by rule with its figures and cures, also when it refuses; whether the
    customer is late is on it either way (`Decision.overdue`).
    """
    facts = selectors.facts(account=account, currency=currency, requested=amount, on=on, reference=reference)
    outcomes = evaluate(facts, waives=waives)
    decision = rows.insert(
        [
            Decision(
                account=account,
                reference=reference,
                approved=is_approved(outcomes),
                requested=amount,
                exposure=facts.exposure,
                limit=facts.limit,
                rules=[outcome.as_record() for outcome in outcomes],
                on=on,
                actor=actor,
            )
        ]
    )[0]
    if decision.approved:
        commit(account=account, reference=reference, amount=amount)
        if account.first_ordered_on is None:
            _mark_first_order(account, reference, on=on, actor=actor)
    return decision


@requires_transaction
def commit(*, account: CreditAccount, reference: str, amount: Decimal) -> None:
    """Set what the order *reference* claims of the locked *account*: what is confirmed and not invoiced."""
    fetch_all(COMMIT, [account.pk, reference, amount])
    if not amount and account.first_reference == reference:
        _unmark_first_order(account)


def _mark_first_order(account: CreditAccount, reference: str, *, on: date, actor: User) -> None:
    audit.set_actor(actor.pk)
    account.first_ordered_on, account.first_reference = on, reference
    rows.update(account, "first_ordered_on")


def _unmark_first_order(account: CreditAccount) -> None:
    """The order got no stock in the same transaction, so the first order is still to come."""
    account.first_ordered_on, account.first_reference = None, ""
    rows.update(account, "first_ordered_on")
