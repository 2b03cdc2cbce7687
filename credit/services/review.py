"""The periodic review of a customer's credit."""

import calendar
from datetime import date

from django.utils.translation import gettext as _

from credit import errors
from credit.events import CreditReviewed
from credit.models import CreditAccount
from credit.services.decide import lock_account
from customers.models import Customer
from o2c.kernel import audit, rows
from o2c.kernel.db import verb
from o2c.kernel.errors import NotFound, NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.figures import day_words
from o2c.kernel.models import User

MONTHS_WITHOUT_POLICY = 12


def first_review(account: CreditAccount, on: date) -> date:
    """Return when an account is reviewed next: so many months after *on* as its policy says."""
    months = account.policy.review_months if account.policy else MONTHS_WITHOUT_POLICY
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    return date(year, month + 1, min(on.day, calendar.monthrange(year, month + 1)[1]))


@verb
def record_review(
    *, customer_id: int, note: str, on: date, actor: User, review_on: date | None = None
) -> CreditAccount:
    """Note that somebody looked at the customer's credit, and when to look again.

    Without *review_on* the policy says when.

    :raises ReasonMissing: *note* is empty.
    :raises InvalidReview: *review_on* is not after *on*.
    :raises NotFound: there is no such customer.
    :raises NotPermitted: *actor* may not change credit accounts.
    """
    if not actor.has_perm("credit.change_creditaccount"):
        raise NotPermitted(_("%(actor)s may not review credit.") % {"actor": actor})
    if not note.strip():
        raise errors.ReasonMissing(_("A review needs a note."), hint=_("Say what you found."))
    if review_on is not None and review_on <= on:
        raise errors.InvalidReview(
            _("%(review_on)s is not after %(on)s.") % {"review_on": day_words(review_on), "on": day_words(on)}
        )
    number = Customer.objects.filter(pk=customer_id).values_list("number", flat=True).first()
    if number is None:
        raise NotFound(_("There is no customer %(customer_id)s.") % {"customer_id": customer_id})
    account = lock_account(customer_id=customer_id)
    audit.set_actor(actor.pk)
    account.reviewed_on, account.risk_at_review = on, account.risk_class
    account.review_on = review_on or first_review(account, on)
    rows.update(account, "reviewed_on", "risk_at_review", "review_on")
    announce(
        CreditReviewed(
            document_id=account.pk,
            number=number,
            on=on,
            actor_id=actor.pk,
            customer_id=customer_id,
            note=note.strip()[:200],
            review_on=account.review_on.isoformat(),
        )
    )
    return account
