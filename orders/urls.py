"""The order desk's addresses."""

from django.urls import path

from o2c.kernel.worklists.views import page_of
from orders import views
from orders.worklists import OrderList

urlpatterns = [
    path("", page_of(OrderList), name="orders"),
    path("<str:number>/release/", views.release, name="order-release"),
    path("<str:number>/cancel/", views.cancel, name="order-cancel"),
]
