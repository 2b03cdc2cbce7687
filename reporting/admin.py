"""The certificates of the books in the finance console: read only."""

from django.contrib import admin

from o2c.kernel.admin import DocumentAdmin
from reporting.models import Certificate


@admin.register(Certificate)
class CertificateAdmin(DocumentAdmin):
    """That the books agreed, night by night."""

    list_display = ("business_date", "as_of", "passed", "sha256")
    list_filter = ("passed",)
    ordering = ("-id",)
