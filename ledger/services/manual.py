"""Entries by hand, on accounts that no document moves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from ledger import errors
from ledger.events import EntryPostedByHand
from ledger.models import Account, JournalEntry
from ledger.rules import is_side
from ledger.services.post import ensure_not_far_ahead, insert_entry
from o2c.kernel.db import verb
from o2c.kernel.errors import NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.models import Company, User
from o2c.kernel.money import ZERO, total

# As what documents cause, but by account: who posts by hand names accounts, and amounts are in base currency.
POST_BY_ACCOUNT = """
WITH entry AS (
    INSERT INTO ledger_journalentry (company_id, source, "on", description, actor_id)
    VALUES (%(company)s, %(source)s, %(on)s, %(description)s, %(actor)s)
    ON CONFLICT (company_id, source) DO NOTHING
    RETURNING id
), line AS (
    INSERT INTO ledger_journalline (entry_id, account_id, "on", debit, credit, currency, amount, tax_code)
    SELECT entry.id, leg.account, %(on)s, leg.debit, leg.credit, %(currency)s, leg.debit - leg.credit, ''
    FROM entry, unnest(%(accounts)s::bigint[], %(debits)s::numeric[], %(credits)s::numeric[])
        AS leg(account, debit, credit)
)
SELECT id FROM entry
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualLine:
    """One side of a manual entry: the account's code, and a debit or a credit in base currency."""

    account: str
    debit: Decimal = ZERO
    credit: Decimal = ZERO


@verb
def post_manual_entry(
    *,
    company: Company,
    reference: str,
    description: str,
    lines: Sequence[ManualLine],
    on: date,
    actor: User,
    today: date | None = None,
) -> JournalEntry:
    """Post an entry by hand, such as a bank charge, once per *reference*; control accounts take none.

    :raises InvalidEntry: it does not balance, has no text or reference, or names an unknown account.
    :raises ControlAccountEntry: an account is moved by documents only.
    :raises SourceReused: the reference was used before.
    :raises PeriodClosed: *on* is in no open period.
    :raises EntryTooFarAhead: *on* is after the period that follows that of *today*, which a person's typing needs.
    :raises NotPermitted: *actor* may not post by hand.
    """
    if not actor.has_perm("ledger.add_journalentry"):
        raise NotPermitted(_("%(actor)s may not post journal entries by hand.") % {"actor": actor})
    if not reference.strip() or not description.strip():
        raise errors.InvalidEntry(_("A manual entry needs a reference and a description."))
    ensure_not_far_ahead(company_id=company.pk, on=on, today=today)
    codes = {line.account for line in lines}
    accounts = {account.code: account for account in Account.objects.filter(company=company, code__in=codes)}
    _check_manual(lines, accounts, currency=company.base_currency)
    rows = insert_entry(
        POST_BY_ACCOUNT,
        on,
        {
            "company": company.pk,
            "source": f"manual/{reference.strip()[:140]}",
            "on": on,
            "description": description.strip()[:200],
            "actor": actor.pk,
            "currency": company.base_currency,
            "accounts": [accounts[line.account].pk for line in lines],
            "debits": [line.debit for line in lines],
            "credits": [line.credit for line in lines],
        },
    )
    if not rows:
        raise errors.SourceReused(
            _("The reference %(reference)s was used before.") % {"reference": reference},
            hint=_("Choose another one."),
        )
    entry = JournalEntry.objects.get(pk=rows[0][0])
    announce(
        EntryPostedByHand(
            document_id=entry.pk,
            number=reference.strip()[:40],
            on=on,
            actor_id=actor.pk,
            reason=entry.description,
        )
    )
    return entry


def _check_manual(lines: Sequence[ManualLine], accounts: Mapping[str, Account], *, currency: str) -> None:
    """Refuse lines that are no entry, naming what is wrong."""
    unknown = sorted({line.account for line in lines} - accounts.keys())
    if unknown:
        raise errors.InvalidEntry(
            _("No account of the chart is %(unknown)s.") % {"unknown": ", ".join(unknown)}, accounts=unknown
        )
    if not all(is_side(line.debit, line.credit, currency=currency) for line in lines):
        raise errors.InvalidEntry(
            _("Each line needs either a debit or a credit above zero, in whole minor units.")
        )
    if len(lines) < 2 or total(line.debit for line in lines) != total(line.credit for line in lines):
        raise errors.InvalidEntry(_("The debits and credits differ, or there are fewer than two lines."))
    moves: dict[str, Decimal] = {}
    for line in lines:
        moves[line.account] = moves.get(line.account, ZERO) + line.debit - line.credit
    if not any(moves.values()):
        raise errors.InvalidEntry(
            _("The entry moves nothing: what it debits, it credits to the same account.")
        )
    control = sorted(account.code for account in accounts.values() if account.is_control)
    if control:
        raise errors.ControlAccountEntry(
            _("Only documents move %(control)s.") % {"control": ", ".join(control)}, accounts=control
        )
