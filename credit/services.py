"""The verbs on credit. The account's row is the first lock: checks of one customer follow each other."""

from dataclasses import asdict
from datetime import date
from decimal import Decimal

from credit import errors, selectors
from credit.events import CreditLimitChanged
from credit.models import CreditAccount, Decision
from credit.rules import evaluate
from customers.models import Customer
from o2c.kernel import audit, rows
from o2c.kernel.db import fetch_all, requires_transaction, verb
from o2c.kernel.errors import NotFound, NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.models import User
from o2c.kernel.money import ZERO

COMMIT = """
INSERT INTO credit_commitment (account_id, reference, amount) VALUES (%s, %s, %s)
ON CONFLICT (reference) DO UPDATE SET amount = excluded.amount
"""


@requires_transaction
def lock_account(*, customer_id: int) -> CreditAccount:
    """Take the first lock of a transaction that commits or frees credit of the customer.

    A customer without an account gets one with a limit of zero, so that there is a row to lock.
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
    *, account: CreditAccount, currency: str, reference: str, amount: Decimal, on: date, actor: User
) -> Decision:
    """Decide whether the order *reference* may claim *amount* of the locked *account*; commit it if so.

    The decision is stored rule by rule with its figures, also when it refuses.
    """
    facts = selectors.facts(account=account, currency=currency, requested=amount, on=on)
    outcomes = evaluate(facts)
    decision = rows.insert(
        [
            Decision(
                account=account,
                reference=reference,
                approved=all(outcome.passed for outcome in outcomes),
                requested=amount,
                exposure=facts.exposure,
                limit=facts.limit,
                rules=[asdict(outcome) for outcome in outcomes],
                on=on,
                actor=actor,
            )
        ]
    )[0]
    if decision.approved:
        commit(account=account, reference=reference, amount=amount)
    return decision


@requires_transaction
def commit(*, account: CreditAccount, reference: str, amount: Decimal) -> None:
    """Set what the order *reference* claims of the locked *account*: what is confirmed and not invoiced."""
    fetch_all(COMMIT, [account.pk, reference, amount])


@verb
def set_limit(*, customer_id: int, limit: Decimal, on: date, actor: User) -> CreditAccount:
    """Set the customer's credit limit, in the customer's currency. It never un-confirms an order.

    :raises InvalidLimit: *limit* is negative or not finite.
    :raises NotFound: there is no such customer.
    :raises NotPermitted: *actor* may not change limits.
    """
    if not actor.has_perm("credit.change_creditaccount"):
        raise NotPermitted(f"{actor} may not change credit limits.")
    if not limit.is_finite() or limit < 0 or limit >= Decimal(10) ** 15:
        raise errors.InvalidLimit(f"{limit} is no credit limit.")
    number = Customer.objects.filter(pk=customer_id).values_list("number", flat=True).first()
    if number is None:
        raise NotFound(f"There is no customer {customer_id}.")
    audit.set_actor(actor.pk)
    account = lock_account(customer_id=customer_id)
    account.limit = limit
    account.save(update_fields=["limit"])
    announce(
        CreditLimitChanged(
            document_id=account.pk,
            number=number,
            on=on,
            actor_id=actor.pk,
            customer_id=customer_id,
            limit=str(limit),
        )
    )
    return account
