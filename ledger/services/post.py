"""Posting what documents cause: once per source, balanced, into an open period."""

from datetime import date
from typing import Any

from django.db import DatabaseError
from django.utils.translation import gettext as _

from ledger import errors
from ledger.entries import EntryDraft
from ledger.models import Account, JournalEntry
from ledger.selectors import last_day_by_hand
from o2c.kernel.db import fetch_all, requires_transaction, sqlstate
from o2c.kernel.figures import day_words

# Entry and lines in one statement: the accounts are found by role, the period by the database.
POST = """
WITH entry AS (
    INSERT INTO ledger_journalentry (company_id, source, "on", description, actor_id)
    VALUES (%(company)s, %(source)s, %(on)s, %(description)s, %(actor)s)
    ON CONFLICT (company_id, source) DO NOTHING
    RETURNING id
), line AS (
    INSERT INTO ledger_journalline
        (entry_id, account_id, "on", debit, credit, currency, amount, party_id, tax_code)
    SELECT entry.id, account.id, %(on)s, leg.debit, leg.credit, leg.currency, leg.amount,
           leg.party, leg.tax_code
    FROM entry, unnest(
        %(roles)s::text[], %(debits)s::numeric[], %(credits)s::numeric[], %(currencies)s::text[],
        %(amounts)s::numeric[], %(parties)s::bigint[], %(tax_codes)s::text[]
    ) AS leg(role, debit, credit, currency, amount, party, tax_code)
    JOIN ledger_account account ON account.company_id = %(company)s AND account.role = leg.role
    RETURNING 1
)
SELECT entry.id, (SELECT count(*) FROM line) FROM entry
"""


@requires_transaction
def post_entry(draft: EntryDraft) -> int:
    """Write a balanced entry into an open period and return its id; a source posted twice is posted once.

    :raises PeriodClosed: the date is in no open period.
    :raises AccountMissing: a role has no account in the company's chart.
    :raises SourceReused: the source was posted before with other legs.
    """
    draft.check_balanced()
    legs = draft.legs
    rows = insert_entry(
        POST,
        draft.on,
        {
            "company": draft.company_id,
            "source": draft.source,
            "on": draft.on,
            "description": draft.description[:200],
            "actor": draft.actor_id,
            "roles": [str(leg.role) for leg in legs],
            "debits": [leg.debit for leg in legs],
            "credits": [leg.credit for leg in legs],
            "currencies": [leg.currency for leg in legs],
            "amounts": [leg.amount for leg in legs],
            "parties": [leg.party_id for leg in legs],
            "tax_codes": [leg.tax_code for leg in legs],
        },
    )
    if not rows:
        return _posted_before(draft)
    [(entry_id, written)] = rows
    if written != len(legs):
        raise _missing_account(draft)
    return int(entry_id)


def insert_entry(statement: str, on: date, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Run a posting statement; the database finds the period and refuses a closed one.

    :raises PeriodClosed: *on* is in no open period.
    """
    try:
        return fetch_all(statement, values)
    except DatabaseError as error:
        if sqlstate(error) == "OC001":
            raise errors.PeriodClosed(
                _("%(on)s is in no open period.") % {"on": day_words(on)}, on=str(on)
            ) from error
        raise


def _posted_before(draft: EntryDraft) -> int:
    """Return the entry that has the draft's source already.

    :raises SourceReused: it says something else.
    """
    entry = JournalEntry.objects.get(company_id=draft.company_id, source=draft.source)
    written = sorted(
        (line.account.role or "", line.debit, line.credit, line.currency, line.amount, line.party_id or 0)
        for line in entry.lines.select_related("account")
    )
    asked = sorted(
        (str(leg.role), leg.debit, leg.credit, leg.currency, leg.amount, leg.party_id or 0)
        for leg in draft.legs
    )
    if entry.on != draft.on or written != asked:
        raise errors.SourceReused(
            _("%(source)s was posted before with another date or other amounts.") % {"source": draft.source}
        )
    return entry.pk


def _missing_account(draft: EntryDraft) -> errors.AccountMissing:
    known = set(Account.objects.filter(company_id=draft.company_id).values_list("role", flat=True))
    missing = sorted({str(leg.role) for leg in draft.legs} - known)
    return errors.AccountMissing(
        _("No account of the chart has the role %(missing)s.") % {"missing": ", ".join(missing)},
        roles=missing,
    )


def ensure_not_far_ahead(*, company_id: int, on: date, today: date | None) -> None:
    """Refuse by hand what is dated beyond the next period: accruals reach no further, a mistyped year does."""
    if today is not None and on > (last := last_day_by_hand(company_id, today=today)):
        raise errors.EntryTooFarAhead(
            _("%(on)s is too far ahead: entries by hand are dated until %(last)s.")
            % {"on": day_words(on), "last": day_words(last)},
            on=str(on),
            until=str(last),
        )
