"""Invoices and credit notes, and the documents made of them."""

from invoicing.models.invoice import Invoice, InvoiceLine, InvoiceTax
from invoicing.models.printed import PrintedInvoice

__all__ = ["Invoice", "InvoiceLine", "InvoiceTax", "PrintedInvoice"]
