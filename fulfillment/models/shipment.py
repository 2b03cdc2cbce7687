"""The shipment: what leaves at once, and what may become of it."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from fulfillment.models.carrier import Carrier, Pickup
from inventory.models import Warehouse
from o2c.kernel import audit
from o2c.kernel.db import LockableQuerySet
from o2c.kernel.fsm_triggers import born, legal_changes
from o2c.kernel.models import Company, User, choices_check, money_field, quantity_field
from o2c.kernel.numbering import sequence_number
from o2c.kernel.principal import Principal
from o2c.kernel.public_ids import public_id_field
from orders.models import Order, OrderLine


class ShipmentQuerySet(LockableQuerySet["Shipment"]):
    """Shipments."""

    def for_principal(self, principal: Principal) -> "ShipmentQuerySet":
        """Return the shipments of orders that a caller of the API may know."""
        if principal.sees_all and principal.customer_id is None:
            return self
        return self.filter(order__in=Order.objects.for_principal(principal))

    def in_work(self) -> "ShipmentQuerySet":
        """Return the shipments that have not left and are not cancelled."""
        return self.filter(state__in=Shipment.IN_WORK)


class ShipmentState(models.TextChoices):
    """Where the goods are."""

    PLANNED = "planned", _("Planned")
    PICKING = "picking", _("Being picked")
    PACKED = "packed", _("Packed")
    POSTED = "posted", _("Shipped")
    DELIVERED = "delivered", _("Delivered")
    CANCELLED = "cancelled", _("Cancelled")


class ShipmentKind(models.TextChoices):
    """How the order's lines are fulfilled by it; all kinds bill the same way."""

    GOODS = "goods", _("Goods")
    SERVICE = "service", _("Service performed")
    DIGITAL = "digital", _("Access granted")


class Shipment(models.Model):
    """Goods, and services done with them, that leave together for one order; or services or access alone."""

    State = ShipmentState

    Kind = ShipmentKind

    IN_WORK: ClassVar = [State.PLANNED, State.PICKING, State.PACKED]

    number = models.CharField(
        _("number"),
        max_length=20,
        unique=True,
        editable=False,
        db_default=sequence_number("SH", "fulfillment_shipment_number"),
    )
    public_id = public_id_field()
    company = models.ForeignKey(Company, on_delete=models.PROTECT, db_index=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="shipments")
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = FSMField(_("state"), max_length=10, choices=State, default=State.PLANNED, protected=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.GOODS)
    planned_on = models.DateField(_("planned"))
    posted_on = models.DateField(_("shipped"), null=True)
    delivered_on = models.DateField(_("delivered"), null=True)
    carried_by = models.ForeignKey(
        Carrier, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    pickup = models.ForeignKey(
        Pickup, on_delete=models.PROTECT, null=True, blank=True, related_name="shipments"
    )
    picker = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    expected_on = models.DateField(_("delivery expected"), null=True, blank=True)
    delay_told_on = models.DateField(
        _("expected day whose delay was told"),
        null=True,
        help_text=_("One delay mail for each day expected."),
    )
    performed_by = models.CharField(_("performed by"), max_length=100, blank=True)
    evidence = models.CharField(
        _("evidence"),
        max_length=200,
        blank=True,
        help_text=_("Such as who signed for it, or a report's number."),
    )
    carrier = models.CharField(_("carrier"), max_length=60, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=80, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = ShipmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        permissions: ClassVar = [
            ("pick_shipment", _("Can pick and pack shipments")),
            ("post_shipment", _("Can post shipments")),
            ("cancel_shipment", _("Can cancel shipments")),
        ]
        constraints: ClassVar = [
            choices_check("shipment_state_known", ShipmentState),
            choices_check("shipment_kind_known", ShipmentKind, "kind"),
            models.CheckConstraint(
                name="shipment_posted_dated",
                condition=Q(state__in=["posted", "delivered"], posted_on__isnull=False)
                | (~Q(state__in=["posted", "delivered"]) & Q(posted_on=None)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["warehouse", "id"],
                name="shipment_in_work",
                condition=Q(state__in=["planned", "picking", "packed"]),
            ),
            models.Index(fields=["expected_on"], name="shipment_on_the_road", condition=Q(state="posted")),
            models.Index(fields=["tracking_number"], name="shipment_tracking_number"),
        ]
        triggers: ClassVar = [
            born(ShipmentState.PLANNED),
            legal_changes(
                (ShipmentState.PLANNED, ShipmentState.PICKING),
                (ShipmentState.PICKING, ShipmentState.PACKED),
                (ShipmentState.PACKED, ShipmentState.POSTED),
                (ShipmentState.POSTED, ShipmentState.DELIVERED),
                (ShipmentState.PLANNED, ShipmentState.CANCELLED),
                (ShipmentState.PICKING, ShipmentState.CANCELLED),
                (ShipmentState.PACKED, ShipmentState.CANCELLED),
            ),
            audit.frozen_but(
                "state",
                "delivered_on",
                "expected_on",
                "delay_told_on",
                "evidence",
                "pickup_id",
                "tracking_number",
                when="OLD.state IN ('posted', 'delivered', 'cancelled')",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @transition(
        field=state,
        source=State.PLANNED,
        target=State.PICKING,
        permission="fulfillment.pick_shipment",
    )
    def mark_picking(self) -> None:
        """Somebody walks with the pick list."""

    @transition(
        field=state,
        source=State.PICKING,
        target=State.PACKED,
        permission="fulfillment.pick_shipment",
    )
    def mark_packed(self, *, carrier: str, tracking_number: str) -> None:
        """Everything is in the box."""
        self.carrier, self.tracking_number = carrier, tracking_number

    @transition(
        field=state,
        source=State.PACKED,
        target=State.POSTED,
        permission="fulfillment.post_shipment",
    )
    def mark_posted(self, *, on: date) -> None:
        """Hand the goods to the carrier; from here on the shipment is frozen."""
        self.posted_on = on

    @transition(
        field=state,
        source=State.POSTED,
        target=State.DELIVERED,
        permission="fulfillment.post_shipment",
    )
    def mark_delivered(self, *, on: date) -> None:
        """The customer has it."""
        self.delivered_on = on

    @transition(
        field=state,
        source=[State.PLANNED, State.PICKING, State.PACKED],
        target=State.CANCELLED,
        permission="fulfillment.cancel_shipment",
    )
    def mark_cancelled(self) -> None:
        """It will not leave; the goods go back to the shelf, still reserved for the order."""


class ShipmentLine(models.Model):
    """How much of an order line leaves with a shipment, and what it cost us."""

    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="lines", db_index=False)
    order_line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="shipment_lines")
    quantity = quantity_field(verbose_name=_("quantity"))
    picked = quantity_field(verbose_name=_("picked"), null=True)
    cost = money_field(verbose_name=_("cost"), null=True, help_text=_("Base currency, once shipped."))
    in_returns = quantity_field(
        verbose_name=_("in returns"), default=0, help_text=_("Authorised to come back, or back.")
    )

    class Meta:
        verbose_name = _("shipment line")
        verbose_name_plural = _("shipment lines")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shipment", "order_line"], name="shipmentline_once"),
            models.CheckConstraint(name="shipmentline_positive", condition=Q(quantity__gt=0)),
            models.CheckConstraint(
                name="shipmentline_picked_within",
                condition=Q(picked=None) | Q(picked__gte=0, picked__lte=models.F("quantity")),
            ),
            models.CheckConstraint(
                name="shipmentline_never_more_comes_back",
                condition=Q(in_returns__gte=0, in_returns__lte=models.F("quantity")),
            ),
        ]
        triggers: ClassVar = [
            audit.frozen_but("in_returns", when="OLD.cost IS NOT NULL"),
            audit.never_truncated(),
        ]

    def __str__(self) -> str:
        return _("%(quantity)s of %(line)s") % {"quantity": self.quantity, "line": self.order_line_id}
