"""Accounts, periods, exchange rates and the journal."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    """Accounts, periods, exchange rates and the journal."""

    name = "ledger"
    verbose_name = _("Ledger")
