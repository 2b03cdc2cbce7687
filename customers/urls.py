"""The addresses at which a customer is changed."""

from django.urls import path

from customers import views

urlpatterns = [
    path("<str:number>/addresses/", views.addresses, name="customer-addresses"),
    path("<str:number>/contacts/", views.contacts, name="customer-contacts"),
    path("<str:number>/vat-check/", views.check_vat_id, name="customer-vat-check"),
]
