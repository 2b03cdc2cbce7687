"""The addresses of the credit desk."""

from django.urls import path

from credit import views

urlpatterns = [path("<str:number>/limit/", views.request_limit, name="customer-limit")]
