"""Taking an entry back by its mirror image."""

from datetime import date

from django.utils.translation import gettext as _

from ledger import errors
from ledger.events import EntryReversed
from ledger.models import JournalEntry
from ledger.services.post import ensure_not_far_ahead, insert_entry
from o2c.kernel.db import verb
from o2c.kernel.errors import DomainError, NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.figures import day_words
from o2c.kernel.models import User

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
    ensure_not_far_ahead(company_id=entry.company_id, on=on, today=today)
    reversal_id = insert_entry(
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
