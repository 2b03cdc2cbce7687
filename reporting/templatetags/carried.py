"""The history of a document whose page another app builds: with notes and files, in one line of its template."""

from typing import Any

from django import template
from django.template import Context

from o2c.kernel.attached import attached_to
from reporting.document import DocumentPage, Head
from reporting.outgoing import told_of
from reporting.selectors import document_chain, document_history, orders_paid_by

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


@register.inclusion_tag("reporting/_chain_of_payment.html", takes_context=True)
def chain_of_payment(context: Context, pk: int) -> dict[str, Any]:
    """Show the case of the first order that a payment was used for, and lead to those of the others."""
    orders = orders_paid_by(pk)
    known = {str(name): value for name, value in context.flatten().items()}
    page = DocumentPage(head=Head(title=""), here=f"payment/{pk}")
    chain = document_chain(orders[0].pk) if orders else None
    return {**known, "page": page, "chain": chain, "others": orders[1:]}
