"""What becomes known of customers: how they paid, and what bureaus say of them."""

import calendar
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from credit import errors, selectors
from credit.events import CreditRiskChanged
from credit.models import CreditAccount, CreditReport
from credit.selectors import Assessment
from credit.services.decide import lock_account
from customers.models import Customer
from o2c.kernel import audit, rows
from o2c.kernel.db import fetch_all, verb
from o2c.kernel.errors import NotFound, NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.figures import day_words
from o2c.kernel.models import User
from o2c.kernel.money import is_amount

CHUNK = 1000
STORE = """
UPDATE credit_creditaccount account
SET risk_class = new.risk_class, score = new.score, settled_invoices = new.settled,
    average_days_late = new.average, share_late = new.share, is_repeat_offender = new.offender, assessed_on = %s
FROM unnest(%s::bigint[], %s::text[], %s::smallint[], %s::integer[], %s::numeric[], %s::numeric[], %s::boolean[])
    AS new(id, risk_class, score, settled, average, share, offender)
WHERE account.id = new.id
"""


def assess_customers(*, on: date, actor: User) -> int:
    """Judge every customer by twelve months of payments up to *on*; return how many are judged anew.

    Only accounts whose figures changed are written, a thousand in a transaction, and only another risk class
    is announced.

    :raises NotPermitted: *actor* may not change credit accounts.
    """
    if not actor.has_perm("credit.change_creditaccount"):
        raise NotPermitted(_("%(actor)s may not assess customers.") % {"actor": actor})
    found = selectors.assessments(since=_a_year_before(on), on=on)
    changed = [assessment for assessment in found if assessment.now != assessment.was]
    for first in range(0, len(changed), CHUNK):
        _store(changed[first : first + CHUNK], on=on, actor=actor)
    return len(changed)


def _a_year_before(on: date) -> date:
    last = calendar.monthrange(on.year - 1, on.month)[1]
    return on.replace(year=on.year - 1, day=min(on.day, last))


@verb
def _store(changed: Sequence[Assessment], *, on: date, actor: User) -> None:
    """Write what changed under the accounts' locks, which are taken by primary key."""
    ids = [assessment.account_id for assessment in changed]
    audit.set_actor(actor.pk)
    accounts = {account.pk: account for account in CreditAccount.objects.lock_where("id = ANY(%s)", ids)}
    verdicts = [assessment.now for assessment in changed]
    fetch_all(
        STORE,
        [
            on,
            ids,
            [verdict.risk_class for verdict in verdicts],
            [verdict.score for verdict in verdicts],
            [verdict.settled_invoices for verdict in verdicts],
            [verdict.average_days_late for verdict in verdicts],
            [verdict.share_late for verdict in verdicts],
            [verdict.is_repeat_offender for verdict in verdicts],
        ],
    )
    for assessment in changed:
        account = accounts[assessment.account_id]
        if account.risk_class != assessment.now.risk_class:
            _announce_risk(account, assessment, on=on, actor=actor)


def _announce_risk(account: CreditAccount, assessment: Assessment, *, on: date, actor: User) -> None:
    announce(
        CreditRiskChanged(
            document_id=account.pk,
            number=assessment.number,
            on=on,
            actor_id=actor.pk,
            customer_id=account.customer_id,
            was=account.risk_class,
            now=assessment.now.risk_class,
        )
    )


@verb
def record_report(
    *,
    customer_id: int,
    source: str,
    covered: Decimal,
    valid_until: date,
    on: date,
    actor: User,
    score: int | None = None,
    reference: str = "",
) -> CreditReport:
    """Keep what a bureau or an insurer says of a customer until *valid_until*.

    *covered* is what an insurer answers for, in the customer's currency: a first order up to it does not
    wait. *score* is 0 to 100.

    :raises InvalidReport: no source, an amount or score that cannot be, or a day that is past.
    :raises NotFound: there is no such customer.
    :raises NotPermitted: *actor* may not change credit accounts.
    """
    if not actor.has_perm("credit.change_creditaccount"):
        raise NotPermitted(_("%(actor)s may not record credit reports.") % {"actor": actor})
    _check_report(source, covered, score, valid_until=valid_until, on=on)
    if not Customer.objects.filter(pk=customer_id).exists():
        raise NotFound(_("There is no customer %(customer_id)s.") % {"customer_id": customer_id})
    report = CreditReport(
        account=lock_account(customer_id=customer_id),
        source=source.strip()[:60],
        reference=reference[:80],
        score=score,
        covered=covered,
        valid_until=valid_until,
        on=on,
        actor=actor,
    )
    return rows.insert([report])[0]


def _check_report(source: str, covered: Decimal, score: int | None, *, valid_until: date, on: date) -> None:
    if not source.strip():
        raise errors.InvalidReport(_("A report needs a source."))
    if not is_amount(covered) or covered < 0:
        raise errors.InvalidReport(_("%(covered)s is no amount that anybody covers.") % {"covered": covered})
    if score is not None and not 0 <= score <= 100:
        raise errors.InvalidReport(_("%(score)s is no score from 0 to 100.") % {"score": score})
    if valid_until < on:
        raise errors.InvalidReport(
            _("The report is valid until %(valid_until)s, which is past.")
            % {"valid_until": day_words(valid_until)}
        )
