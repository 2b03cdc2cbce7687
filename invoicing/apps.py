"""Invoices and credit notes, and their documents."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InvoicingConfig(AppConfig):
    """Invoices and credit notes, and their documents."""

    name = "invoicing"
    verbose_name = _("Invoicing")
