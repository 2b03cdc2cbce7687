"""Warehouses and stock in the finance console."""

from django.contrib import admin

from inventory.models import Reservation, StockLevel, StockMove, Warehouse
from o2c.kernel.admin import DocumentAdmin, MasterDataAdmin


@admin.register(Warehouse)
class WarehouseAdmin(MasterDataAdmin):
    """Places where stock is kept."""

    list_display = ("code", "name", "company")
    list_select_related = ("company",)


@admin.register(StockLevel)
class StockLevelAdmin(DocumentAdmin):
    """What is on hand and promised."""

    list_display = ("product", "warehouse", "on_hand", "reserved", "value")
    list_select_related = ("product", "warehouse")
    list_filter = ("warehouse",)
    search_fields = ("product__sku", "product__name")


@admin.register(StockMove)
class StockMoveAdmin(DocumentAdmin):
    """Every change of what is on hand."""

    list_display = ("at", "kind", "level", "quantity", "value", "source", "on")
    list_select_related = ("level",)
    list_filter = ("kind",)
    search_fields = ("source",)
    ordering = ("-id",)


@admin.register(Reservation)
class ReservationAdmin(DocumentAdmin):
    """What is promised to whom."""

    list_display = ("demand", "level", "quantity")
    list_select_related = ("level",)
    search_fields = ("demand",)
    ordering = ("-id",)
