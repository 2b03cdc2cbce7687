"""The addresses of orders and quotes in the API."""

from django.urls import path

from orders.api import availability, quotes, views

urlpatterns = [
    path("availability", availability.AvailabilityView.as_view(), name="api-availability"),
    path("orders", views.OrdersView.as_view(), name="api-orders"),
    path("orders/<str:order_id>", views.OrderView.as_view(), name="api-order"),
    path("orders/<str:order_id>/cancel", views.CancelView.as_view(), name="api-order-cancel"),
    path("orders/<str:order_id>/confirm", views.ConfirmView.as_view(), name="api-order-confirm"),
    path("orders/<str:order_id>/events", views.OrderEventsView.as_view(), name="api-order-events"),
    path("previews", quotes.PreviewsView.as_view(), name="api-previews"),
    path("quotes", quotes.QuotesView.as_view(), name="api-quotes"),
    path("quotes/<str:quote_id>", quotes.QuoteView.as_view(), name="api-quote"),
    path("quotes/<str:quote_id>/accept", quotes.AcceptView.as_view(), name="api-quote-accept"),
    path("quotes/<str:quote_id>/decline", quotes.DeclineView.as_view(), name="api-quote-decline"),
]
