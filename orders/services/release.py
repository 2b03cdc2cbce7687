"""Letting a held order pass on a person's word: scoped, sticky, and by two people where much is at stake.

A release waives the reasons it names, for one order, up to a gross amount and a day. As long as it reaches,
later checks of the order respect it; what it does not name still holds, and stock is never oversold. Locks:
credit account, order (which protects its releases), stock.
"""

from datetime import date, timedelta
from decimal import Decimal

from django.db.models.functions import Now
from django.utils.translation import gettext as _

from credit import selectors as credit
from credit.models import CreditAccount
from o2c.kernel.db import verb
from o2c.kernel.errors import NotFound, NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.figures import day_words, money
from o2c.kernel.fsm import ensure_can
from o2c.kernel.models import Company, User
from o2c.kernel.money import ZERO, is_amount
from orders import errors
from orders.events import OrderReleased, OrderReleaseProposed, OrderReleaseRejected
from orders.models import Order, OrderLine, OrderPolicy, OrderVersion, Release
from orders.rules import uninvoiced_gross
from orders.selectors import is_proposed, policy_of
from orders.services.decide import confirm_or_hold, ensure_held, lock_with_credit

LONGEST = timedelta(days=366)


@verb
def release_order(
    *,
    order_id: int,
    reason: str,
    on: date,
    actor: User,
    up_to: Decimal | None = None,
    valid_until: date | None = None,
) -> Order:
    """Let an order pass in spite of its hold reasons; above the policy's threshold this only proposes it.

    *up_to* is the gross, in the order's currency, up to which the order may grow and still pass: what it is
    now, unless given. The release reaches until *valid_until*, or for as many days as the policy says. The
    order is confirmed when nothing else stands against it.

    :raises OrderNotHeld: it is not on hold.
    :raises ReleaseNotPermitted: *actor* entered or last amended the order: four eyes.
    :raises ReleaseProposed: a release waits for its second person.
    :raises InvalidOrder: no reason is given, or the release would not reach the order.
    :raises NotPermitted: *actor* may not release orders.
    """
    account, order, lines = lock_with_credit(order_id)
    ensure_releasable(order, by=actor)
    policy = policy_of(order.company_id)
    amount = uninvoiced_gross(lines, currency=order.currency)
    up_to = amount if up_to is None else up_to
    valid_until = valid_until or on + timedelta(days=policy.release_days)
    reason = _reason(reason)
    _ensure_reaches(order, amount=amount, up_to=up_to, valid_until=valid_until, on=on)
    needs_two = _needs_two(order, up_to, policy=policy, on=on)
    release = Release(
        order=order,
        state=Release.State.PROPOSED if needs_two else Release.State.APPROVED,
        codes=sorted({hold["code"] for hold in order.hold_reasons}),
        up_to=up_to,
        valid_until=valid_until,
        reason=reason,
        needs_two=needs_two,
        on=on,
        proposed_by=actor,
    )
    if not needs_two:
        release.decided_by, release.decided_at = actor, Now()
    release.save(force_insert=True)
    if needs_two:
        announce(
            OrderReleaseProposed.of(
                order, on=on, actor=actor, reason=reason, codes=release.codes, up_to=f"{up_to:f}"
            )
        )
    else:
        _let_pass(release, order, lines, account=account, on=on, actor=actor)
    return order


def ensure_releasable(order: Order, *, by: User) -> None:
    """Refuse an order that nobody can release now, and a person who cannot release this one.

    :raises OrderNotHeld: it is not on hold.
    :raises ReleaseNotPermitted: *by* entered or last amended the order: four eyes.
    :raises ReleaseProposed: a release waits for its second person.
    :raises NotPermitted: *by* may not release orders.
    """
    ensure_held(order)
    _ensure_may_release(order, by)
    if is_proposed(order.pk):
        raise errors.ReleaseProposed(
            _("A release of %(order)s waits for its second person.") % {"order": order.number}
        )


def _let_pass(
    release: Release, order: Order, lines: list[OrderLine], *, account: CreditAccount, on: date, actor: User
) -> None:
    """Announce an approved release and check its order again, which from now on respects it."""
    announce(OrderReleased.of(order, on=on, actor=actor, reason=release.reason, codes=release.codes))
    confirm_or_hold(order, lines, account=account, on=on, actor=actor)


@verb
def approve_release(*, release_id: int, on: date, actor: User) -> Release:
    """Agree to a proposed release as the second person; the order is confirmed when nothing else stands against it.

    :raises ReleaseDecided: somebody decided it before.
    :raises OrderNotHeld: the order does not wait any more.
    :raises ReleaseNotPermitted: *actor* proposed it, or entered or last amended the order: four eyes.
    :raises ReleaseOutdated: the order has grown beyond it, or its day is past.
    :raises NotPermitted: *actor* may not release orders.
    """
    release, account, order, lines = _lock(release_id)
    _ensure_undecided(release)
    ensure_held(order)
    _ensure_may_release(order, actor)
    if release.proposed_by_id == actor.pk:
        raise errors.ReleaseNotPermitted(_("You proposed this release, so somebody else must approve it."))
    amount = uninvoiced_gross(lines, currency=order.currency)
    if amount > release.up_to or on > release.valid_until:
        raise errors.ReleaseOutdated(
            _("It reaches %(up_to)s %(currency)s until %(valid_until)s; the order is over %(amount)s.")
            % {
                "up_to": money(release.up_to, order.currency),
                "currency": order.currency,
                "valid_until": day_words(release.valid_until),
                "amount": money(amount, order.currency),
            },
            amount=f"{amount:f}",
        )
    release.mark_approved(by=actor)
    _write_decision(release)
    _let_pass(release, order, lines, account=account, on=on, actor=actor)
    return release


@verb
def reject_release(*, release_id: int, reason: str, on: date, actor: User) -> Release:
    """Do not agree to a proposed release, or take back one's own; the order goes on waiting.

    :raises ReleaseDecided: somebody decided it before.
    :raises InvalidOrder: no reason is given.
    :raises NotPermitted: *actor* may not release orders.
    """
    release, _account, order, _lines = _lock(release_id)
    _ensure_undecided(release)
    ensure_can(release.mark_rejected, by=actor, otherwise=errors.ReleaseDecided)
    reason = _reason(reason)
    release.mark_rejected(by=actor)
    _write_decision(release)
    announce(OrderReleaseRejected.of(order, on=on, actor=actor, reason=reason))
    return release


def _lock(release_id: int) -> tuple[Release, CreditAccount, Order, list[OrderLine]]:
    """Return the release with its order, both locked."""
    order_id = Release.objects.filter(pk=release_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise NotFound(_("There is no release %(release_id)s.") % {"release_id": release_id})
    account, order, lines = lock_with_credit(order_id)
    return Release.objects.lock(release_id), account, order, lines


def _ensure_undecided(release: Release) -> None:
    if release.state != Release.State.PROPOSED:
        raise errors.ReleaseDecided(
            _("The release is %(state)s.") % {"state": release.get_state_display().lower()}
        )


def _write_decision(release: Release) -> None:
    release.decided_at = Now()
    release.save(update_fields=["state", "decided_by", "decided_at"])


def _ensure_may_release(order: Order, actor: User) -> None:
    """Refuse who has no right to, and who decided what the order is: four eyes see it."""
    if not actor.has_perm("orders.release_order"):
        raise NotPermitted(_("%(actor)s may not release orders.") % {"actor": actor})
    if order.created_by_id == actor.pk:
        raise errors.ReleaseNotPermitted(_("You entered this order, so somebody else must release it."))
    amended = OrderVersion.objects.filter(order=order).order_by("-version").values_list("actor_id", flat=True)
    if amended.first() == actor.pk:
        raise errors.ReleaseNotPermitted(_("You amended this order, so somebody else must release it."))


def _reason(reason: str) -> str:
    if not reason.strip():
        raise errors.InvalidOrder(
            _("A release needs a reason."), hint=_("Say why the order may pass, or why not.")
        )
    return reason.strip()[:200]


def _ensure_reaches(order: Order, *, amount: Decimal, up_to: Decimal, valid_until: date, on: date) -> None:
    if not is_amount(up_to) or not max(amount, ZERO) <= up_to or up_to <= 0:
        raise errors.InvalidOrder(
            _("A release up to %(up_to)s does not reach: the order is over %(amount)s.")
            % {"up_to": _figure(up_to, order.currency), "amount": _figure(amount, order.currency)},
            hint=_("Release at least what the order comes to."),
        )
    if not on <= valid_until <= on + LONGEST:
        raise errors.InvalidOrder(
            _("A release of %(on)s cannot reach until %(valid_until)s.")
            % {"on": day_words(on), "valid_until": day_words(valid_until)},
            hint=(
                _("It would be over before it begins.")
                if valid_until < on
                else _("It reaches for a year at most.")
            ),
        )


def _figure(amount: Decimal, currency: str) -> str:
    """Return an amount with its currency; what is none stands as it came."""
    return f"{money(amount, currency)} {currency}" if is_amount(amount) else str(amount)


def _needs_two(order: Order, up_to: Decimal, *, policy: OrderPolicy, on: date) -> bool:
    """Say whether a second person must agree: much is at stake, or nobody knows how much in base currency."""
    base = Company.objects.only("base_currency").get(pk=order.company_id).base_currency
    rate = credit.rates_into(base, currencies={order.currency}, on=on)[order.currency]
    return rate is None or up_to * rate > policy.second_release_from
