"""Credit accounts."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from o2c.kernel import audit
from o2c.kernel.db import LockableQuerySet
from o2c.kernel.models import money_field


class CreditAccountQuerySet(LockableQuerySet["CreditAccount"]):
    """Credit accounts: the first lock of every transaction that commits or frees credit."""

    def lock_for(self, *, customer_id: int) -> "CreditAccount | None":
        """Return the customer's account, locked, or None where they have none."""
        return next(iter(self.lock_where("customer_id = %s", customer_id)), None)


class CreditAccount(models.Model):
    """What a customer may owe, in the customer's currency."""

    customer = models.OneToOneField(Customer, on_delete=models.PROTECT, related_name="credit_account")
    limit = money_field(verbose_name=_("credit limit"))
    days_overdue_allowed = models.PositiveSmallIntegerField(
        _("days overdue allowed"), default=0, help_text=_("An older overdue debt holds new orders.")
    )
    blocked = models.BooleanField(_("blocked"), default=False)

    objects = CreditAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("credit account")
        constraints: ClassVar = [models.CheckConstraint(name="limit_not_negative", condition=Q(limit__gte=0))]
        triggers: ClassVar = [audit.audited()]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.limit}"
