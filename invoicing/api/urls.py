"""The addresses of invoices, credit notes and payments in the API."""

from django.urls import path

from invoicing.api import payments, views

urlpatterns = [
    path("invoices", views.InvoicesView.as_view(), name="api-invoices"),
    path("invoices/<str:invoice_id>", views.InvoiceView.as_view(), name="api-invoice"),
    path("invoices/<str:invoice_id>/pdf", views.InvoicePdfView.as_view(), name="api-invoice-pdf"),
    path("credit-notes", views.CreditNotesView.as_view(), name="api-credit-notes"),
    path("credit-notes/<str:credit_note_id>", views.CreditNoteView.as_view(), name="api-credit-note"),
    path(
        "credit-notes/<str:credit_note_id>/pdf",
        views.CreditNotePdfView.as_view(),
        name="api-credit-note-pdf",
    ),
    path("payments", payments.PaymentsView.as_view(), name="api-payments"),
    path("payments/<str:payment_id>", payments.PaymentView.as_view(), name="api-payment"),
]
