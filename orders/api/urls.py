"""The addresses of orders in the API."""

from django.urls import path

from orders.api import availability, views

urlpatterns = [
    path("availability", availability.AvailabilityView.as_view(), name="api-availability"),
    path("orders", views.OrdersView.as_view(), name="api-orders"),
    path("orders/<str:order_id>", views.OrderView.as_view(), name="api-order"),
]
