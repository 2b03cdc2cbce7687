"""The ledger's verbs: post, reverse, close. Nothing else writes the journal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import DatabaseError
from django.utils.translation import gettext as _

from ledger import errors
from ledger.entries import EntryDraft
from ledger.events import EntryPostedByHand, EntryReversed, PeriodClosedFor
from ledger.models import Account, JournalEntry, Period
from ledger.rules import is_side
from ledger.selectors import last_day_by_hand
from o2c.kernel import audit
from o2c.kernel.db import fetch_all, requires_transaction, sqlstate, verb
from o2c.kernel.errors import DomainError, NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.fsm import ensure_can
from o2c.kernel.models import Company, User
from o2c.kernel.money import ZERO, total
from o2c.kernel.templatetags.figures import day_words

ONE_DAY = timedelta(days=1)

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

# The same by account: manual entries name accounts, and are in base currency.
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

# The mirror image of an entry on the accounts that it moved, whatever their roles are by now.
REVERSE = """
WITH reversal AS (
    INSERT INTO ledger_journalentry (company_id, source, "on", description, actor_id, reverses_id)
    VALUES (%(company)s, %(source)s, %(on)s, %(description)s, %(actor)s, %(entry)s)
    RETURNING id
), line AS (
    INSERT INTO ledger_journalline
        (entry_id, account_id, "on", debit, credit, currency, amount, party_id, tax_code)
    SELECT reversal.id, l.account_id, %(on)s, l.credit, l.debit, l.currency, -l.amount, l.party_id, l.tax_code
    FROM reversal, ledger_journalline l WHERE l.entry_id = %(entry)s
)
SELECT id FROM reversal
"""

SEAL_BATCH = 10_000

# Holds the counter until the commit, so that two sealers follow each other.
LOCK_JOURNAL_COUNTER = """
INSERT INTO kernel_documentcounter (company_id, kind, year, last) VALUES (%s, 'journal', 0, 0)
ON CONFLICT (company_id, kind, year) DO UPDATE SET last = kernel_documentcounter.last
"""

SEAL = """
WITH unsealed AS MATERIALIZED (
    SELECT id, row_number() OVER (ORDER BY id) AS place FROM ledger_journalentry
    WHERE company_id = %(company)s AND number IS NULL ORDER BY id LIMIT %(limit)s
), counter AS (
    UPDATE kernel_documentcounter SET last = last + (SELECT count(*) FROM unsealed)
    WHERE company_id = %(company)s AND kind = 'journal' AND year = 0
    RETURNING last - (SELECT count(*) FROM unsealed) AS before
)
UPDATE ledger_journalentry e SET number = counter.before + unsealed.place
FROM unsealed, counter WHERE e.id = unsealed.id
RETURNING e.id
"""

# What was numbered is in the turnover from the same commit on: a balance counts each line here or there, once.
TURN_OVER = """
INSERT INTO ledger_dailyturnover AS turnover (account_id, "on", debit, credit)
SELECT account_id, "on", sum(debit), sum(credit) FROM ledger_journalline
WHERE entry_id = ANY(%(entries)s::bigint[]) GROUP BY account_id, "on"
ON CONFLICT (account_id, "on") DO UPDATE
SET debit = turnover.debit + excluded.debit, credit = turnover.credit + excluded.credit
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
    rows = _post(
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


def _post(statement: str, on: date, values: dict[str, Any]) -> list[tuple[Any, ...]]:
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
    _ensure_not_far_ahead(company.pk, on, today=today)
    codes = {line.account for line in lines}
    accounts = {account.code: account for account in Account.objects.filter(company=company, code__in=codes)}
    _check_manual(lines, accounts, currency=company.base_currency)
    rows = _post(
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


def _ensure_not_far_ahead(company_id: int, on: date, *, today: date | None) -> None:
    """Refuse by hand what is dated beyond the next period: accruals reach no further, a mistyped year does."""
    if today is not None and on > (last := last_day_by_hand(company_id, today=today)):
        raise errors.EntryTooFarAhead(
            _("%(on)s is too far ahead: entries by hand are dated until %(last)s.")
            % {"on": day_words(on), "last": day_words(last)},
            on=str(on),
            until=str(last),
        )


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


def why_not_reversible(entry: JournalEntry) -> DomainError | None:
    """Return what stands against reversing an entry by hand on any day, None if nothing does. Two queries."""
    if entry.reverses_id is not None or JournalEntry.objects.filter(reverses=entry).exists():
        return errors.EntryNotReversible(_("The entry has been reversed, or is itself a reversal."))
    if entry.lines.filter(account__is_control=True).exists():
        return errors.ControlAccountEntry(
            _("The entry was booked by a document (%(source)s).") % {"source": entry.source}
        )
    return None


@verb
def reverse_entry(
    *, entry_id: int, on: date, reason: str, actor: User, today: date | None = None
) -> JournalEntry:
    """Undo an entry by its mirror image, dated *on* in an open period and linked to it.

    *today* is given where a person typed *on*, who may mistype a year.

    What a document booked on a control account is undone by correcting the document: reversing the
    entry alone would leave the open item, the payment or the stock behind.

    :raises EntryNotReversible: it has been reversed before, or is a reversal.
    :raises ControlAccountEntry: it moves a control account.
    :raises ReversalTooEarly: *on* is before the day of the entry.
    :raises PeriodClosed: *on* is in no open period.
    :raises EntryTooFarAhead: *on* is after the period that follows the one of *today*.
    :raises NotPermitted: *actor* may not reverse entries.
    """
    if not actor.has_perm("ledger.reverse_journalentry"):
        raise NotPermitted(_("%(actor)s may not reverse journal entries.") % {"actor": actor})
    entry = JournalEntry.objects.lock(entry_id)
    refusal = why_not_reversible(entry)
    if refusal is not None:
        raise refusal
    if on < entry.on:
        raise errors.ReversalTooEarly(
            _("The entry is of %(on)s.") % {"on": day_words(entry.on)}, on=str(entry.on)
        )
    _ensure_not_far_ahead(entry.company_id, on, today=today)
    reversal_id = _post(
        REVERSE,
        on,
        {
            "entry": entry.pk,
            "company": entry.company_id,
            "source": f"entry/{entry.pk}/reversal",
            "on": on,
            "description": f"Reversal: {reason}"[:200],
            "actor": actor.pk,
        },
    )[0][0]
    announce(
        EntryReversed(
            document_id=entry.pk, number=entry.source, on=on, actor_id=actor.pk, reversal_id=reversal_id
        )
    )
    return JournalEntry.objects.get(pk=reversal_id)


@verb
def close_period(*, period_id: int, on: date, actor: User) -> Period:
    """Close a period for good, after every earlier one.

    The lock waits for entries being posted into the period, and those that come later are refused.

    :raises PeriodNotClosable: it is closed, or an earlier one is open.
    :raises NotPermitted: *actor* may not close periods.
    """
    period = Period.objects.lock(period_id)
    ensure_can(period.mark_closed, by=actor, otherwise=errors.PeriodNotClosable)
    earlier = Period.objects.filter(
        company_id=period.company_id, ends_on__lt=period.starts_on, state=Period.State.OPEN
    ).first()
    if earlier is not None:
        raise errors.PeriodNotClosable(
            _("The earlier period %(earlier)s is still open.") % {"earlier": earlier},
            hint=_("Close it first."),
        )
    audit.set_actor(actor.pk)
    period.mark_closed()
    period.save(update_fields=["state"])
    announce(PeriodClosedFor(document_id=period.pk, number=period.name, on=on, actor_id=actor.pk))
    return period


@verb
def seal_entries(*, company_id: int, limit: int = SEAL_BATCH) -> int:
    """Give committed entries without a number the next gapless ones; return how many.

    The counter's lock lets one sealer work at a time. It looks for missing numbers, never above a
    watermark, so an entry that commits late is numbered late, and none is missed (docs/adr/0004).
    """
    fetch_all(LOCK_JOURNAL_COUNTER, [company_id])
    sealed = [entry for (entry,) in fetch_all(SEAL, {"company": company_id, "limit": limit})]
    if sealed:
        fetch_all(TURN_OVER, {"entries": sealed})
    return len(sealed)


def open_periods(*, company: Company, since: date, until: date) -> None:
    """Create the calendar months from *since* to *until* that the company does not have yet."""
    months, first = [], since.replace(day=1)
    while first <= until:
        following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        months.append(
            Period(company=company, name=f"{first:%Y-%m}", starts_on=first, ends_on=following - ONE_DAY)
        )
        first = following
    Period.objects.bulk_create(months, ignore_conflicts=True)
