"""Open items."""

from datetime import date
from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from ledger.models import JournalEntry
from o2c.kernel import audit, figures
from o2c.kernel.db import LockableQuerySet
from o2c.kernel.models import Company, choices_check, currency_check, money_field


class ReceivableQuerySet(LockableQuerySet["Receivable"]):
    """Open items. ``open`` rows are a partial index: their cost follows what is owed, not the history."""

    def open(self) -> "ReceivableQuerySet":
        """Return the items with something left to pay, or to use."""
        return self.exclude(open_amount=0)

    def overdue(self, *, on: date) -> "ReceivableQuerySet":
        """Return the items that should have been paid before *on*."""
        return self.filter(open_amount__gt=0, due_on__lt=on)


class ReceivableKind(models.TextChoices):
    """What the item comes from."""

    INVOICE = "invoice", _("Invoice")
    CREDIT_NOTE = "credit_note", _("Credit note")


class Receivable(models.Model):
    """An open item: positive when the customer owes us (invoice), negative when we owe them (credit note).

    ``open_amount`` moves from ``amount`` towards zero and never beyond either. ``base_*`` is the same in
    the company's base currency at the rate of the document.
    """

    Kind = ReceivableKind

    company = models.ForeignKey(Company, on_delete=models.PROTECT, db_index=False)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="receivables", db_index=False
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    document_number = models.CharField(_("document"), max_length=40)
    issued_on = models.DateField(_("issued"))
    due_on = models.DateField(_("due"))
    currency = models.CharField(_("currency"), max_length=3)
    amount = money_field(verbose_name=_("amount"))
    open_amount = money_field(verbose_name=_("open"))
    base_amount = money_field(verbose_name=_("amount in base currency"))
    base_open_amount = money_field(verbose_name=_("open in base currency"))
    entry = models.OneToOneField(JournalEntry, on_delete=models.PROTECT, related_name="+")
    settled_on = models.DateField(_("settled"), null=True)

    objects = ReceivableQuerySet.as_manager()

    class Meta:
        verbose_name = _("receivable")
        verbose_name_plural = _("receivables")
        permissions: ClassVar = [("allocate", _("Can allocate payments and credits"))]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "kind", "document_number"], name="receivable_once"),
            models.CheckConstraint(
                name="receivable_open_within_amount",
                condition=Q(amount__gt=0, open_amount__gte=0, open_amount__lte=F("amount"))
                | Q(amount__lt=0, open_amount__lte=0, open_amount__gte=F("amount")),
            ),
            models.CheckConstraint(
                name="receivable_base_open_within_amount",
                condition=Q(
                    base_amount__gte=0,
                    base_open_amount__gte=0,
                    base_open_amount__lte=F("base_amount"),
                )
                | Q(
                    base_amount__lte=0,
                    base_open_amount__lte=0,
                    base_open_amount__gte=F("base_amount"),
                ),
            ),
            models.CheckConstraint(
                name="receivable_settled_in_base_too",
                condition=~Q(open_amount=0) | Q(base_open_amount=0),
            ),
            models.CheckConstraint(
                name="receivable_settled_dated",
                condition=Q(open_amount=0, settled_on__isnull=False)
                | (~Q(open_amount=0) & Q(settled_on=None)),
            ),
            models.CheckConstraint(
                name="receivable_due_after_issue",
                condition=Q(due_on__gte=F("issued_on")),
            ),
            choices_check("receivable_kind_known", ReceivableKind, "kind"),
            currency_check("receivable_currency_iso"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["customer", "due_on"],
                name="receivable_open",
                include=["open_amount", "base_open_amount"],
                condition=~Q(open_amount=0),
            ),
            models.Index(fields=["customer", "issued_on"], name="receivable_of_customer"),
            # A few kilobytes: the nightly assessment reads a year of settlements, not all of them.
            BrinIndex(fields=["settled_on"], name="receivable_settled", autosummarize=True),
        ]
        triggers: ClassVar = [
            audit.frozen_but("open_amount", "base_open_amount", "settled_on"),
            audit.never_truncated(),
        ]

    def __str__(self) -> str:
        return f"{self.document_number}: {figures.money(self.open_amount, self.currency)} {self.currency}"

    @property
    def number(self) -> str:
        """Return the number of the document that it is the open item of."""
        return self.document_number
