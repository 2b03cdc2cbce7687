"""What a credit bureau or an insurer said about a customer."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from credit.models.account import CreditAccount
from o2c.kernel import audit
from o2c.kernel.models import User, money_field


class CreditReport(models.Model):
    """One answer of a bureau or insurer; never changed, superseded by the next one."""

    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="reports")
    source = models.CharField(_("source"), max_length=60)
    reference = models.CharField(_("their reference"), max_length=80, blank=True)
    score = models.PositiveSmallIntegerField(_("score"), null=True, help_text=_("0 to 100."))
    covered = money_field(
        verbose_name=_("covered"), default=0, help_text=_("What they answer for, in the customer's currency.")
    )
    valid_until = models.DateField(_("valid until"))
    on = models.DateField(_("date"))
    at = models.DateTimeField(_("time"), db_default=Now())
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("credit report")
        verbose_name_plural = _("credit reports")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="creditreport_score_sane", condition=Q(score=None) | Q(score__lte=100)
            ),
            models.CheckConstraint(name="creditreport_not_negative", condition=Q(covered__gte=0)),
            models.CheckConstraint(name="creditreport_valid", condition=Q(valid_until__gte=F("on"))),
        ]
        triggers: ClassVar = audit.append_only()

    def __str__(self) -> str:
        return f"{self.source}: {self.score}"
