"""Money received."""

from datetime import date
from decimal import Decimal
from typing import ClassVar, cast

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from customers.models import Customer, owned_by_customers_of
from o2c.kernel import audit
from o2c.kernel.db import LockableQuerySet
from o2c.kernel.fsm_triggers import born, legal_changes
from o2c.kernel.models import Company, User, choices_check, currency_check, money_field
from o2c.kernel.numbering import sequence_number
from o2c.kernel.principal import Principal
from o2c.kernel.public_ids import public_id_field


class PaymentQuerySet(LockableQuerySet["Payment"]):
    """Payments."""

    def for_principal(self, principal: Principal) -> "PaymentQuerySet":
        """Return the payments whose customer a caller of the API may know."""
        return cast("PaymentQuerySet", owned_by_customers_of(principal, self))


class PaymentState(models.TextChoices):
    """Whether the money stayed."""

    RECEIVED = "received", _("Received")
    REVERSED = "reversed", _("Reversed")


class PaymentMethod(models.TextChoices):
    """How it came in."""

    BANK = "bank", _("Bank transfer")
    GATEWAY = "gateway", _("Payment gateway")
    CASH = "cash", _("Cash")


class Payment(models.Model):
    """Money that came in. What is not allocated is the customer's on-account balance."""

    State = PaymentState

    Method = PaymentMethod

    number = models.CharField(
        _("number"),
        max_length=20,
        unique=True,
        editable=False,
        db_default=sequence_number("PAY", "receivables_payment_number"),
    )
    public_id = public_id_field()
    company = models.ForeignKey(Company, on_delete=models.PROTECT, db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="payments", db_index=False)
    state = FSMField(_("state"), max_length=10, choices=State, default=State.RECEIVED, protected=True)
    method = models.CharField(_("method"), max_length=10, choices=Method, default=Method.BANK)
    reference = models.CharField(_("remittance text"), max_length=200, blank=True)
    provider = models.CharField(
        _("provider"),
        max_length=30,
        blank=True,
        help_text=_("Bank account or gateway."),
    )
    provider_reference = models.CharField(_("provider's reference"), max_length=120, null=True, blank=True)  # noqa: DJ001
    received_on = models.DateField(_("received"))
    currency = models.CharField(_("currency"), max_length=3)
    amount = money_field(verbose_name=_("amount"))
    unallocated = money_field(verbose_name=_("not allocated"))
    base_amount = money_field(verbose_name=_("amount in base currency"))
    base_unallocated = money_field(verbose_name=_("not allocated, in base currency"))
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        permissions: ClassVar = [
            ("record_payment", _("Can record payments")),
            ("reverse_payment", _("Can reverse payments")),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["provider", "provider_reference"],
                name="payment_once_per_provider",
            ),
            models.CheckConstraint(name="payment_positive", condition=Q(amount__gt=0, base_amount__gte=0)),
            models.CheckConstraint(
                name="payment_unallocated_within_amount",
                condition=Q(unallocated__gte=0, unallocated__lte=F("amount"))
                & Q(base_unallocated__gte=0, base_unallocated__lte=F("base_amount")),
            ),
            models.CheckConstraint(
                name="payment_spent_in_base_too",
                condition=Q(unallocated__gt=0) | Q(base_unallocated=0),
            ),
            choices_check("payment_state_known", PaymentState),
            choices_check("payment_method_known", PaymentMethod, "method"),
            currency_check("payment_currency_iso"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["customer"],
                name="payment_unallocated",
                condition=Q(unallocated__gt=0),
            ),
            models.Index(fields=["customer"], name="payment_reversed", condition=Q(state="reversed")),
            models.Index(fields=["customer", "received_on"], name="payment_of_customer"),
        ]
        triggers: ClassVar = [
            born(PaymentState.RECEIVED),
            legal_changes((PaymentState.RECEIVED, PaymentState.REVERSED)),
            audit.frozen_but("unallocated", "base_unallocated", "state"),
            audit.never_truncated(),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def allocated(self) -> Decimal:
        """Return what was used for open items; of a payment that was taken back nothing is."""
        return Decimal(0) if self.state == self.State.REVERSED else self.amount - self.unallocated

    def day_of_reversal(self, on: date) -> date:
        """Return the day of a reversal that is wanted *on*: not before the money came."""
        return max(on, self.received_on)

    @transition(
        field=state,
        source=State.RECEIVED,
        target=State.REVERSED,
        permission="receivables.reverse_payment",
    )
    def mark_reversed(self) -> None:
        """The money went back, or never came: nothing of it is left to allocate."""
        self.unallocated = self.base_unallocated = 0
