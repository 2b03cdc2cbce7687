"""Goods on their way from one warehouse to another."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from catalog.models import Product
from inventory.models.warehouse import Warehouse
from o2c.kernel import audit
from o2c.kernel.db import LockableQuerySet
from o2c.kernel.fsm_triggers import born, legal_changes
from o2c.kernel.models import User, choices_check, money_field, quantity_field
from o2c.kernel.numbering import sequence_number


class TransferQuerySet(LockableQuerySet["Transfer"]):
    """Transfers."""


class TransferState(models.TextChoices):
    """Where the goods are."""

    SENT = "sent", _("On the way")
    RECEIVED = "received", _("Received")


class Transfer(models.Model):
    """Goods that left one warehouse for another; on the way they are nobody's level but still our stock."""

    State = TransferState

    number = models.CharField(
        _("number"),
        max_length=20,
        unique=True,
        editable=False,
        db_default=sequence_number("TR", "inventory_transfer_number"),
    )
    state = FSMField(_("state"), max_length=10, choices=State, default=State.SENT, protected=True)
    source = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+", db_index=False)
    target = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+", db_index=False)
    sent_on = models.DateField(_("sent"))
    expected_on = models.DateField(_("expected"))
    received_on = models.DateField(_("received"), null=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        constraints: ClassVar = [
            choices_check("transfer_state_known", TransferState),
            models.CheckConstraint(name="transfer_to_another", condition=~Q(source=F("target"))),
            models.CheckConstraint(
                name="transfer_received_dated",
                condition=Q(state="received", received_on__isnull=False) | Q(state="sent", received_on=None),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["target"], name="transfer_on_the_way", condition=Q(state="sent")),
        ]
        triggers: ClassVar = [
            born(TransferState.SENT),
            legal_changes((TransferState.SENT, TransferState.RECEIVED)),
            audit.frozen_but("state", "received_on"),
            audit.never_truncated(),
        ]

    def __str__(self) -> str:
        return self.number

    @transition(field=state, source=State.SENT, target=State.RECEIVED, permission="inventory.add_stockmove")
    def mark_received(self) -> None:
        """The goods are in the other warehouse."""


class TransferLine(models.Model):
    """How much of a product travels, what it is worth, and how much arrived."""

    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="lines", db_index=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", db_index=False)
    quantity = quantity_field(verbose_name=_("sent"))
    value = money_field(verbose_name=_("value"), help_text=_("Base currency."))
    received = quantity_field(verbose_name=_("received"), null=True)

    class Meta:
        verbose_name = _("transfer line")
        verbose_name_plural = _("transfer lines")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["transfer", "product"], name="transferline_once"),
            models.CheckConstraint(name="transferline_positive", condition=Q(quantity__gt=0, value__gte=0)),
            models.CheckConstraint(
                name="transferline_never_more_arrives",
                condition=Q(received=None) | Q(received__gte=0, received__lte=F("quantity")),
            ),
        ]
        triggers: ClassVar = [
            audit.frozen_but("received", when="OLD.received IS NULL"),
            audit.frozen_but(name="frozen_once_received", when="OLD.received IS NOT NULL"),
            audit.never_truncated(),
        ]

    def __str__(self) -> str:
        return _("%(quantity)s of %(line)s") % {"quantity": self.quantity, "line": self.product_id}
