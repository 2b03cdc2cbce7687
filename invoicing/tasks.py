"""What the billing desk does when something happens below it, and every night."""

from contextlib import suppress
from datetime import date
from typing import Any

from invoicing import pdf, selectors, services
from invoicing.errors import InvoiceNotIssuable, PreflightFailed
from invoicing.models import Invoice
from o2c.kernel import clock
from o2c.kernel.background import consumer, daily_job, repeatable_consumer
from o2c.kernel.models import Company, User


def _today() -> date:
    return clock.today(Company.objects.current().time_zone)


@consumer
def draft_invoice(*, document_id: int, **_: Any) -> None:
    """Draft the invoice of a shipment that has left."""
    services.draft_for_shipment(shipment_id=document_id, on=_today(), actor=User.system())


@daily_job
def bill_everything_due(*, on: date) -> dict[str, int]:
    """Draft what an event missed: what has left and is not invoiced, the query still knows."""
    shipment_ids = list(selectors.due_for_billing().values_list("pk", flat=True))
    for shipment_id in shipment_ids:
        services.draft_for_shipment(shipment_id=shipment_id, on=on, actor=User.system())
    return {"shipments": len(shipment_ids)}


@repeatable_consumer
def issue_drafted(*, document_id: int, **_: Any) -> None:
    """Issue a drafted invoice at once; what the pre-flight holds back stays on the billing desk."""
    drafts = Invoice.objects.drafts().filter(kind=Invoice.Kind.INVOICE, company__issues_automatically=True)
    if drafts.filter(pk=document_id).exists():
        with suppress(PreflightFailed, InvoiceNotIssuable):
            services.issue_invoice(invoice_id=document_id, on=_today(), actor=User.system())


@repeatable_consumer
def render_pdf(*, document_id: int, **_: Any) -> None:
    """Print an issued document once."""
    print_invoice(document_id)


@consumer
def set_off(*, document_id: int, **_: Any) -> None:
    """Use a credit note that was issued for the invoice that it credits."""
    services.set_off(credit_note_id=document_id, on=_today(), actor=User.system())


@daily_job
def print_everything_due(*, on: date) -> dict[str, int]:
    """Print what an event missed."""
    invoice_ids = list(selectors.due_for_printing().values_list("pk", flat=True))
    for invoice_id in invoice_ids:
        print_invoice(invoice_id)
    return {"invoices": len(invoice_ids)}


def print_invoice(invoice_id: int) -> None:
    """Render the PDF outside any transaction, then keep it."""
    invoice = Invoice.objects.get(pk=invoice_id)
    if not hasattr(invoice, "printed"):
        services.store_printed(
            invoice_id=invoice_id,
            content=pdf.render(invoice),
            on=_today(),
            actor=User.system(),
        )


@consumer
def update_settlement(*, document_id: int, **_: Any) -> None:
    """Tell the order that an invoice of it was settled, or is open again."""
    services.update_settlement(receivable_id=document_id, on=_today(), actor=User.system())
