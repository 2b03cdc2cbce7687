"""Warehouses and stock in the finance console: houses and reorder rules are edited, stock is read."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import BooleanField, Case, F, Q, QuerySet, When
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from inventory import selectors
from inventory.models import (
    CartHold,
    ExpectedReceipt,
    ReorderRule,
    Reservation,
    StockLevel,
    StockMove,
    Warehouse,
)
from inventory.rules import days_of_cover
from o2c.kernel.admin import DocumentAdmin, MasterDataAdmin
from o2c.kernel.requests import today


@admin.register(Warehouse)
class WarehouseAdmin(MasterDataAdmin):
    """Places where stock is kept."""

    list_display = ("code", "name", "company", "priority", "handling_days", "active")
    list_select_related = ("company",)
    list_filter = ("active",)
    ordering = ("priority", "code")


@admin.register(StockLevel)
class StockLevelAdmin(DocumentAdmin):
    """What is on hand, promised and free, in walking order."""

    list_display = (
        "product",
        "warehouse",
        "bin",
        "on_hand",
        "reserved",
        "free_quantity",
        "value",
        "counted_on",
    )
    list_filter = ("warehouse",)
    search_fields = ("product__sku", "product__name", "bin")

    def get_queryset(self, request: HttpRequest) -> QuerySet[StockLevel]:
        """Return the stock list."""
        return selectors.stock_list()

    @admin.display(description=_("free"))
    def free_quantity(self, level: Any) -> str:
        """Return what is not promised."""
        return f"{level.free_quantity.normalize():f}"


class OfALevel:
    """Rows of a stock level: what it is of, and where it lies."""

    @admin.display(description=_("product"), ordering="level__product__sku")
    def product(self, row: Any) -> str:
        """Return the product by number and name."""
        return str(row.level.product)

    @admin.display(description=_("warehouse"), ordering="level__warehouse__name")
    def warehouse(self, row: Any) -> str:
        """Return the house by name."""
        return str(row.level.warehouse)


@admin.register(StockMove)
class StockMoveAdmin(OfALevel, DocumentAdmin):
    """Every change of what is on hand."""

    list_display = ("at", "kind", "product", "warehouse", "quantity", "value", "source", "on")
    list_select_related = ("level__product", "level__warehouse")
    fields = ("product", "warehouse", "kind", "quantity", "value", "source", "on", "at", "actor")
    list_filter = ("kind",)
    search_fields = ("source",)
    ordering = ("-id",)


@admin.register(Reservation)
class ReservationAdmin(OfALevel, DocumentAdmin):
    """What is promised to whom."""

    list_display = ("demand", "product", "warehouse", "quantity")
    list_select_related = ("level__product", "level__warehouse")
    fields = ("demand", "product", "warehouse", "quantity")
    search_fields = ("demand",)
    ordering = ("-id",)


@admin.register(CartHold)
class CartHoldAdmin(DocumentAdmin):
    """Stock that is kept for shopping carts."""

    list_display = ("token", "warehouse", "state", "expires_at", "created_at")
    list_select_related = ("warehouse",)
    list_filter = ("state",)
    search_fields = ("token",)
    ordering = ("-id",)


@admin.register(ExpectedReceipt)
class ExpectedReceiptAdmin(DocumentAdmin):
    """What suppliers have promised; the warehouse notes what comes."""

    list_display = (
        "reference", "supplier", "product", "warehouse", "quantity", "received", "expected_on", "is_overdue",
    )  # fmt: skip
    list_select_related = ("product", "warehouse")
    list_filter = ("warehouse",)
    search_fields = ("reference", "supplier", "product__sku")
    ordering = ("expected_on", "reference")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ExpectedReceipt]:
        """Return the expected receipts, and of each whether it is overdue."""
        expected: QuerySet[ExpectedReceipt] = super().get_queryset(request)
        late = Q(received__lt=F("quantity"), expected_on__lt=today(request))
        return expected.annotate(late=Case(When(late, then=True), default=False, output_field=BooleanField()))

    @admin.display(description=_("overdue"), boolean=True)
    def is_overdue(self, expected: Any) -> bool:
        """Say whether it should have come before today."""
        return bool(expected.late)


@admin.register(ReorderRule)
class ReorderRuleAdmin(MasterDataAdmin):
    """When a product is bought again, with the figures that decide it."""

    list_display = (
        "product", "warehouse", "minimum", "target", "lot", "available", "expected", "issued", "lasts", "low_since",
    )  # fmt: skip
    list_filter = ("warehouse",)
    search_fields = ("product__sku", "product__name", "supplier")
    autocomplete_fields: ClassVar = ["product"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rules with their figures: one statement, however many."""
        return selectors.reorder_rules(today=today(request))

    @admin.display(description=_("free"))
    def available(self, rule: Any) -> str:
        """Return what is not promised."""
        return f"{rule.available.normalize():f}"

    @admin.display(description=_("expected"))
    def expected(self, rule: Any) -> str:
        """Return what suppliers and other warehouses have sent or will send."""
        return f"{rule.expected.normalize():f}"

    @admin.display(description=_("sold in 90 days"))
    def issued(self, rule: Any) -> str:
        """Return what left."""
        return f"{rule.issued.normalize():f}"

    @admin.display(description=_("lasts for days"))
    def lasts(self, rule: Any) -> str:
        """Return for how many days what is free lasts at this pace."""
        days = days_of_cover(available=rule.available, issued=rule.issued, days=selectors.DEMAND_DAYS)
        return "–" if days is None else str(days)
