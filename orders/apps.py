"""The customer's order and its lines."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    """The customer's order and its lines."""

    name = "orders"
    verbose_name = _("Orders")
