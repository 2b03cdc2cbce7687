"""The PDF of an issued document. WeasyPrint in, bytes out."""

from invoicing.models import Invoice


def render(invoice: Invoice) -> bytes:
    """Return the PDF of an issued document."""
    raise RuntimeError(f"no renderer yet for {invoice}")
