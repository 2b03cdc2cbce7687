"""Questions about credit."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import QuerySet

from credit.models import CreditAccount, Decision, LimitRequest
from credit.rules import (
    VERY_LATE_DAYS,
    CreditFacts,
    GroupFacts,
    Known,
    PaymentBehaviour,
    PayOnAccount,
    RuleOutcome,
    evaluate,
    is_repeat_offender,
    pay_on_account,
    risk_class,
    score,
    score_of_newcomer,
)
from customers.models import Customer
from o2c.kernel.db import fetch_all
from o2c.kernel.money import ZERO
from receivables import selectors as receivables

# What a decision looks at besides receivables. A report of a bureau matters to a newcomer only.
TERMS = """
SELECT (SELECT COALESCE(sum(amount), 0) FROM credit_commitment WHERE account_id = %(account)s AND amount > 0),
    COALESCE((SELECT amount FROM credit_commitment
              WHERE reference = %(reference)s AND account_id = %(account)s), 0),
    terms.is_prepayment, policy.first_order_limit, policy.overdue_tolerance, policy.holds_high_risk,
    CASE WHEN account.first_ordered_on IS NULL THEN (
        SELECT report.covered FROM credit_creditreport report
        WHERE report.account_id = account.id AND report.valid_until >= %(on)s ORDER BY report.id DESC LIMIT 1
    ) END
FROM credit_creditaccount account
JOIN customers_customer customer ON customer.id = account.customer_id
JOIN customers_paymentterms terms ON terms.id = customer.terms_id
LEFT JOIN credit_creditpolicy policy ON policy.id = account.policy_id
WHERE account.id = %(account)s
"""

GROUP_COMMITTED = """
SELECT customer.currency, sum(claim.amount) FROM customers_customer customer
JOIN credit_creditaccount account ON account.customer_id = customer.id
JOIN credit_commitment claim ON claim.account_id = account.id AND claim.amount > 0
WHERE customer.id = %(parent)s OR customer.parent_id = %(parent)s GROUP BY customer.currency
"""


def facts(
    *, account: CreditAccount, currency: str, requested: Decimal, on: date, reference: str = ""
) -> CreditFacts:
    """Return the figures that a decision looks at: two queries over open work, whatever the history.

    *currency* is the customer's, *reference* the order that asks, whose own claim does not count as exposure.
    For a customer in a group with a common limit three more. Read under the account's lock, the figures
    cannot grow before the decision is written; a payment may lower them meanwhile, which only errs on the
    safe side.
    """
    standing = receivables.standing(customer_id=account.customer_id, currency=currency, on=on)
    [(committed, claimed, is_prepayment, first_limit, tolerance, holds_high_risk, covered)] = fetch_all(
        TERMS, {"account": account.pk, "reference": reference, "on": on}
    )
    return CreditFacts(
        limit=account.limit,
        receivables=standing.balance,
        committed=committed - claimed,
        requested=requested,
        overdue=standing.overdue,
        days_overdue=standing.days_overdue(on),
        days_overdue_allowed=account.days_overdue_allowed,
        blocked=account.blocked,
        block_reason=account.block_reason,
        claimed=claimed,
        overdue_tolerance=tolerance or ZERO,
        on_account=standing.on_account,
        is_prepayment=is_prepayment,
        is_first_order=account.first_ordered_on is None,
        first_order_limit=first_limit,
        covered=covered or ZERO,
        score=account.score,
        risk_class=account.risk_class,
        holds_high_risk=bool(holds_high_risk),
        groups=tuple(
            _group_facts(group, currency=currency, requested=requested, claimed=claimed, on=on)
            for group in account.groups
        ),
    )


def _group_facts(
    group: CreditAccount, *, currency: str, requested: Decimal, claimed: Decimal, on: date
) -> GroupFacts:
    """Return what a parent and its children owe and have on order, in the parent's currency on that day."""
    parent = Customer.objects.only("name", "currency").get(pk=group.customer_id)
    owed = receivables.group_balances(parent_id=parent.pk)
    committed = dict(fetch_all(GROUP_COMMITTED, {"parent": parent.pk}))
    committed[currency] = committed.get(currency, ZERO) - claimed
    amounts = [(code, amount) for code, amount in [*owed.items(), *committed.items()] if amount]
    rates = receivables.rates_into(
        parent.currency, currencies={currency, *(code for code, _ in amounts)}, on=on
    )
    missing = min((code for code, rate in rates.items() if rate is None), default="")

    def converted(amounts: dict[str, Decimal]) -> Decimal:
        return sum(
            (receivables.converted(amount, rates[code], parent.currency) for code, amount in amounts.items()),
            ZERO,
        )

    return GroupFacts(
        customer=parent.name,
        currency=parent.currency,
        limit=group.limit,
        receivables=converted(owed),
        committed=converted(committed),
        requested=converted({currency: requested}),
        currency_missing=missing,
    )


def rates_into(currency: str, *, currencies: Collection[str], on: date) -> dict[str, Decimal | None]:
    """Return what one unit of each of *currencies* is worth in *currency* on that day; None where no rate is known.

    For the stages above, which do not look into receivables themselves.
    """
    return receivables.rates_into(currency, currencies=currencies, on=on)


def account_of(customer_id: int) -> CreditAccount | None:
    """Return the customer's account with the groups that it is in, unlocked: for screens."""
    return CreditAccount.objects.read_for(customer_id=customer_id)


def exposure(*, customer: Customer, on: date) -> CreditFacts | None:
    """Return what the customer may owe, owes, has on order and has left, with their group; None without an account.

    For screens; in the customer's currency, as of *on*.
    """
    account = account_of(customer.pk)
    if account is None:
        return None
    return facts(account=account, currency=customer.currency, requested=ZERO, on=on)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What credit would say to an order: the figures, the rules *against* it, and how it may be paid."""

    customer: Customer
    facts: CreditFacts
    against: list[RuleOutcome]
    pay_on_account: PayOnAccount


def outlook(*, customer: Customer, requested: Decimal, on: date) -> Outlook:
    """Return whether *customer*, read with their terms, may order for *requested* on account; nothing is claimed.

    *requested* is gross, in the customer's currency. Three queries, three more for each group of theirs.
    """
    account = account_of(customer.pk)
    if account is None:
        figures = _without_account(customer, requested=requested, on=on)
    else:
        figures = facts(account=account, currency=customer.currency, requested=requested, on=on)
    outcomes = evaluate(figures)
    return Outlook(
        customer=customer,
        facts=figures,
        against=[outcome for outcome in outcomes if not outcome.passed],
        pay_on_account=pay_on_account(outcomes, is_prepayment=figures.is_prepayment),
    )


def _without_account(customer: Customer, *, requested: Decimal, on: date) -> CreditFacts:
    """Return the figures of a customer to whom nobody has given a limit: it is zero."""
    standing = receivables.standing(customer_id=customer.pk, currency=customer.currency, on=on)
    return CreditFacts(
        limit=ZERO,
        receivables=standing.balance,
        committed=ZERO,
        requested=requested,
        overdue=standing.overdue,
        days_overdue=standing.days_overdue(on),
        days_overdue_allowed=0,
        blocked=False,
        on_account=standing.on_account,
        is_prepayment=customer.terms.is_prepayment,
        is_first_order=True,
    )


@dataclass(frozen=True, slots=True)
class OverdueInvoice:
    """An invoice that should have been paid by its day, and what is open of it in its currency."""

    number: str
    due_on: date
    open_amount: Decimal
    currency: str


def overdue_invoices(*, customer_id: int, currency: str, on: date) -> list[OverdueInvoice]:
    """Return what a customer should have paid before *on* in *currency*, the longest due first. One query."""
    late = receivables.open_items(customer_id=customer_id, currency=currency).filter(due_on__lt=on)
    return [
        OverdueInvoice(item.document_number, item.due_on, item.open_amount, item.currency) for item in late
    ]


def last_decision(*, reference: str) -> Decision | None:
    """Return the latest decision on an order."""
    return Decision.objects.filter(reference=reference).order_by("-pk").first()


def decisions_of(customer_id: int, *, limit: int = 50) -> list[Decision]:
    """Return the newest decisions on a customer's orders, with who asked. One query."""
    decisions = Decision.objects.filter(account__customer_id=customer_id).select_related("actor")
    return list(decisions.order_by("-pk")[:limit])


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rule that stands against an order: why, by which figures, and what would cure it."""

    rule: str
    reason: str
    figures: dict[str, str]
    cure: dict[str, str]


def cures_of(decision: Decision) -> list[Refusal]:
    """Return the rules that refused and were not waived, each with what would cure it."""
    return [
        Refusal(rule["rule"], rule["reason"], rule["figures"], rule.get("cure", {}))
        for rule in decision.rules
        if not rule["passed"] and not rule.get("waived")
    ]


def open_limit_requests() -> QuerySet[LimitRequest]:
    """Return the requests that wait for a second person, the oldest first."""
    return (
        LimitRequest.objects.filter(state=LimitRequest.State.REQUESTED)
        .select_related("account__customer", "requested_by")
        .order_by("pk")
    )


NEWCOMER = """
SELECT account.id, account.customer_id, customer.number, account.risk_class, account.score, account.settled_invoices,
    account.average_days_late, account.share_late, account.is_repeat_offender,
    customer.vat_checked_on IS NOT NULL, customer.kind = 'company',
    EXISTS (SELECT FROM customers_address address WHERE address.customer_id = customer.id
            AND address.street <> '' AND address.postal_code <> '' AND address.city <> ''),
    terms.is_prepayment, COALESCE(parent.risk_class, ''),
    (SELECT report.score FROM credit_creditreport report
     WHERE report.account_id = account.id AND report.valid_until >= %(on)s ORDER BY report.id DESC LIMIT 1)
FROM credit_creditaccount account
JOIN customers_customer customer ON customer.id = account.customer_id
JOIN customers_paymentterms terms ON terms.id = customer.terms_id
LEFT JOIN credit_creditaccount parent ON parent.customer_id = customer.parent_id
ORDER BY account.id
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the assessment says of a customer, as the credit account keeps it."""

    risk_class: str
    score: int | None
    settled_invoices: int
    average_days_late: Decimal
    share_late: Decimal
    is_repeat_offender: bool


@dataclass(frozen=True, slots=True)
class Assessment:
    """A credit account's verdict as it stands, and as it is today."""

    account_id: int
    number: str
    was: Verdict
    now: Verdict


def assessments(*, since: date, on: date) -> list[Assessment]:
    """Return today's verdict on every account, from the invoices settled since *since* and what is overdue.

    Two queries, however many customers. A customer without an invoice is judged by what is known of them.
    """
    payers = {
        payer.customer_id: PaymentBehaviour(
            invoices=payer.invoices,
            settled=payer.settled,
            average_days_late=payer.average_days_late,
            late=payer.late,
            very_late=payer.very_late,
            days_overdue=payer.days_overdue,
        )
        for payer in receivables.payment_behaviour(since=since, on=on, very_late_days=VERY_LATE_DAYS)
    }
    return [
        Assessment(
            account_id, number, Verdict(*figures[:6]), _verdict(payers.get(payer), Known(*figures[6:]))
        )
        for account_id, payer, number, *figures in fetch_all(NEWCOMER, {"on": on})
    ]


def _verdict(behaviour: PaymentBehaviour | None, known: Known) -> Verdict:
    if behaviour is None:
        return Verdict(
            risk_class=risk_class(PaymentBehaviour()),
            score=score_of_newcomer(known),
            settled_invoices=0,
            average_days_late=ZERO,
            share_late=ZERO,
            is_repeat_offender=False,
        )
    return Verdict(
        risk_class=risk_class(behaviour),
        score=score(behaviour),
        settled_invoices=behaviour.settled,
        average_days_late=min(behaviour.average_days_late, Decimal("99999.99")),
        share_late=behaviour.share_late,
        is_repeat_offender=is_repeat_offender(behaviour),
    )


# A limit counts as used up from four fifths on; whoever looked within thirty days has seen it.
REVIEWS = """
WITH owed AS (
    SELECT item.customer_id, item.currency, sum(item.open_amount) AS amount
    FROM receivables_receivable item WHERE item.open_amount <> 0 GROUP BY item.customer_id, item.currency
), claimed AS (
    SELECT account_id, sum(amount) AS amount FROM credit_commitment WHERE amount > 0 GROUP BY account_id
), looked_at AS (
    SELECT account.*, customer.number, customer.name, customer.currency,
        COALESCE(owed.amount, 0) + COALESCE(claimed.amount, 0) AS exposure,
        account.review_on <= %(on)s AS is_due,
        account."limit" > 0 AND COALESCE(owed.amount, 0) + COALESCE(claimed.amount, 0) > 0.8 * account."limit"
            AND COALESCE(account.reviewed_on <= %(seen)s, true) AS is_used,
        array_position(%(risks)s::text[], account.risk_class::text)
            > array_position(%(risks)s::text[], account.risk_at_review::text)
            AND account.risk_class <> 'low' AS is_worse
    FROM credit_creditaccount account JOIN customers_customer customer ON customer.id = account.customer_id
    LEFT JOIN owed ON owed.customer_id = customer.id AND owed.currency = customer.currency
    LEFT JOIN claimed ON claimed.account_id = account.id
)
SELECT id, customer_id, number, name, currency, "limit", exposure, review_on, risk_at_review, risk_class,
    is_due, is_used, is_worse
FROM looked_at WHERE is_due OR is_used OR is_worse ORDER BY review_on NULLS LAST, number
"""
RISKS = ["new", "low", "medium", "high"]
SEEN_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ReviewDue:
    """A credit account that somebody should look at; amounts in the customer's currency."""

    account_id: int
    customer_id: int
    number: str
    name: str
    currency: str
    limit: Decimal
    exposure: Decimal
    review_on: date | None
    risk_at_review: str
    risk_class: str
    is_due: bool
    is_used: bool
    is_worse: bool

    @property
    def reasons(self) -> list[str]:
        """Return why: ``date-reached``, ``limit-used``, ``risk-worsened``."""
        found = {"date-reached": self.is_due, "limit-used": self.is_used, "risk-worsened": self.is_worse}
        return [reason for reason, holds in found.items() if holds]


def due_for_review(*, on: date) -> list[ReviewDue]:
    """Return the accounts to review on *on*: the day has come, over 80 % of the limit is used, or the risk grew.

    One query over accounts and open work; the longest due first. A used limit that somebody looked at in the
    last thirty days is not listed again.
    """
    rows = fetch_all(REVIEWS, {"on": on, "seen": on - SEEN_FOR, "risks": RISKS})
    return [ReviewDue(*row) for row in rows]
