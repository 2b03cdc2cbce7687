"""The journal: balanced, immutable, once per source. PostgreSQL enforces all of it (docs/database-rules.md)."""

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.functions import TransactionNow
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ledger.models.account import Account
from ledger.models.period import Period
from o2c.kernel import audit
from o2c.kernel.db import LockableQuerySet
from o2c.kernel.models import Company, User, currency_check, money_field
from o2c.kernel.principal import Principal

# The period is found, checked and held open (FOR SHARE) by the database, whoever inserts: closing it
# takes a stronger lock, so an entry commits before the close or is refused.
PERIOD_OPEN = """
SELECT id INTO NEW.period_id FROM ledger_period
WHERE company_id = NEW.company_id AND NEW.on BETWEEN starts_on AND ends_on AND state = 'open'
FOR SHARE;
IF NOT FOUND THEN
    RAISE EXCEPTION 'no open period on %', NEW.on USING ERRCODE = 'OC001';
END IF;
RETURN NEW;
"""

# Deferred to the commit, so that the lines can follow their entry. It fires for the entry: one without
# lines is refused too, and no line can join later (same_transaction below).
BALANCED = """
PERFORM 1 FROM ledger_journalline WHERE entry_id = {entry}
HAVING count(*) < 2 OR sum(debit) <> sum(credit);
IF FOUND THEN
    RAISE EXCEPTION 'journal entry % does not balance', {entry} USING ERRCODE = 'OC003';
END IF;
PERFORM 1 FROM ledger_journalline WHERE entry_id = {entry} GROUP BY currency HAVING sum(amount) <> 0;
IF FOUND THEN
    RAISE EXCEPTION 'journal entry % does not balance in a document currency', {entry} USING ERRCODE = 'OC003';
END IF;
RETURN NULL;
"""

# Lines belong to the transaction that wrote their entry: nothing is added to a posted entry later, nor to
# one that is not visible because its transaction is still open. ``posted_at`` is that transaction's own
# time stamp.
SAME_TRANSACTION = """
PERFORM 1 FROM written w LEFT JOIN ledger_journalentry e ON e.id = w.entry_id
WHERE e.posted_at IS DISTINCT FROM transaction_timestamp();
IF FOUND THEN
    RAISE EXCEPTION 'the journal entry is posted: no line can be added' USING ERRCODE = 'OC002';
END IF;
RETURN NULL;
"""


class JournalEntryQuerySet(LockableQuerySet["JournalEntry"]):
    """Entries of the journal."""

    def for_principal(self, principal: Principal) -> "JournalEntryQuerySet":
        """Return the numbered entries, to callers of the API who may know every customer; to others none."""
        if principal.sees_all and principal.customer_id is None:
            return self.exclude(number=None)
        return self.none()


class JournalEntry(models.Model):
    """One posting. ``source`` is what caused it, once; ``number`` is given gaplessly by the sealer."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT)
    source = models.CharField(_("source"), max_length=160)
    on = models.DateField(_("date"))
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.BigIntegerField(_("number"), null=True)
    description = models.CharField(_("description"), max_length=200)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    posted_at = models.DateTimeField(_("posted"), db_default=TransactionNow())

    objects = JournalEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal entries")
        permissions: ClassVar = [("reverse_journalentry", _("Can reverse a journal entry"))]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "source"], name="entry_once_per_source"),
            models.UniqueConstraint(fields=["company", "number"], name="entry_number_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], name="entry_unsealed", condition=Q(number=None)),
            BrinIndex(fields=["on"], name="entry_on", autosummarize=True),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="period_open",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=PERIOD_OPEN,
            ),
            pgtrigger.Trigger(
                name="balanced",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                func=BALANCED.format(entry="NEW.id"),
            ),
            audit.frozen_but("number"),
            audit.frozen_but(name="frozen_number", when="OLD.number IS NOT NULL"),
            audit.never_truncated(),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.description}" if self.number else self.description


class JournalLine(models.Model):
    """One leg: exactly one of debit and credit, in base currency, with the document's amount beside.

    ``party_id`` is the customer of a control account's line. It is a plain number: the ledger stands
    below the customers and must not know them.
    """

    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="lines")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="lines", db_index=False)
    on = models.DateField(_("date"))
    debit = money_field(verbose_name=_("debit"), default=0)
    credit = money_field(verbose_name=_("credit"), default=0)
    currency = models.CharField(_("document currency"), max_length=3)
    amount = money_field(verbose_name=_("document amount"))
    party_id = models.BigIntegerField(_("customer"), null=True)
    tax_code = models.CharField(_("tax code"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("journal line")
        verbose_name_plural = _("journal lines")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="line_debit_or_credit",
                condition=(Q(debit__gt=0) & Q(credit=0)) | (Q(debit=0) & Q(credit__gt=0)),
            ),
            models.CheckConstraint(
                name="line_amount_same_side",
                condition=Q(amount=0)
                | (Q(debit__gt=0) & Q(amount__gt=0))
                | (Q(credit__gt=0) & Q(amount__lt=0)),
            ),
            currency_check("line_currency_iso"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["account", "on"],
                name="line_account_on",
                include=["debit", "credit"],
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="same_transaction",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="written"),  # type: ignore[no-untyped-call]
                func=SAME_TRANSACTION,
            ),
            *audit.append_only(),
        ]

    def __str__(self) -> str:
        return f"{self.debit or -self.credit}"


class DailyTurnover(models.Model):
    """What the numbered entries moved on an account on one day, so that no balance reads the whole journal.

    The sealer writes it with the numbers; what it has not reached yet is added by who asks (docs/adr/0033).
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="turnovers", db_index=False)
    on = models.DateField(_("date"))
    debit = money_field(verbose_name=_("debit"))
    credit = money_field(verbose_name=_("credit"))

    class Meta:
        verbose_name = _("daily turnover")
        verbose_name_plural = _("daily turnovers")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "on"], include=["debit", "credit"], name="turnover_once_per_day"
            ),
            models.CheckConstraint(
                name="turnover_of_something",
                condition=Q(debit__gte=0) & Q(credit__gte=0) & (Q(debit__gt=0) | Q(credit__gt=0)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d} {self.debit} {self.credit}"
