"""Goods that come back: authorised, received, inspected."""

from datetime import date
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from django_fsm import FSMField, transition

from fulfillment.models.shipment import Shipment, ShipmentLine
from inventory.models import Warehouse
from o2c.kernel import audit
from o2c.kernel.db import LockableQuerySet
from o2c.kernel.fsm_triggers import born, legal_changes
from o2c.kernel.models import Company, User, choices_check, money_field, quantity_field
from o2c.kernel.numbering import sequence_number
from o2c.kernel.principal import Principal
from o2c.kernel.public_ids import public_id_field


class ReturnQuerySet(LockableQuerySet["Return"]):
    """Returns."""

    def for_principal(self, principal: Principal) -> "ReturnQuerySet":
        """Return the returns of shipments that a caller of the API may know."""
        if principal.sees_all and principal.customer_id is None:
            return self
        return self.filter(shipment__in=Shipment.objects.for_principal(principal))


class ReturnState(models.TextChoices):
    """How far the return is."""

    AUTHORISED = "authorised", _("Authorised")
    RECEIVED = "received", _("Received")
    INSPECTED = "inspected", _("Inspected")
    CANCELLED = "cancelled", pgettext_lazy("return", "Cancelled")


class ReturnReason(models.TextChoices):
    """Why it comes back."""

    DAMAGED = "damaged", _("Arrived damaged")
    DEFECTIVE = "defective", _("Does not work")
    WRONG_ITEM = "wrong_item", _("Not what was ordered")
    TOO_LATE = "too_late", _("Arrived too late")
    NOT_WANTED = "not_wanted", _("Not wanted any more")
    OTHER = "other", _("Other")


class Return(models.Model):
    """What a customer may send back of one shipment, and what became of it."""

    State = ReturnState

    Reason = ReturnReason

    number = models.CharField(
        _("number"),
        max_length=20,
        unique=True,
        editable=False,
        db_default=sequence_number("RT", "fulfillment_return_number"),
    )
    public_id = public_id_field()
    company = models.ForeignKey(Company, on_delete=models.PROTECT, db_index=False)
    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="returns")
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = FSMField(_("state"), max_length=10, choices=State, default=State.AUTHORISED, protected=True)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason)
    note = models.CharField(_("note"), max_length=200, blank=True)
    authorised_on = models.DateField(_("authorised"))
    valid_until = models.DateField(_("to be sent until"))
    received_on = models.DateField(_("received"), null=True)
    inspected_on = models.DateField(_("inspected"), null=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = ReturnQuerySet.as_manager()

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        permissions: ClassVar = [
            ("authorise_return", _("Can authorise returns")),
            ("receive_return", _("Can receive and inspect returns")),
        ]
        constraints: ClassVar = [
            choices_check("return_state_known", ReturnState),
            choices_check("return_reason_known", ReturnReason, "reason"),
            models.CheckConstraint(
                name="return_received_dated",
                condition=Q(state__in=["received", "inspected"], received_on__isnull=False)
                | (~Q(state__in=["received", "inspected"]) & Q(received_on=None)),
            ),
            models.CheckConstraint(
                name="return_inspected_dated",
                condition=Q(state="inspected", inspected_on__isnull=False)
                | (~Q(state="inspected") & Q(inspected_on=None)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["warehouse", "id"],
                name="return_in_work",
                condition=Q(state__in=["authorised", "received"]),
            ),
        ]
        triggers: ClassVar = [
            born(ReturnState.AUTHORISED),
            legal_changes(
                (ReturnState.AUTHORISED, ReturnState.RECEIVED),
                (ReturnState.AUTHORISED, ReturnState.CANCELLED),
                (ReturnState.RECEIVED, ReturnState.INSPECTED),
            ),
            audit.frozen_but(when="OLD.state IN ('inspected', 'cancelled')"),
            audit.never_truncated(),
        ]

    def __str__(self) -> str:
        return self.number

    @transition(
        field=state,
        source=State.AUTHORISED,
        target=State.RECEIVED,
        permission="fulfillment.receive_return",
    )
    def mark_received(self, *, on: date) -> None:
        """The goods are back in the house, not yet on the shelf."""
        self.received_on = on

    @transition(
        field=state,
        source=State.RECEIVED,
        target=State.INSPECTED,
        permission="fulfillment.receive_return",
    )
    def mark_inspected(self, *, on: date) -> None:
        """Somebody decided of each piece: back on the shelf, or scrap."""
        self.inspected_on = on

    @transition(
        field=state,
        source=State.AUTHORISED,
        target=State.CANCELLED,
        permission="fulfillment.authorise_return",
    )
    def mark_cancelled(self) -> None:
        """Nothing came, or the customer keeps it."""


class ReturnLine(models.Model):
    """How much of a shipment line may come back, came back, and what became of it."""

    returned = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="lines", db_index=False)
    shipment_line = models.ForeignKey(ShipmentLine, on_delete=models.PROTECT, related_name="returns")
    authorised = quantity_field(verbose_name=_("authorised"))
    received = quantity_field(verbose_name=_("received"), default=0)
    restocked = quantity_field(verbose_name=_("back to stock"), default=0)
    scrapped = quantity_field(verbose_name=_("scrapped"), default=0)
    cost = money_field(
        verbose_name=_("worth back in stock"), null=True, help_text=_("Base currency, once inspected.")
    )
    credited = quantity_field(verbose_name=_("credited"), default=0)

    class Meta:
        verbose_name = _("return line")
        verbose_name_plural = _("return lines")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["returned", "shipment_line"], name="returnline_once"),
            models.CheckConstraint(name="returnline_positive", condition=Q(authorised__gt=0)),
            models.CheckConstraint(
                name="returnline_received_within",
                condition=Q(received__gte=0, received__lte=F("authorised")),
            ),
            models.CheckConstraint(
                name="returnline_inspected_within",
                condition=Q(restocked__gte=0, scrapped__gte=0, received__gte=F("restocked") + F("scrapped")),
            ),
            models.CheckConstraint(
                name="returnline_credited_within",
                condition=Q(credited__gte=0, credited__lte=F("received")),
            ),
            models.CheckConstraint(
                name="returnline_worth_of_restocked",
                condition=Q(cost=None) | Q(cost=0) | Q(cost__gt=0, restocked__gt=0),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["returned"], name="returnline_to_credit", condition=Q(received__gt=F("credited"))
            ),
        ]
        triggers: ClassVar = [
            audit.frozen_but("received", "restocked", "scrapped", "cost", "credited"),
            audit.frozen_but("credited", name="frozen_once_inspected", when="OLD.cost IS NOT NULL"),
            audit.never_truncated(),
        ]

    def __str__(self) -> str:
        return _("%(quantity)s of %(line)s") % {"quantity": self.authorised, "line": self.shipment_line_id}

    @property
    def to_credit(self) -> Decimal:
        """Return what came back and is not credited."""
        left: Decimal = self.received - self.credited
        return left
