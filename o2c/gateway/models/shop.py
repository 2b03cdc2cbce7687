"""A shop: a program that sells for us through the API, with an account of its own."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from o2c.kernel import audit
from o2c.kernel.models import User


class Shop(models.Model):
    """A webshop, portal or partner's system. What it does is done by its account, and named so everywhere."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    account = models.OneToOneField(
        User,
        on_delete=models.PROTECT,
        related_name="shop",
        editable=False,
        verbose_name=pgettext_lazy("user", "account"),
    )
    sees_all = models.BooleanField(
        _("serves every customer"),
        default=True,
        help_text=_("Otherwise only the customers that name the shop's account as served by."),
    )
    active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), db_default=Now())

    class Meta:
        verbose_name = _("shop")
        verbose_name_plural = _("shops")
        triggers: ClassVar = [audit.audited()]

    def __str__(self) -> str:
        return self.name
