"""What an order or a quote was before it was changed."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from o2c.kernel import audit
from o2c.kernel.models import User
from orders.models.order import Order


class OrderVersion(models.Model):
    """One amendment: the version it made, what changed, and what it was before; never changed."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="versions", db_index=False)
    version = models.PositiveSmallIntegerField(_("version"))
    reason = models.CharField(_("reason"), max_length=200)
    changes = models.JSONField(
        _("changes"), help_text=_("Each with its line's position or field, what it was and what it is.")
    )
    before = models.JSONField(_("before"), help_text=_("The head and the lines as they were."))
    on = models.DateField(_("date"))
    at = models.DateTimeField(_("time"), db_default=Now())
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("order version")
        verbose_name_plural = _("order versions")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "version"], name="orderversion_once"),
            models.CheckConstraint(name="orderversion_after_first", condition=models.Q(version__gt=1)),
        ]
        triggers: ClassVar = audit.append_only()

    def __str__(self) -> str:
        return _("%(order)s version %(version)s") % {"order": self.order_id, "version": self.version}
