"""The addresses of customers and prices in the API."""

from django.urls import path

from customers.api import prices, views

urlpatterns = [
    path("prices", prices.PricesView.as_view(), name="api-prices"),
    path("customers", views.CustomersView.as_view(), name="api-customers"),
    path("customers/<str:customer_id>", views.CustomerView.as_view(), name="api-customer"),
    path("customers/<str:customer_id>/addresses", views.AddressesView.as_view(), name="api-addresses"),
]
