"""Webhooks: where a shop wants to be told, what it is owed, and what came of each try.

No secret is kept: it is derived from the server's own (`o2c.gateway.signing`). A delivery is queue and record
in one, like a notice to a customer (docs/adr/0015); what is over is forgotten after a while, the events stay.
"""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from django_fsm import FSMField, transition

from customers.models import Customer
from o2c.gateway.models.shop import Shop
from o2c.kernel import audit
from o2c.kernel.db import LockableQuerySet
from o2c.kernel.fsm_triggers import born, legal_changes
from o2c.kernel.models import Event, User, choices_check
from o2c.kernel.principal import Principal
from o2c.kernel.public_ids import public_id_field


class WebhookEndpointQuerySet(LockableQuerySet["WebhookEndpoint"]):
    """Addresses of shops."""

    def for_principal(self, principal: Principal) -> "WebhookEndpointQuerySet":
        """Return the addresses that a caller of the API may know: the shop's, or its customer's only."""
        own = self.filter(shop=principal.shop_id, deleted_at=None)
        return own if principal.customer_id is None else own.filter(customer=principal.customer_id)


WEBHOOK_STATES = ACTIVE, DISABLED = "active", "disabled"


class WebhookEndpoint(models.Model):
    """An address that a shop wants to be told at. Without *types* it is told of everything it may know.

    *customer* is that of the key that made it: it is told of no other. *secret_version* counts rotations; until
    *previous_until* what is sent is signed with the version before as well.
    """

    public_id = public_id_field()
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="webhooks", verbose_name=_("shop"))
    customer = models.ForeignKey(
        Customer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("customer"),
    )
    url = models.CharField(_("address"), max_length=500)
    description = models.CharField(_("description"), max_length=200, blank=True)
    types = models.JSONField(_("types of event"), default=list, blank=True)
    api_version = models.DateField(_("API version"))
    version = models.PositiveIntegerField(_("version"), default=1)
    secret_version = models.PositiveIntegerField(_("version of the secret"), default=1)
    previous_until = models.DateTimeField(_("previous secret valid until"), null=True)
    disabled_at = models.DateTimeField(_("disabled"), null=True)
    disabled_reason = models.CharField(_("why it is disabled"), max_length=200, blank=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True)
    created_at = models.DateTimeField(_("created"), db_default=Now())
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = WebhookEndpointQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook endpoint")
        verbose_name_plural = _("webhook endpoints")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="webhook_disabled_says_why",
                condition=Q(disabled_at=None, disabled_reason="")
                | Q(disabled_at__isnull=False) & ~Q(disabled_reason=""),
            ),
            models.CheckConstraint(name="webhook_has_secret", condition=Q(secret_version__gt=0)),
        ]
        triggers: ClassVar = [audit.audited()]

    def __str__(self) -> str:
        return self.url

    @property
    def active(self) -> bool:
        """Say whether events are sent there."""
        return self.disabled_at is None and self.deleted_at is None

    @property
    def state(self) -> str:
        """Return how it stands, in the API's word."""
        return ACTIVE if self.active else DISABLED


class DeliveryState(models.TextChoices):
    """How far the delivery has come."""

    PENDING = "pending", _("Pending")
    DELIVERED = "delivered", _("Delivered")
    EXHAUSTED = "exhausted", _("Exhausted")
    CANCELLED = "cancelled", pgettext_lazy("webhook delivery", "Cancelled")


class WebhookDeliveryQuerySet(LockableQuerySet["WebhookDelivery"]):
    """What shops are owed."""

    def exhausted(self) -> "WebhookDeliveryQuerySet":
        """Return what no try has delivered: a person repeats it, or the shop catches up by itself."""
        return self.filter(state=DeliveryState.EXHAUSTED)


class WebhookDelivery(models.Model):
    """That one address is owed one event. *next_try_at* is also the lease of the worker that sends it just now.

    The document is copied from the event: what concerns one document goes to an address one after the other.
    """

    State = DeliveryState

    public_id = public_id_field()
    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.PROTECT, related_name="deliveries", db_index=False
    )
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    type = models.CharField(_("type of event"), max_length=60)
    document_type = models.CharField(_("document type"), max_length=30)
    document_id = models.BigIntegerField(_("document"))
    state = FSMField(_("state"), max_length=10, choices=State, default=State.PENDING, protected=True)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(_("next try"))
    delivered_at = models.DateTimeField(_("delivered"), null=True)
    created_at = models.DateTimeField(_("created"), db_default=Now())

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        permissions: ClassVar = [("replay_webhookdelivery", _("Can deliver events again"))]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["endpoint", "event"], name="webhookdelivery_once"),
            models.CheckConstraint(
                name="webhookdelivery_delivered_has_time",
                condition=Q(state="delivered", delivered_at__isnull=False)
                | ~Q(state="delivered") & Q(delivered_at=None),
            ),
            choices_check("webhookdelivery_state_known", DeliveryState),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["endpoint", "next_try_at"], name="webhookdelivery_due", condition=Q(state="pending")
            ),
            models.Index(
                fields=["endpoint", "document_type", "document_id", "event"],
                name="webhookdelivery_in_order",
                condition=Q(state="pending"),
            ),
            models.Index(fields=["id"], name="webhookdelivery_exhausted", condition=Q(state="exhausted")),
            models.Index(fields=["created_at"], name="webhookdelivery_age"),
        ]
        triggers: ClassVar = [
            born(DeliveryState.PENDING),
            legal_changes(
                (DeliveryState.PENDING, DeliveryState.DELIVERED),
                (DeliveryState.PENDING, DeliveryState.EXHAUSTED),
                (DeliveryState.PENDING, DeliveryState.CANCELLED),
                (DeliveryState.DELIVERED, DeliveryState.PENDING),
                (DeliveryState.EXHAUSTED, DeliveryState.PENDING),
                (DeliveryState.CANCELLED, DeliveryState.PENDING),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.pk}"

    @transition(field=state, source=State.PENDING, target=State.DELIVERED)
    def mark_delivered(self, *, at: datetime) -> None:
        """The shop has it."""
        self.delivered_at = at

    @transition(field=state, source=State.PENDING, target=State.EXHAUSTED)
    def mark_exhausted(self) -> None:
        """The last try failed."""

    @transition(
        field=state,
        source=[State.DELIVERED, State.EXHAUSTED, State.CANCELLED],
        target=State.PENDING,
        permission="gateway.replay_webhookdelivery",
    )
    def mark_pending(self, *, at: datetime) -> None:
        """Send it again, from the first try on."""
        self.attempts = 0
        self.next_try_at = at
        self.delivered_at = None

    @transition(field=state, source=State.PENDING, target=State.CANCELLED)
    def mark_cancelled(self) -> None:
        """Nobody waits for it any more: its address was disabled or deleted."""


class WebhookAttempt(models.Model):
    """One try: what was answered, how fast, or why there was no answer."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="log")
    at = models.DateTimeField(_("time"))
    status = models.PositiveSmallIntegerField(_("status"), null=True)
    milliseconds = models.PositiveIntegerField(_("milliseconds"))
    error = models.CharField(_("error"), max_length=200, blank=True)
    answer = models.CharField(_("beginning of the answer"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("webhook attempt")
        verbose_name_plural = _("webhook attempts")

    def __str__(self) -> str:
        return f"{self.status or self.error}"
