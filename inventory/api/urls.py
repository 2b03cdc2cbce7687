"""The addresses of carts in the API."""

from django.urls import path

from inventory.api import views

urlpatterns = [
    path("carts", views.CartsView.as_view(), name="api-carts"),
    path("carts/<str:token>/drop", views.CartDropView.as_view(), name="api-cart-drop"),
]
