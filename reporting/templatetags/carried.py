"""The history of a document whose page another app builds: with notes and files, in one line of its template."""

from typing import Any

from django import template
from django.template import Context

from o2c.kernel.attached import attached_to
from reporting.document import DocumentPage, Head
from reporting.outgoing import told_of
from reporting.selectors import document_history

register = template.Library()


@register.inclusion_tag("reporting/_history.html", takes_context=True)
def history_of(context: Context, kind: str, pk: int) -> dict[str, Any]:
    """Show the history of a document, such as ``payment``, in a fixed number of queries."""
    history = document_history([(kind, pk)])
    page = DocumentPage(
        head=Head(title=""), history=history, attached=attached_to(kind, pk), told=told_of(history)
    )
    known = {str(name): value for name, value in context.flatten().items()}
    return {**known, "page": page}
