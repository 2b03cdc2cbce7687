"""The certificates of the books in the finance console: read only."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from o2c.kernel.admin import DocumentAdmin
from reporting.models import Certificate


@admin.register(Certificate)
class CertificateAdmin(DocumentAdmin):
    """That the books agreed, night by night; the console's own page shows each check."""

    list_display = ("business_date", "as_of", "outcome", "sha256")
    list_filter = ("passed",)
    ordering = ("-id",)
    fields = ("business_date", "as_of", "passed", "sha256", "previous_sha256")
    desk_page = ("console-certificate", "pk")

    @display(description=_("outcome"), label={"agrees": "success", "not": "danger"}, ordering="passed")
    def outcome(self, certificate: Certificate) -> tuple[str, object]:
        """Return whether the books agreed."""
        return ("agrees", _("They agree")) if certificate.passed else ("not", _("They do not agree"))
