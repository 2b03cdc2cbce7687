"""The addresses of the pages that read over all stages."""

from django.urls import path, re_path

from o2c.kernel.worklists.views import page_of
from reporting import account_views, views
from reporting.worklists import CustomerList

urlpatterns = [
    path("", views.home, name="home"),
    path("find/", views.find, name="find"),
    path("orders/<str:number>/", views.order_page, name="order"),
    path("shipments/<str:number>/", views.shipment_page, name="shipment"),
    path("returns/<str:number>/", views.return_page, name="return"),
    path("products/<path:sku>/", views.product_page, name="product"),
    # Beside the billing desk's lists, such as invoices/drafts/: a number such as INV-2026-000017, or a draft's id.
    re_path(r"^invoices/(?P<name>[A-Z]+-[0-9-]+|[0-9]{1,18})/$", account_views.invoice, name="invoice"),
    path("receivables/ageing/", account_views.ageing, name="ageing"),
    path("receivables/ageing/items/", account_views.ageing_items, name="ageing-items"),
    path("customers/<str:number>/statement/", account_views.statement, name="statement"),
    path("customers/", page_of(CustomerList), name="customers"),
    path("customers/<str:number>/", views.customer_page, name="customer"),
    path("ledger/", views.trial_balance, name="trial-balance"),
    path("ledger/accounts/<int:account_id>/", views.account, name="account"),
    path("ledger/entries/<int:entry_id>/", views.entry, name="entry"),
]
