"""Stock held for a shopping cart or a quote for a while."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from inventory.models.warehouse import Warehouse
from o2c.kernel.db import LockableQuerySet
from o2c.kernel.fsm_triggers import born, legal_changes
from o2c.kernel.models import choices_check


class CartHoldQuerySet(LockableQuerySet["CartHold"]):
    """Cart holds."""


class CartHoldState(models.TextChoices):
    """What became of the cart."""

    HELD = "held", _("Held")
    ORDERED = "ordered", _("Ordered")
    EXPIRED = "expired", _("Expired")
    DROPPED = "dropped", _("Given back")


class CartHold(models.Model):
    """Stock of one warehouse promised to a cart until a time, as reservations for ``cart/<id>``."""

    State = CartHoldState

    token = models.CharField(_("token"), max_length=64, unique=True, help_text=_("The sender's name for it."))
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = FSMField(_("state"), max_length=10, choices=State, default=State.HELD, protected=True)
    expires_at = models.DateTimeField(_("expires"))
    created_at = models.DateTimeField(_("created"), db_default=Now())

    objects = CartHoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("cart hold")
        verbose_name_plural = _("cart holds")
        constraints: ClassVar = [choices_check("carthold_state_known", CartHoldState)]
        indexes: ClassVar = [
            models.Index(fields=["expires_at"], name="carthold_running", condition=Q(state="held")),
        ]
        triggers: ClassVar = [
            born(CartHoldState.HELD),
            legal_changes(
                (CartHoldState.HELD, CartHoldState.ORDERED),
                (CartHoldState.HELD, CartHoldState.EXPIRED),
                (CartHoldState.HELD, CartHoldState.DROPPED),
            ),
        ]

    def __str__(self) -> str:
        return self.token

    @property
    def demand_key(self) -> str:
        """Return the demand of the cart's reservations: one for each product, all of the same name."""
        return f"cart/{self.pk}"

    @transition(field=state, source=State.HELD, target=State.ORDERED)
    def mark_ordered(self) -> None:
        """Its stock went to the order."""

    @transition(field=state, source=State.HELD, target=State.EXPIRED)
    def mark_expired(self) -> None:
        """Its time is over; the stock is free again."""

    @transition(field=state, source=State.HELD, target=State.DROPPED)
    def mark_dropped(self) -> None:
        """The shop gave the stock back."""
