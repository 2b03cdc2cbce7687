"""The order: its state machine, and what was agreed."""

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from customers.models import Customer, PaymentTerms
from inventory.models import Warehouse
from o2c.kernel.db import LockableQuerySet
from o2c.kernel.fsm_triggers import born, legal_changes
from o2c.kernel.models import Company, User, choices_check, currency_check, money_field
from o2c.kernel.numbering import sequence_number


class OrderQuerySet(LockableQuerySet["Order"]):
    """Orders."""


class OrderState(models.TextChoices):
    """Where the order stands commercially; how far it is carried out is `orders.rules.stage`."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    ON_HOLD = "on_hold", _("On hold")
    CONFIRMED = "confirmed", _("Confirmed")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


class OrderChannel(models.TextChoices):
    """How the order came in."""

    API = "api", _("Checkout")
    PHONE = "phone", _("Telephone")
    EMAIL = "email", _("E-mail")
    WEB = "web", _("Web form")
    IN_PERSON = "in_person", _("In person")
    PORTAL = "portal", _("Portal")
    IMPORT = "import", _("Import")


def may_confirm(_order: models.Model, user: Any) -> bool:
    """Say whether *user* may confirm: by submitting an order that passes, or by releasing one that does not."""
    return bool(user.has_perm("orders.submit_order") or user.has_perm("orders.release_order"))


class Order(models.Model):
    """What a customer wants, at which prices and terms. Progress is derived from the lines' quantities."""

    State = OrderState

    Channel = OrderChannel

    number = models.CharField(
        _("number"),
        max_length=20,
        unique=True,
        editable=False,
        db_default=sequence_number("SO", "orders_order_number"),
    )
    company = models.ForeignKey(Company, on_delete=models.PROTECT, db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="orders", db_index=False)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+", db_index=False)
    terms = models.ForeignKey(PaymentTerms, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = FSMField(_("state"), max_length=10, choices=State, default=State.DRAFT, protected=True)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    external_id = models.CharField(_("id at the sender"), max_length=80, null=True, blank=True)  # noqa: DJ001
    po_number = models.CharField(_("customer's order number"), max_length=80, blank=True)
    ordered_on = models.DateField(_("ordered"))
    requested_on = models.DateField(_("wanted by"), null=True, blank=True)
    delivery_address = models.JSONField(_("delivery address"))
    accepts_backorders = models.BooleanField(_("accepts backorders"), default=True)
    currency = models.CharField(_("currency"), max_length=3)
    net = money_field(verbose_name=_("net"))
    tax = money_field(verbose_name=_("tax"))
    gross = money_field(verbose_name=_("gross"))
    hold_reasons = models.JSONField(_("why it is on hold"), default=list, blank=True)
    cancel_reason = models.CharField(_("why it was cancelled"), max_length=200, blank=True)
    open_invoices = models.PositiveSmallIntegerField(_("invoices not settled"), default=0)
    due_on = models.DateField(_("first due date of what is not settled"), null=True)
    created_at = models.DateTimeField(_("created"), db_default=Now())
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        permissions: ClassVar = [
            ("submit_order", _("Can submit orders")),
            ("release_order", _("Can release orders from hold")),
            ("cancel_order", _("Can cancel orders")),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["channel", "external_id"], name="order_once_per_sender"),
            models.CheckConstraint(
                name="order_gross_is_net_plus_tax",
                condition=Q(gross=F("net") + F("tax")),
            ),
            models.CheckConstraint(name="order_not_negative", condition=Q(net__gte=0, tax__gte=0)),
            models.CheckConstraint(
                name="order_hold_has_reason",
                condition=~Q(state="on_hold") | ~Q(hold_reasons=[]),
            ),
            models.CheckConstraint(
                name="order_due_while_open",
                condition=Q(open_invoices=0, due_on=None) | Q(open_invoices__gt=0, due_on__isnull=False),
            ),
            choices_check("order_state_known", OrderState),
            choices_check("order_channel_known", OrderChannel, "channel"),
            currency_check("order_currency_iso"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-ordered_on", "-id"], name="order_newest"),
            models.Index(fields=["customer", "-id"], name="order_of_customer"),
            models.Index(fields=["id"], name="order_on_hold", condition=Q(state="on_hold")),
            models.Index(
                fields=["warehouse", "id"],
                name="order_confirmed",
                condition=Q(state="confirmed"),
            ),
        ]
        triggers: ClassVar = [
            born(OrderState.DRAFT),
            legal_changes(
                (OrderState.DRAFT, OrderState.SUBMITTED),
                (OrderState.DRAFT, OrderState.CANCELLED),
                (OrderState.SUBMITTED, OrderState.CONFIRMED),
                (OrderState.SUBMITTED, OrderState.ON_HOLD),
                (OrderState.SUBMITTED, OrderState.CANCELLED),
                (OrderState.ON_HOLD, OrderState.CONFIRMED),
                (OrderState.ON_HOLD, OrderState.CANCELLED),
                (OrderState.CONFIRMED, OrderState.CANCELLED),
                (OrderState.CONFIRMED, OrderState.CLOSED),
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"order {self.pk}"

    @transition(
        field=state,
        source=State.DRAFT,
        target=State.SUBMITTED,
        permission="orders.submit_order",
    )
    def mark_submitted(self) -> None:
        """The customer stands by it: prices, taxes and terms are frozen."""

    @transition(
        field=state,
        source=[State.SUBMITTED, State.ON_HOLD],
        target=State.CONFIRMED,
        permission=may_confirm,
    )
    def mark_confirmed(self) -> None:
        """We stand by it: stock is reserved and credit committed."""
        self.hold_reasons = []

    @transition(
        field=state,
        source=State.SUBMITTED,
        target=State.ON_HOLD,
        permission="orders.submit_order",
    )
    def mark_on_hold(self, *, reasons: list[dict[str, Any]]) -> None:
        """It waits, and says for what."""
        self.hold_reasons = reasons

    @transition(
        field=state,
        source=[State.DRAFT, State.SUBMITTED, State.ON_HOLD, State.CONFIRMED],
        target=State.CANCELLED,
        permission="orders.cancel_order",
    )
    def mark_cancelled(self, *, reason: str) -> None:
        """It will not be carried out."""
        self.cancel_reason = reason

    @transition(field=state, source=State.CONFIRMED, target=State.CLOSED)
    def mark_closed(self) -> None:
        """Everything shipped is invoiced and every invoice is settled."""

    def is_overdue(self, today: date) -> bool:
        """Say whether an invoice of it should have been paid before *today*."""
        return self.due_on is not None and self.due_on < today
