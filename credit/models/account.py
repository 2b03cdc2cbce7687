"""Credit accounts."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from customers.models import Customer
from o2c.kernel import audit, rows
from o2c.kernel.db import LockableQuerySet
from o2c.kernel.models import choices_check, money_field, rate_field

# A customer's own account, and their parent's where its limit is the group's.
OWN_AND_GROUP = """
customer_id IN (%s, (SELECT parent_id FROM customers_customer WHERE id = %s))
AND (customer_id = %s OR includes_children)
"""


class CreditAccountQuerySet(LockableQuerySet["CreditAccount"]):
    """Credit accounts: the first lock of every transaction that commits or frees credit."""

    def lock_for(self, *, customer_id: int) -> "CreditAccount | None":
        """Return the customer's account with its groups, all locked, or None where they have none."""
        return _with_groups(self.lock_where(OWN_AND_GROUP, *[customer_id] * 3), customer_id)

    def read_for(self, *, customer_id: int) -> "CreditAccount | None":
        """Return the same without a lock."""
        return _with_groups(rows.read(self.model, OWN_AND_GROUP, [customer_id] * 3), customer_id)


def _with_groups(accounts: list["CreditAccount"], customer_id: int) -> "CreditAccount | None":
    own = next((account for account in accounts if account.customer_id == customer_id), None)
    if own is not None:
        own.groups = tuple(account for account in accounts if account.includes_children)
    return own


class RiskClass(models.TextChoices):
    """What a customer's payment behaviour says."""

    NEW = "new", pgettext_lazy("risk class", "New")
    LOW = "low", _("Low risk")
    MEDIUM = "medium", _("Medium risk")
    HIGH = "high", _("High risk")


class CreditPolicy(models.Model):
    """The rules for a group of customers; amounts in the customer's currency."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=100)
    first_order_limit = money_field(
        verbose_name=_("limit of a first order"), default=1000, help_text=_("A larger first order waits.")
    )
    overdue_tolerance = money_field(
        verbose_name=_("overdue amount tolerated"),
        default=0,
        help_text=_("A smaller overdue debt holds nothing."),
    )
    holds_high_risk = models.BooleanField(_("holds orders of high-risk customers"), default=True)
    review_months = models.PositiveSmallIntegerField(_("months between reviews"), default=12)
    limit_without_request = money_field(verbose_name=_("limit that needs no second person"), default=0)

    class Meta:
        verbose_name = _("credit policy")
        verbose_name_plural = _("credit policies")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="creditpolicy_not_negative",
                condition=Q(first_order_limit__gte=0, overdue_tolerance__gte=0, limit_without_request__gte=0),
            ),
            models.CheckConstraint(name="creditpolicy_reviews", condition=Q(review_months__gt=0)),
        ]
        triggers: ClassVar = [audit.audited()]

    def __str__(self) -> str:
        return self.name


class CreditAccount(models.Model):
    """What a customer may owe, in the customer's currency, and what is known of how they pay.

    The behaviour is the nightly assessment's: a year of settled invoices, so that a decision reads one row.
    """

    RiskClass = RiskClass

    customer = models.OneToOneField(Customer, on_delete=models.PROTECT, related_name="credit_account")
    limit = money_field(verbose_name=_("credit limit"))
    days_overdue_allowed = models.PositiveSmallIntegerField(
        _("days overdue allowed"), default=0, help_text=_("An older overdue debt holds new orders.")
    )
    blocked = models.BooleanField(_("blocked"), default=False)
    block_reason = models.CharField(_("why blocked"), max_length=200, blank=True)
    policy = models.ForeignKey(
        CreditPolicy, on_delete=models.PROTECT, null=True, blank=True, related_name="accounts", db_index=False
    )
    includes_children = models.BooleanField(
        _("limit for the whole group"), default=False, help_text=_("What children owe counts against it.")
    )
    first_ordered_on = models.DateField(_("first order confirmed"), null=True, blank=True)
    risk_class = models.CharField(_("risk class"), max_length=10, choices=RiskClass, default=RiskClass.NEW)
    score = models.PositiveSmallIntegerField(
        _("score"), null=True, help_text=_("0 to 100; higher pays better.")
    )
    settled_invoices = models.PositiveIntegerField(_("invoices settled in a year"), default=0)
    average_days_late = models.DecimalField(_("average days late"), max_digits=7, decimal_places=2, default=0)
    share_late = rate_field(verbose_name=_("share paid late"), default=0, help_text=_("Percent."))
    is_repeat_offender = models.BooleanField(_("repeat offender"), default=False)
    assessed_on = models.DateField(_("assessed"), null=True)
    reviewed_on = models.DateField(_("last review"), null=True)
    review_on = models.DateField(_("next review"), null=True)
    risk_at_review = models.CharField(
        _("risk class then"), max_length=10, choices=RiskClass, default=RiskClass.NEW
    )

    groups: tuple["CreditAccount", ...] = ()  # those whose limit is shared, as `lock_for` found them
    first_reference: str = ""  # the order that became the first in the running transaction

    objects = CreditAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("credit account")
        verbose_name_plural = _("credit accounts")
        constraints: ClassVar = [
            models.CheckConstraint(name="limit_not_negative", condition=Q(limit__gte=0)),
            choices_check("creditaccount_risk_known", RiskClass, "risk_class"),
            choices_check("creditaccount_risk_then_known", RiskClass, "risk_at_review"),
            models.CheckConstraint(
                name="creditaccount_score_sane", condition=Q(score=None) | Q(score__lte=100)
            ),
            models.CheckConstraint(
                name="creditaccount_reason_of_block", condition=Q(blocked=True) | Q(block_reason="")
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["review_on"], name="creditaccount_review", condition=Q(review_on__isnull=False)
            ),
        ]
        triggers: ClassVar = [audit.audited()]

    def __str__(self) -> str:
        return str(self.customer)
