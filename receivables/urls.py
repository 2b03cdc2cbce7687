"""The cash desk's addresses."""

from django.urls import path

from o2c.kernel.worklists.views import page_of
from receivables import views
from receivables.worklists import OpenItems, OverdueCustomers, Payments, PaymentsToAllocate

urlpatterns = [
    path("payments/", page_of(Payments), name="payments"),
    path("payments/to-allocate/", page_of(PaymentsToAllocate), name="payments-to-allocate"),
    path("payments/new/", views.new_payment, name="payment-new"),
    path("payments/customers/", views.customer_options, name="payment-customers"),
    path("payments/<str:number>/", views.payment, name="payment"),
    path("payments/<str:number>/undo/", views.undo, name="payment-undo"),
    path("payments/<str:number>/reverse/", views.reverse_payment, name="payment-reverse"),
    path("credits/<str:number>/", views.credit, name="credit"),
    path("receivables/", page_of(OpenItems), name="open-items"),
    path("receivables/overdue/", page_of(OverdueCustomers), name="overdue-customers"),
]
