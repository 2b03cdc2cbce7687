"""Shipments: planned, picked, packed, posted, delivered."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FulfillmentConfig(AppConfig):
    """Shipments: planned, picked, packed, posted, delivered."""

    name = "fulfillment"
    verbose_name = _("Fulfillment")
