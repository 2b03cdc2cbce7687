"""What came in on a channel before it is an order: an e-mail, a call, a form."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from customers.models import Customer
from o2c.kernel.db import LockableQuerySet
from o2c.kernel.fsm_triggers import born, legal_changes
from o2c.kernel.models import User, choices_check
from orders.models.order import Order, OrderChannel


class OrderRequestQuerySet(LockableQuerySet["OrderRequest"]):
    """Order requests."""


class OrderRequestState(models.TextChoices):
    """Whether somebody has answered."""

    WAITING = "waiting", _("Waiting")
    ORDERED = "ordered", _("Became an order or quote")
    DISMISSED = "dismissed", _("Dismissed")


class OrderRequest(models.Model):
    """Somebody wants something, in their own words; it waits in its channel's inbox until it is answered."""

    State = OrderRequestState

    state = FSMField(_("state"), max_length=10, choices=State, default=State.WAITING, protected=True)
    channel = models.CharField(_("channel"), max_length=10, choices=OrderChannel)
    external_id = models.CharField(  # noqa: DJ001
        _("id at the sender"),
        max_length=200,
        null=True,
        blank=True,
        help_text=_("Such as an e-mail's Message-ID."),
    )
    sender = models.CharField(_("sender"), max_length=200, help_text=_("Name, address or telephone number."))
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    text = models.TextField(_("text"), blank=True)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, blank=True, related_name="order_requests"
    )
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, blank=True, related_name="requests")
    received_at = models.DateTimeField(_("received"), db_default=Now())
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    dismiss_reason = models.CharField(_("why it was dismissed"), max_length=200, blank=True)

    objects = OrderRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("order request")
        verbose_name_plural = _("order requests")
        constraints: ClassVar = [
            choices_check("orderrequest_state_known", OrderRequestState),
            choices_check("orderrequest_channel_known", OrderChannel, "channel"),
            models.UniqueConstraint(fields=["channel", "external_id"], name="orderrequest_once_per_sender"),
            models.CheckConstraint(
                name="orderrequest_ordered_has_order",
                condition=~Q(state="ordered") | Q(order__isnull=False),
            ),
            models.CheckConstraint(
                name="orderrequest_dismissed_has_reason",
                condition=~Q(state="dismissed") | ~Q(dismiss_reason=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["channel", "received_at"], name="orderrequest_waiting", condition=Q(state="waiting")
            ),
        ]
        triggers: ClassVar = [
            born(OrderRequestState.WAITING),
            legal_changes(
                (OrderRequestState.WAITING, OrderRequestState.ORDERED),
                (OrderRequestState.WAITING, OrderRequestState.DISMISSED),
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.sender

    @transition(field=state, source=State.WAITING, target=State.ORDERED, permission="orders.add_order")
    def mark_ordered(self, *, order: Order) -> None:
        """Somebody entered what was wanted."""
        self.order = order

    @transition(field=state, source=State.WAITING, target=State.DISMISSED, permission="orders.add_order")
    def mark_dismissed(self, *, reason: str) -> None:
        """It was no order, or was answered otherwise."""
        self.dismiss_reason = reason
