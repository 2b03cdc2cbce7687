"""The certificates: what the checks found each night, kept for ever."""

import json
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from o2c.kernel import audit


class Certificate(models.Model):
    """That the books agreed at one instant, or which documents did not.

    ``content`` is the report, kept to the letter, and names the certificate before, so that the SHA-256
    of the newest one vouches for all: a certificate cannot be changed, left out or put in between.
    """

    business_date = models.DateField(_("business date"))
    as_of = models.DateTimeField(_("as of"))
    passed = models.BooleanField(_("passed"))
    content = models.TextField(_("content"), help_text=_("JSON; the SHA-256 is that of its UTF-8."))
    sha256 = models.CharField("SHA-256", max_length=64)
    previous_sha256 = models.CharField(_("SHA-256 of the one before"), max_length=64, blank=True, unique=True)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints: ClassVar = [
            models.CheckConstraint(name="certificate_sha256", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")),
        ]
        indexes: ClassVar = [models.Index(fields=["-business_date"], name="certificate_newest")]
        triggers: ClassVar = audit.append_only()

    def __str__(self) -> str:
        return f"{self.business_date}: {_('the books agree') if self.passed else _('the books do not agree')}"

    @property
    def results(self) -> list[dict[str, Any]]:
        """Return what each check found, as `reporting.checks.Result` names it."""
        return list(json.loads(self.content)["results"])

    @property
    def failed(self) -> list[dict[str, Any]]:
        """Return the checks that found something."""
        return [result for result in self.results if not result["passed"]]
