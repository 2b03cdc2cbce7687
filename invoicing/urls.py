"""The billing desk's addresses; an invoice's own page, with its case, is reporting's."""

from django.urls import path

from invoicing import views
from invoicing.worklists import Drafts, Invoices, NotPrinted, ReturnsToCredit, ToInvoice
from o2c.kernel.worklists.views import page_of

urlpatterns = [
    path("", page_of(Invoices), name="invoices"),
    path("to-invoice/", page_of(ToInvoice), name="to-invoice"),
    path("drafts/", page_of(Drafts), name="drafts"),
    path("returns/", page_of(ReturnsToCredit), name="returns-to-credit"),
    path("not-printed/", page_of(NotPrinted), name="not-printed"),
    path("<int:invoice_id>/pdf/", views.invoice_pdf, name="invoice-pdf"),
    path("<int:invoice_id>/preview/", views.preview, name="invoice-preview"),
    path("<int:invoice_id>/issue/", views.issue, name="invoice-issue"),
    path("<int:invoice_id>/discard/", views.discard, name="invoice-discard"),
    path("returns/<str:number>/credit/", views.credit_return, name="return-credit"),
    path("<str:number>/credit-note/", views.credit_note, name="invoice-credit"),
]
