"""Every address of the API."""

from django.urls import include, path

urlpatterns = [
    path("v1/", include("catalog.api.urls")),
    path("v1/", include("customers.api.urls")),
    path("v1/", include("orders.api.urls")),
]
