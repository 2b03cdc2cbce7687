"""The printed invoice."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from invoicing import selectors


@require_safe
@permission_required("invoicing.view_printedinvoice", raise_exception=True)
def invoice_pdf(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """Give out the PDF as the customer got it.

    :raises DocumentNotPrinted: it is still being made.
    """
    printed = selectors.printed(invoice_id)
    return HttpResponse(
        bytes(printed.content),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{printed.invoice.number}.pdf"',
            "ETag": f'"{printed.sha256}"',
            "Cache-Control": "private, no-cache",
            "X-Content-Type-Options": "nosniff",
        },
    )
