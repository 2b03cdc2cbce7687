"""The limit and the block: lowered by one person, raised by two, blocked and unblocked with a reason."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from credit import errors, selectors
from credit.events import (
    CreditBlocked,
    CreditLimitChanged,
    CreditUnblocked,
    LimitApproved,
    LimitRejected,
    LimitRequested,
)
from credit.models import CreditAccount, LimitRequest
from credit.services.decide import lock_account
from credit.services.review import first_review
from customers.models import Customer
from o2c.kernel import audit, rows
from o2c.kernel.db import verb
from o2c.kernel.errors import NotFound, NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.figures import typed
from o2c.kernel.fsm import ensure_can
from o2c.kernel.models import User
from o2c.kernel.money import ZERO, is_amount

UNLIMITED_FOR = User.SYSTEM  # imports and the demo bring limits that were agreed elsewhere


def _customer(customer_id: int) -> Customer:
    """Return the customer whose credit is meant.

    :raises NotFound: there is no such customer.
    """
    customer = rows.by_id(Customer, customer_id)
    if customer is None:
        raise NotFound(_("There is no customer %(customer_id)s.") % {"customer_id": customer_id})
    return customer


def _required(reason: str, otherwise: str) -> str:
    """Return *reason* as it is kept.

    :raises ReasonMissing: it is empty.
    """
    if not reason.strip():
        raise errors.ReasonMissing(otherwise)
    return reason.strip()[:200]


def _may(actor: User, permission: str, otherwise: str) -> None:
    if not actor.has_perm(permission):
        raise NotPermitted(otherwise % {"actor": actor})


def _checked(limit: Decimal) -> Decimal:
    if not is_amount(limit) or limit < 0:
        raise errors.InvalidLimit(_("%(limit)s is no credit limit.") % {"limit": limit})
    return limit


@verb
def set_limit(*, customer_id: int, limit: Decimal, on: date, actor: User) -> CreditAccount:
    """Set the customer's credit limit, in the customer's currency. It never un-confirms an order.

    One person may lower it, or set what the policy leaves to one person; the system sets what it is told.

    :raises InvalidLimit: *limit* is negative or not finite.
    :raises LimitNeedsApproval: it takes a request and a second person.
    :raises NotFound: there is no such customer.
    :raises NotPermitted: *actor* may not change limits.
    """
    _may(actor, "credit.change_creditaccount", _("%(actor)s may not change credit limits."))
    _checked(limit)
    customer = _customer(customer_id)
    account = lock_account(customer_id=customer_id)
    alone = account.policy.limit_without_request if account.policy else ZERO
    if limit > max(account.limit, alone) and actor.username != UNLIMITED_FOR:
        raise errors.LimitNeedsApproval(
            _("One person may set this limit up to %(alone)s.") % {"alone": typed(max(account.limit, alone))},
            limit=str(limit),
            up_to=str(max(account.limit, alone)),
        )
    _set(account, customer, limit, on=on, actor=actor)
    return account


def _set(account: CreditAccount, customer: Customer, limit: Decimal, *, on: date, actor: User) -> None:
    audit.set_actor(actor.pk)
    account.limit = limit
    account.review_on = account.review_on or first_review(account, on)
    rows.update(account, "limit", "review_on")
    announce(CreditLimitChanged(limit=str(limit), **_about(account, customer, on=on, actor=actor)))


def _about(
    document: CreditAccount | LimitRequest, customer: Customer, *, on: date, actor: User
) -> dict[str, Any]:
    """Return what every event of the credit desk says."""
    return {
        "document_id": document.pk,
        "number": customer.number,
        "on": on,
        "actor_id": actor.pk,
        "customer_id": customer.pk,
    }


@verb
def request_limit(*, customer_id: int, limit: Decimal, reason: str, on: date, actor: User) -> LimitRequest:
    """Ask for another credit limit, in the customer's currency; the figures of the day are kept with it.

    :raises InvalidLimit: *limit* is negative, not finite, or what the limit is already.
    :raises ReasonMissing: no reason is given.
    :raises LimitRequestOpen: a request of this customer waits already.
    :raises NotFound: there is no such customer.
    :raises NotPermitted: *actor* may not request limits.
    """
    _may(actor, "credit.request_limit", _("%(actor)s may not request credit limits."))
    _checked(limit)
    reason = _required(reason, _("A request needs a reason."))
    customer = _customer(customer_id)
    account = lock_account(customer_id=customer_id)
    if limit == account.limit:
        raise errors.InvalidLimit(
            _("The limit is %(limit)s already.") % {"limit": limit}, hint=_("Ask for another one.")
        )
    if LimitRequest.objects.filter(account=account, state=LimitRequest.State.REQUESTED).exists():
        raise errors.LimitRequestOpen(
            _("A limit for %(customer)s was requested already.") % {"customer": customer}
        )
    request = LimitRequest(
        account=account,
        old_limit=account.limit,
        limit=limit,
        reason=reason,
        figures=_figures(account, customer, on),
        on=on,
        requested_by=actor,
    )
    rows.insert([request])
    announce(
        LimitRequested(
            limit=str(request.limit), reason=reason, **_about(request, customer, on=on, actor=actor)
        )
    )
    return request


def _figures(account: CreditAccount, customer: Customer, on: date) -> dict[str, str]:
    """Return what the second person should know as it was when somebody asked."""
    facts = selectors.facts(account=account, currency=customer.currency, requested=ZERO, on=on)
    return {
        "currency": customer.currency,
        "receivables": str(facts.receivables),
        "committed": str(facts.committed),
        "overdue": str(facts.overdue),
        "days_overdue": str(facts.days_overdue),
        "risk_class": facts.risk_class,
        "score": "" if facts.score is None else str(facts.score),
    }


@verb
def approve_limit_request(*, request_id: int, answer: str = "", on: date, actor: User) -> LimitRequest:
    """Agree to a requested limit, which then is the limit.

    :raises LimitRequestDecided: it is approved or rejected.
    :raises LimitRequestOutdated: the limit was changed since the request.
    :raises SecondPersonNeeded: *actor* requested it.
    :raises NotFound: there is no such request.
    :raises NotPermitted: *actor* may not approve limits.
    """
    account, customer, request = _locked(request_id)
    ensure_can(request.mark_approved, by=actor, otherwise=errors.LimitRequestDecided)
    _ensure_second_person(request, actor)
    if request.old_limit != account.limit:
        raise errors.LimitRequestOutdated(
            _("The limit was %(old_limit)s when this was requested, now it is %(limit)s.")
            % {"old_limit": typed(request.old_limit), "limit": typed(account.limit)},
            then=str(request.old_limit),
            now=str(account.limit),
        )
    request.mark_approved(by=actor)
    _decided(request, answer, on=on)
    announce(
        LimitApproved(
            limit=str(request.limit), reason=request.answer, **_about(request, customer, on=on, actor=actor)
        )
    )
    _set(account, customer, request.limit, on=on, actor=actor)
    return request


@verb
def reject_limit_request(*, request_id: int, answer: str, on: date, actor: User) -> LimitRequest:
    """Refuse a requested limit, with the reason for who asked.

    :raises LimitRequestDecided: it is approved or rejected.
    :raises SecondPersonNeeded: *actor* requested it.
    :raises ReasonMissing: *answer* is empty.
    :raises NotFound: there is no such request.
    :raises NotPermitted: *actor* may not approve limits.
    """
    _account, customer, request = _locked(request_id)
    ensure_can(request.mark_rejected, by=actor, otherwise=errors.LimitRequestDecided)
    _ensure_second_person(request, actor)
    answer = _required(answer, _("A rejection needs a reason."))
    request.mark_rejected(by=actor)
    _decided(request, answer, on=on)
    announce(
        LimitRejected(
            limit=str(request.limit), reason=answer, **_about(request, customer, on=on, actor=actor)
        )
    )
    return request


def _locked(request_id: int) -> tuple[CreditAccount, Customer, LimitRequest]:
    """Return the locked account, its customer, and the request, which the account's lock protects."""
    customer_id = (
        LimitRequest.objects.filter(pk=request_id).values_list("account__customer_id", flat=True).first()
    )
    if customer_id is None:
        raise NotFound(_("There is no limit request %(request_id)s.") % {"request_id": request_id})
    account = lock_account(customer_id=customer_id)
    request = rows.by_id(LimitRequest, request_id)
    assert request is not None
    return account, _customer(customer_id), request


def _ensure_second_person(request: LimitRequest, actor: User) -> None:
    if request.requested_by_id == actor.pk:
        raise errors.SecondPersonNeeded(_("You requested this limit, so somebody else must decide."))


def _decided(request: LimitRequest, answer: str, *, on: date) -> None:
    request.decided_on, request.answer = on, answer.strip()[:200]
    rows.update(request, "state", "decided_by", "decided_on", "answer")


@verb
def block_credit(*, customer_id: int, reason: str, on: date, actor: User) -> CreditAccount:
    """Give the customer nothing more on credit; orders that are confirmed stand.

    :raises ReasonMissing: no reason is given.
    :raises CreditBlocked: it is blocked already.
    :raises NotFound: there is no such customer.
    :raises NotPermitted: *actor* may not change credit accounts.
    """
    account, customer = _account_to_block(customer_id, actor=actor)
    reason = _required(reason, _("A block needs a reason."))
    if account.blocked:
        raise errors.CreditBlocked(
            _("The credit of %(customer)s is blocked already.") % {"customer": customer}
        )
    account.blocked, account.block_reason = True, reason
    rows.update(account, "blocked", "block_reason")
    announce(CreditBlocked(reason=reason, **_about(account, customer, on=on, actor=actor)))
    return account


@verb
def unblock_credit(*, customer_id: int, reason: str, on: date, actor: User) -> CreditAccount:
    """Let the customer order on credit again; their held orders are checked anew.

    :raises ReasonMissing: no reason is given.
    :raises CreditNotBlocked: it is not blocked.
    :raises NotFound: there is no such customer.
    :raises NotPermitted: *actor* may not change credit accounts.
    """
    account, customer = _account_to_block(customer_id, actor=actor)
    reason = _required(reason, _("The end of a block needs a reason."))
    if not account.blocked:
        raise errors.CreditNotBlocked(
            _("The credit of %(customer)s is not blocked.") % {"customer": customer}
        )
    account.blocked, account.block_reason = False, ""
    rows.update(account, "blocked", "block_reason")
    announce(CreditUnblocked(reason=reason, **_about(account, customer, on=on, actor=actor)))
    return account


def _account_to_block(customer_id: int, *, actor: User) -> tuple[CreditAccount, Customer]:
    _may(actor, "credit.change_creditaccount", _("%(actor)s may not block or unblock credit."))
    customer = _customer(customer_id)
    account = lock_account(customer_id=customer_id)
    audit.set_actor(actor.pk)
    return account, customer
