"""The address of credit in the API."""

from django.urls import path

from credit.api import views

urlpatterns = [path("customers/<str:customer_id>/credit", views.CreditView.as_view(), name="api-credit")]
