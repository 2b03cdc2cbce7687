"""Warehouses."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from o2c.kernel import audit
from o2c.kernel.models import Company


class Warehouse(models.Model):
    """A place where stock is kept."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT)
    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=100)
    priority = models.PositiveSmallIntegerField(
        _("order of choice"), default=1, help_text=_("Orders leave from the first that has everything.")
    )
    street = models.CharField(_("street"), max_length=200, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    handling_days = models.PositiveSmallIntegerField(
        _("days to ship"),
        default=1,
        help_text=_("Working days from a confirmed order in stock to goods issue."),
    )
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("warehouse")
        verbose_name_plural = _("warehouses")
        triggers: ClassVar = [audit.audited()]

    def __str__(self) -> str:
        return self.name
