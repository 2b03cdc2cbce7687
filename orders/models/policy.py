"""How a company screens its orders: the figures behind the simple fraud rules."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from o2c.kernel import audit
from o2c.kernel.models import Company, money_field


class OrderPolicy(models.Model):
    """Thresholds of the order desk; an order with at least ``hold_score`` points waits for a person."""

    company = models.OneToOneField(Company, on_delete=models.PROTECT, related_name="order_policy")
    hold_score = models.PositiveSmallIntegerField(_("points that hold an order"), default=50)
    velocity_hours = models.PositiveSmallIntegerField(_("hours that count as at once"), default=24)
    velocity_orders = models.PositiveSmallIntegerField(_("orders at once that are unusual"), default=5)
    velocity_points = models.PositiveSmallIntegerField(_("points for many orders at once"), default=30)
    amount_factor = models.DecimalField(
        _("times the customer's usual order"), max_digits=5, decimal_places=2, default=5
    )
    amount_points = models.PositiveSmallIntegerField(_("points for an unusual amount"), default=30)
    address_points = models.PositiveSmallIntegerField(_("points for an unknown delivery address"), default=20)
    country_points = models.PositiveSmallIntegerField(_("points for another delivery country"), default=30)
    new_customer_days = models.PositiveSmallIntegerField(_("days a customer counts as new"), default=30)
    new_customer_amount = money_field(
        verbose_name=_("large for a new customer"), default=5000, help_text=_("Net, in the order's currency.")
    )
    new_customer_points = models.PositiveSmallIntegerField(_("points for a large first order"), default=30)
    duplicate_hours = models.PositiveSmallIntegerField(_("hours in which a repeat is suspected"), default=24)
    quote_days = models.PositiveSmallIntegerField(_("days a quote is valid"), default=30)
    second_release_from = money_field(
        verbose_name=_("second approval from"),
        default=10000,
        help_text=_("Releases of larger orders need two people; base currency."),
    )
    return_days = models.PositiveSmallIntegerField(
        _("days to return"),
        default=30,
        help_text=_("After delivery, for customers who ask in a shop; the order desk may allow more."),
    )
    release_days = models.PositiveSmallIntegerField(_("days a release reaches"), default=30)

    class Meta:
        verbose_name = _("order policy")
        verbose_name_plural = _("order policies")
        constraints: ClassVar = [
            models.CheckConstraint(name="orderpolicy_holds_something", condition=Q(hold_score__gt=0)),
            models.CheckConstraint(name="orderpolicy_factor_sane", condition=Q(amount_factor__gt=1)),
            models.CheckConstraint(
                name="orderpolicy_amounts_not_negative",
                condition=Q(new_customer_amount__gte=0, second_release_from__gte=0),
            ),
        ]
        triggers: ClassVar = [audit.audited()]

    def __str__(self) -> str:
        return str(self.company)
