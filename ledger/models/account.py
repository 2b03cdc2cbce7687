"""The chart of accounts."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ledger.entries import Role
from o2c.kernel import audit
from o2c.kernel.models import Company, choices_check


class AccountKind(models.TextChoices):
    """Where the account stands in the statements."""

    ASSET = "asset", _("Asset")
    LIABILITY = "liability", _("Liability")
    EQUITY = "equity", _("Equity")
    REVENUE = "revenue", _("Revenue")
    EXPENSE = "expense", _("Expense")


class Account(models.Model):
    """An account of the chart; at most one has each role."""

    Kind = AccountKind

    ROLES: ClassVar = [(role.value, role.value.replace("_", " ")) for role in Role]

    company = models.ForeignKey(Company, on_delete=models.PROTECT)
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    role = models.CharField(_("role"), max_length=30, choices=ROLES, null=True, blank=True)  # noqa: DJ001
    is_control = models.BooleanField(
        _("control account"),
        default=False,
        help_text=_("Moved by documents only, split by customer."),
    )

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "code"], name="account_code_once"),
            models.UniqueConstraint(fields=["company", "role"], name="account_role_once"),
            choices_check("account_kind_known", AccountKind, "kind"),
        ]
        triggers: ClassVar = [audit.audited()]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
