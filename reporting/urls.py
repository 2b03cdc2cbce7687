"""The addresses of the pages that read over all stages."""

from django.urls import path

from reporting import views

urlpatterns = [
    path("", views.home, name="home"),
    path("find/", views.find, name="find"),
    path("orders/<str:number>/", views.order_page, name="order"),
    path("ledger/", views.trial_balance, name="trial-balance"),
    path("ledger/accounts/<int:account_id>/", views.account, name="account"),
    path("ledger/entries/<int:entry_id>/", views.entry, name="entry"),
]
