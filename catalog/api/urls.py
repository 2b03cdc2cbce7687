"""The addresses of products in the API."""

from django.urls import path

from catalog.api import views

urlpatterns = [
    path("products", views.ProductsView.as_view(), name="api-products"),
    path("products/<path:sku>", views.ProductView.as_view(), name="api-product"),
]
