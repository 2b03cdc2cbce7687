"""The order desk's addresses."""

from django.urls import path

from o2c.kernel.worklists.views import page_of
from orders import worklists
from orders.views import amend, decisions, entry

urlpatterns = [
    path("", page_of(worklists.OrderList), name="orders"),
    path("inbox/", page_of(worklists.Inbox), name="order-inbox"),
    path("quotes/", page_of(worklists.QuoteList), name="order-quotes"),
    path("drafts/", page_of(worklists.DraftList), name="order-drafts"),
    path("holds/", page_of(worklists.HoldDesk), name="order-holds"),
    path("backorders/", page_of(worklists.BackorderList), name="order-backorders"),
    path("new/", entry.new_order, name="order-new"),
    path("requests/<int:request_id>/dismiss/", entry.dismiss, name="order-dismiss"),
    path("products/", entry.product_choices, name="order-products"),
    path("customers/", entry.customer_choices, name="order-customers"),
    path("<str:number>/revise/", entry.revise_quote, name="order-revise"),
    path("<str:number>/amend/", amend.amend, name="order-amend"),
    path("<str:number>/release/", decisions.release, name="order-release"),
    path("<str:number>/second/", decisions.second, name="order-second"),
    path("<str:number>/retry/", decisions.retry, name="order-retry"),
    path("<str:number>/submit/", decisions.submit, name="order-submit"),
    path("<str:number>/cancel/", decisions.cancel, name="order-cancel"),
    path("<str:number>/accept/", decisions.accept, name="quote-accept"),
    path("<str:number>/lose/", decisions.lose, name="quote-lose"),
    path("<str:number>/renew/", decisions.renew, name="quote-renew"),
    path("<str:number>/print/", decisions.printed, name="order-print"),
]
