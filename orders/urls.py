"""The order desk's addresses."""

from django.urls import path

from orders import views

urlpatterns = [
    path("", views.order_list, name="orders"),
    path("<str:number>/release/", views.release, name="order-release"),
    path("<str:number>/cancel/", views.cancel, name="order-cancel"),
]
