"""Stock: levels that can never be oversold, reservations, and the append-only moves behind them."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from inventory.models.warehouse import Warehouse
from o2c.kernel import audit, figures
from o2c.kernel.db import LockableQuerySet
from o2c.kernel.models import User, choices_check, money_field, quantity_field


class StockLevelQuerySet(LockableQuerySet["StockLevel"]):
    """Stock levels, locked in primary-key order so that crossed orders cannot deadlock."""

    def lock_for(self, *, warehouse_id: int, product_ids: set[int]) -> dict[int, "StockLevel"]:
        """Return the locked level of each product that has one in the warehouse."""
        rows = self.lock_where(
            "warehouse_id = %s AND product_id = ANY(%s)", warehouse_id, sorted(product_ids)
        )
        return {level.product_id: level for level in rows}


class StockLevel(models.Model):
    """How much of a product a warehouse has, how much of it is promised, and what it is worth.

    The worth is kept instead of an average cost: what leaves takes its share, the last unit takes the
    rest, so stock in the books and stock in the house never drift by a cent.
    """

    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+", db_index=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="stock_levels")
    on_hand = quantity_field(verbose_name=_("on hand"), default=0)
    reserved = quantity_field(verbose_name=_("reserved"), default=0)
    value = money_field(verbose_name=_("value"), default=0, help_text=_("Base currency."))
    bin = models.CharField(
        _("bin"), max_length=20, blank=True, help_text=_("Where it lies, in walking order.")
    )
    counted_on = models.DateField(_("last counted"), null=True, editable=False)

    objects = StockLevelQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock level")
        verbose_name_plural = _("stock levels")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["warehouse", "product"], name="stock_once_per_warehouse"),
            models.CheckConstraint(name="stock_reserved_not_negative", condition=Q(reserved__gte=0)),
            models.CheckConstraint(name="stock_never_oversold", condition=Q(reserved__lte=F("on_hand"))),
            models.CheckConstraint(name="stock_value_not_negative", condition=Q(value__gte=0)),
            models.CheckConstraint(
                name="stock_nothing_worth_nothing",
                condition=Q(on_hand__gt=0) | Q(value=0),
            ),
        ]

    def __str__(self) -> str:
        return _("%(product)s in %(warehouse)s: %(quantity)s") % {
            "product": self.product.sku,
            "warehouse": self.warehouse.name,
            "quantity": figures.quantity(self.on_hand),
        }

    @property
    def free(self) -> Decimal:
        """Return what is on hand and not promised."""
        free: Decimal = self.on_hand - self.reserved
        return free


class StockMoveKind(models.TextChoices):
    """Why the stock moved."""

    RECEIPT = "receipt", _("Receipt")
    ISSUE = "issue", _("Goods issue")
    RETURN = "return", _("Return to stock")
    COUNT = "count", _("Count difference")
    SCRAP = "scrap", _("Scrapped")
    TRANSFER = "transfer", _("Transfer")


class StockMove(models.Model):
    """One change of a level's on-hand quantity; positive in, negative out."""

    Kind = StockMoveKind

    level = models.ForeignKey(StockLevel, on_delete=models.PROTECT, related_name="moves", db_index=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    quantity = quantity_field(verbose_name=_("quantity"))
    value = money_field(verbose_name=_("value"), help_text=_("Base currency; the sign of the quantity."))
    source = models.CharField(_("source"), max_length=80)
    on = models.DateField(_("date"))
    at = models.DateTimeField(_("time"), db_default=Now())
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("stock move")
        verbose_name_plural = _("stock moves")
        constraints: ClassVar = [
            models.CheckConstraint(name="move_not_empty", condition=~Q(quantity=0)),
            models.CheckConstraint(
                name="move_value_same_sign",
                condition=Q(value=0) | Q(quantity__gt=0, value__gt=0) | Q(quantity__lt=0, value__lt=0),
            ),
            choices_check("move_kind_known", StockMoveKind, "kind"),
            models.UniqueConstraint(fields=["source", "level"], name="move_once_per_source"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["level", "-id"], name="move_newest"),
            models.Index(  # the demand of the last weeks, however long the history
                fields=["level", "on"], include=["quantity"], name="move_issued", condition=Q(kind="issue")
            ),
        ]
        triggers: ClassVar = audit.append_only()

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {figures.quantity(self.quantity)}"


class Reservation(models.Model):
    """What of a level is promised to one demand, such as ``order-line/17``; zero once it left or was freed.

    A shopping cart's, such as ``cart/17``, are gone when its `CartHold` ends: there are too many to keep.
    """

    level = models.ForeignKey(StockLevel, on_delete=models.PROTECT, related_name="reservations")
    demand = models.CharField(_("demand"), max_length=40)
    quantity = quantity_field(verbose_name=_("open quantity"))

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["demand", "level"], name="reservation_once_per_demand"),
            models.CheckConstraint(name="reservation_not_negative", condition=Q(quantity__gte=0)),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["level"],
                name="reservation_to_recount",
                condition=Q(demand__startswith="recount/", quantity__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.demand}: {figures.quantity(self.quantity)}"
