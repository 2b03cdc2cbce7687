"""The addresses of what is printed at the warehouse."""

from django.urls import path

from fulfillment import views

urlpatterns = [
    path("<int:shipment_id>/packing-slip/", views.packing_slip, name="packing-slip"),
    path("<int:shipment_id>/customs-invoice/", views.customs_invoice, name="customs-invoice"),
    path("boxes/<int:package_id>/label/", views.label, name="shipping-label"),
]
