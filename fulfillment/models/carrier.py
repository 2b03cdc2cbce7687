"""Who carries goods, and when they come for them."""

from typing import ClassVar
from urllib.parse import quote

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from django_fsm import FSMField, transition

from inventory.models import Warehouse
from o2c.kernel import audit
from o2c.kernel.db import LockableQuerySet
from o2c.kernel.fsm_triggers import born, legal_changes
from o2c.kernel.models import User, choices_check


class Carrier(models.Model):
    """A company that carries goods, and the adapter that talks to it."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=60)
    adapter = models.CharField(
        _("adapter"),
        max_length=30,
        default="local",
        help_text=_("Which of `fulfillment.carriers` speaks to it."),
    )
    tracking_url = models.CharField(
        _("tracking page"), max_length=200, blank=True, help_text=_("With {number} for the tracking number.")
    )
    transit_days = models.PositiveSmallIntegerField(_("working days on the road"), default=2)
    max_weight = models.DecimalField(
        _("heaviest package in kg"), max_digits=7, decimal_places=3, null=True, blank=True
    )
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("carrier")
        verbose_name_plural = _("carriers")
        triggers: ClassVar = [audit.audited()]

    def __str__(self) -> str:
        return self.name

    def tracking_page(self, number: str) -> str:
        """Return where the carrier shows the parcel *number*; empty where it has none that is safe to follow."""
        page = self.tracking_url if self.tracking_url.startswith(("https://", "http://")) else ""
        return page.replace("{number}", quote(number, safe=""))


class PickupState(models.TextChoices):
    """Whether the carrier has come."""

    PLANNED = "planned", pgettext_lazy("pickup", "Planned")
    CONFIRMED = "confirmed", _("Confirmed by the carrier")
    DONE = "done", _("Picked up")
    CANCELLED = "cancelled", pgettext_lazy("pickup", "Cancelled")


class PickupQuerySet(LockableQuerySet["Pickup"]):
    """Pickups."""


class Pickup(models.Model):
    """A carrier's visit to a warehouse, and what is to be ready for it."""

    State = PickupState

    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, related_name="pickups", db_index=False)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = FSMField(_("state"), max_length=10, choices=State, default=State.PLANNED, protected=True)
    on = models.DateField(_("date"))
    from_time = models.TimeField(_("from"))
    to_time = models.TimeField(_("until"))
    reference = models.CharField(_("carrier's reference"), max_length=60, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = PickupQuerySet.as_manager()

    class Meta:
        verbose_name = _("pickup")
        verbose_name_plural = _("pickups")
        constraints: ClassVar = [
            choices_check("pickup_state_known", PickupState),
            models.CheckConstraint(name="pickup_window_forward", condition=Q(from_time__lt=F("to_time"))),
            models.UniqueConstraint(
                fields=["carrier", "warehouse", "on"],
                name="pickup_once_a_day",
                condition=~Q(state="cancelled"),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["warehouse", "on"],
                name="pickup_to_come",
                condition=Q(state__in=["planned", "confirmed"]),
            ),
        ]
        triggers: ClassVar = [
            born(PickupState.PLANNED),
            legal_changes(
                (PickupState.PLANNED, PickupState.CONFIRMED),
                (PickupState.PLANNED, PickupState.DONE),
                (PickupState.PLANNED, PickupState.CANCELLED),
                (PickupState.CONFIRMED, PickupState.DONE),
                (PickupState.CONFIRMED, PickupState.CANCELLED),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """Return what it is called in talk and in the event log."""
        return f"PU{self.pk}"

    @transition(
        field=state, source=State.PLANNED, target=State.CONFIRMED, permission="fulfillment.post_shipment"
    )
    def mark_confirmed(self, *, reference: str) -> None:
        """The carrier will come."""
        self.reference = reference

    @transition(
        field=state,
        source=[State.PLANNED, State.CONFIRMED],
        target=State.DONE,
        permission="fulfillment.post_shipment",
    )
    def mark_done(self) -> None:
        """The carrier has taken everything."""

    @transition(
        field=state,
        source=[State.PLANNED, State.CONFIRMED],
        target=State.CANCELLED,
        permission="fulfillment.post_shipment",
    )
    def mark_cancelled(self) -> None:
        """Nobody will come; its shipments need another one."""
