"""Open items, payments and allocations."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReceivablesConfig(AppConfig):
    """Open items, payments and allocations."""

    name = "receivables"
    verbose_name = _("Receivables")
