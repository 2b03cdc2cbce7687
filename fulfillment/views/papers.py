"""What is printed at the warehouse: labels as the carrier gave them, slips and customs papers on demand."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from fulfillment import pdf, selectors


def _pdf(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{name}.pdf"',
            "Cache-Control": "private, no-cache",
            "X-Content-Type-Options": "nosniff",
        },
    )


@require_safe
@permission_required("fulfillment.view_shipment", raise_exception=True)
def packing_slip(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """Print what is in the boxes, without prices."""
    papers = selectors.papers_of(shipment_id=shipment_id)
    return _pdf(pdf.packing_slip(papers), f"{papers.number}-packing-slip")


@require_safe
@permission_required("fulfillment.view_shipment", raise_exception=True)
def customs_invoice(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """Print what customs want to know of an export."""
    papers = selectors.papers_of(shipment_id=shipment_id)
    return _pdf(pdf.customs_invoice(papers), f"{papers.number}-customs-invoice")


@require_safe
@permission_required("fulfillment.view_shipment", raise_exception=True)
def label(request: HttpRequest, package_id: int) -> HttpResponse:
    """Give out the label of a box as the carrier gave it.

    :raises NotFound: there is no such box, or it has no label yet.
    """
    found = selectors.label_of(package_id=package_id)
    return _pdf(bytes(found.content), found.package.tracking_number)
