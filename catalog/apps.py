"""Products, price lists, tax categories and rates."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    """Products, price lists, tax categories and rates."""

    name = "catalog"
    verbose_name = _("Catalog")
