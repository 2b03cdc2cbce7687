"""Credit accounts, commitments and decisions."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CreditConfig(AppConfig):
    """Credit accounts, commitments and decisions."""

    name = "credit"
    verbose_name = _("Credit")
