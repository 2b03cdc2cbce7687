"""Credit decisions, with their figures."""

from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from credit.models.account import CreditAccount
from o2c.kernel import audit
from o2c.kernel.models import User, money_field


class Decision(models.Model):
    """One answer to "may this order be confirmed?", rule by rule; never changed."""

    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="decisions")
    reference = models.CharField(_("order"), max_length=40, db_index=True)
    approved = models.BooleanField(_("approved"))
    requested = money_field(verbose_name=_("requested"))
    exposure = money_field(verbose_name=_("exposure before"))
    limit = money_field(verbose_name=_("limit"))
    rules = models.JSONField(_("rules"), help_text=_("Each rule with its outcome and figures."))
    on = models.DateField(_("date"))
    at = models.DateTimeField(_("time"), db_default=Now())
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("credit decision")
        verbose_name_plural = _("credit decisions")
        triggers: ClassVar = audit.append_only()

    def __str__(self) -> str:
        words = _("%(reference)s: approved") if self.approved else _("%(reference)s: refused")
        return words % {"reference": self.reference}

    def rule(self, name: str) -> dict[str, Any] | None:
        """Return what one rule said, None where it did not apply."""
        rules: list[dict[str, Any]] = self.rules
        return next((rule for rule in rules if rule["rule"] == name), None)

    @property
    def overdue(self) -> Decimal:
        """Return what the customer owed overdue, also where that stopped nothing."""
        return Decimal(self._overdue_figure("overdue"))

    @property
    def days_overdue(self) -> int:
        """Return by how many days the oldest debt was late."""
        return int(self._overdue_figure("days"))

    def _overdue_figure(self, name: str) -> str:
        figures: dict[str, str] = (self.rule("overdue") or {}).get("figures", {})
        return figures.get(name, "0")
