"""Questions over all stages, and the proof that the books agree."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportingConfig(AppConfig):
    """Questions over all stages, and the proof that the books agree."""

    name = "reporting"
    verbose_name = _("Reporting")

    def ready(self) -> None:
        """Say beside which documents notes and files are kept."""
        import_module("reporting.subjects").register()
