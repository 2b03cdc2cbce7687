"""Accounting periods and exchange rates; neither may overlap."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from django_fsm import FSMField, transition

from o2c.kernel import audit, figures, fsm_triggers
from o2c.kernel.db import LockableQuerySet
from o2c.kernel.models import Company, choices_check, currency_check
from o2c.kernel.ranges import days, same_id, same_text


class PeriodQuerySet(LockableQuerySet["Period"]):
    """Periods of the companies."""


class PeriodState(models.TextChoices):
    """Whether entries may be dated into the period."""

    OPEN = "open", pgettext_lazy("period", "Open")
    CLOSED = "closed", pgettext_lazy("period", "Closed")


class Period(models.Model):
    """A stretch of days that takes entries while it is open. Closing is hard: no path posts into it."""

    State = PeriodState

    company = models.ForeignKey(Company, on_delete=models.PROTECT)
    name = models.CharField(_("name"), max_length=20)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    state = FSMField(_("state"), max_length=10, choices=State, default=State.OPEN, protected=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("period")
        verbose_name_plural = _("periods")
        ordering: ClassVar = ["starts_on"]
        permissions: ClassVar = [("close_period", _("Can close a period"))]
        constraints: ClassVar = [
            models.CheckConstraint(name="period_forward", condition=Q(starts_on__lte=F("ends_on"))),
            choices_check("period_state_known", PeriodState),
            ExclusionConstraint(
                name="period_no_overlap",
                expressions=[
                    (same_id("company"), RangeOperators.OVERLAPS),
                    (
                        Func(
                            F("starts_on"),
                            F("ends_on"),
                            Value("[]"),
                            function="daterange",
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        triggers: ClassVar = [
            fsm_triggers.born(PeriodState.OPEN),
            fsm_triggers.legal_changes((PeriodState.OPEN, PeriodState.CLOSED)),
            audit.audited(),
        ]

    def __str__(self) -> str:
        return self.name

    @transition(
        field=state,
        source=State.OPEN,
        target=State.CLOSED,
        permission="ledger.close_period",
    )
    def mark_closed(self) -> None:
        """Close the period for good; corrections are dated into a later one."""


class ExchangeRate(models.Model):
    """How many units of the company's base currency one unit of *currency* is worth."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT)
    currency = models.CharField(_("currency"), max_length=3)
    rate = models.DecimalField(pgettext_lazy("exchange", "rate"), max_digits=19, decimal_places=10)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(
        _("valid until"),
        null=True,
        blank=True,
        help_text=_("The last day; empty: until further notice."),
    )

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering: ClassVar = ["currency", "-valid_from"]
        constraints: ClassVar = [
            models.CheckConstraint(name="exchangerate_positive", condition=Q(rate__gt=0)),
            currency_check("exchangerate_currency_iso"),
            ExclusionConstraint(
                name="exchangerate_no_overlap",
                expressions=[
                    (same_id("company"), RangeOperators.OVERLAPS),
                    (same_text("currency"), RangeOperators.OVERLAPS),
                    (days(), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        triggers: ClassVar = [audit.audited()]

    def __str__(self) -> str:
        return f"{self.currency} {figures.quantity(self.rate)} ({figures.day_words(self.valid_from)})"
