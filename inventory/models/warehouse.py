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

    class Meta:
        verbose_name = _("warehouse")
        triggers: ClassVar = [audit.audited()]

    def __str__(self) -> str:
        return self.name
