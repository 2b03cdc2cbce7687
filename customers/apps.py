"""Parties, addresses, contacts, payment terms."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    """Parties, addresses, contacts, payment terms."""

    name = "customers"
    verbose_name = _("Customers")
