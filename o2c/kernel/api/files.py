"""Documents as files."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework.renderers import BaseRenderer

PDF = "application/pdf"
PDF_ANSWER = {(200, PDF): OpenApiTypes.BINARY}


class PdfRenderer(BaseRenderer):
    """Names the one media type of an endpoint of documents, which answers with the stored bytes themselves."""

    media_type = PDF
    format = "pdf"
    charset = None
    render_style = "binary"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the bytes as they are."""
        return data


def pdf(content: bytes, *, name: str, sha256: str) -> HttpResponse:
    """Return the answer that carries a stored document; *name* is its number."""
    return HttpResponse(
        content,
        content_type=PDF,
        headers={
            "Content-Disposition": f'inline; filename="{name}.pdf"',
            "ETag": f'"{sha256}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
