"""The addresses of shipments, returns and access in the API."""

from django.urls import path

from fulfillment.api import returns, views

urlpatterns = [
    path("shipments", views.ShipmentsView.as_view(), name="api-shipments"),
    path("shipments/<str:shipment_id>", views.ShipmentView.as_view(), name="api-shipment"),
    path(
        "shipments/<str:shipment_id>/returnable",
        returns.ReturnableView.as_view(),
        name="api-shipment-returnable",
    ),
    path("returns", returns.ReturnsView.as_view(), name="api-returns"),
    path("returns/<str:return_id>", returns.ReturnView.as_view(), name="api-return"),
    path(
        "orders/<str:order_id>/entitlements",
        views.EntitlementsView.as_view(),
        name="api-order-entitlements",
    ),
]
