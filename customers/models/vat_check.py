"""Checks of VAT ids: the evidence behind a zero rate."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from customers.models.customer import Customer
from o2c.kernel import audit
from o2c.kernel.models import User, choices_check


class VatCheckSource(models.TextChoices):
    """Who answered."""

    CHECK_DIGITS = "check_digits", _("Check digits")
    VIES = "vies", _("VIES")
    PERSON = "person", _("A person, with a document")


class VatCheck(models.Model):
    """One answer to "is this VAT id valid?"; never changed (Council Directive 2006/112/EC art. 138)."""

    Source = VatCheckSource

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="vat_checks")
    vat_id = models.CharField(_("VAT id"), max_length=20)
    valid = models.BooleanField(_("valid"))
    source = models.CharField(_("source"), max_length=12, choices=Source)
    reference = models.CharField(_("consultation number or document"), max_length=80, blank=True)
    on = models.DateField(_("date"))
    at = models.DateTimeField(_("time"), db_default=Now())
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("VAT id check")
        verbose_name_plural = _("VAT id checks")
        permissions: ClassVar = [("vouch_vatcheck", _("Can vouch for VAT ids with a document"))]
        constraints: ClassVar = [choices_check("vatcheck_source_known", VatCheckSource, "source")]
        triggers: ClassVar = audit.append_only()

    def __str__(self) -> str:
        words = _("%(vat_id)s: valid") if self.valid else _("%(vat_id)s: not valid")
        return words % {"vat_id": self.vat_id}
