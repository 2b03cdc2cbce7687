"""The order desk's addresses."""

from django.urls import path

from o2c.kernel.worklists.views import page_of
from orders import worklists
from orders.views import decisions, entry

urlpatterns = [
    path("", page_of(worklists.OrderList), name="orders"),
    path("inbox/", page_of(worklists.Inbox), name="order-inbox"),
    path("quotes/", page_of(worklists.QuoteList), name="order-quotes"),
    path("drafts/", page_of(worklists.DraftList), name="order-drafts"),
    path("holds/", page_of(worklists.HoldDesk), name="order-holds"),
    path("backorders/", page_of(worklists.BackorderList), name="order-backorders"),
    path("new/", entry.new_order, name="order-new"),
    path("products/", entry.product_choices, name="order-products"),
    path("customers/", entry.customer_choices, name="order-customers"),
    path("<str:number>/revise/", entry.revise_quote, name="order-revise"),
    path("<str:number>/release/", decisions.release, name="order-release"),
    path("<str:number>/cancel/", decisions.cancel, name="order-cancel"),
]
