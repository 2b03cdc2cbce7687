"""Warehouses, stock levels, append-only moves, reservations."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InventoryConfig(AppConfig):
    """Warehouses, stock levels, append-only moves, reservations."""

    name = "inventory"
    verbose_name = _("Inventory")
