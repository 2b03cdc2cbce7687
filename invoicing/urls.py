"""The billing desk's addresses."""

from django.urls import path

from invoicing import views

urlpatterns = [path("<int:invoice_id>/pdf/", views.invoice_pdf, name="invoice-pdf")]
