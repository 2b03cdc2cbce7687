"""The printed document: rendered once, kept with its hash, given out unchanged for ever."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from invoicing.models.invoice import Invoice
from o2c.kernel import audit


class PrintedInvoice(models.Model):
    """The PDF of an issued document, as the customer got it (docs/adr/0006)."""

    invoice = models.OneToOneField(Invoice, on_delete=models.PROTECT, related_name="printed")
    content = models.BinaryField(_("PDF"))
    sha256 = models.CharField("SHA-256", max_length=64)
    rendered_at = models.DateTimeField(_("rendered"), db_default=Now())

    class Meta:
        verbose_name = _("printed invoice")
        verbose_name_plural = _("printed invoices")
        constraints: ClassVar = [
            models.CheckConstraint(name="printed_sha256", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")),
        ]
        triggers: ClassVar = audit.append_only()

    def __str__(self) -> str:
        return self.sha256
