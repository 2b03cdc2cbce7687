"""The addresses of events and webhooks in the API."""

from django.urls import path

from o2c.gateway.api import views

urlpatterns = [
    path("webhook-endpoints", views.WebhookEndpointsView.as_view(), name="api-webhook-endpoints"),
    path(
        "webhook-endpoints/<str:endpoint_id>",
        views.WebhookEndpointView.as_view(),
        name="api-webhook-endpoint",
    ),
    path(
        "webhook-endpoints/<str:endpoint_id>/rotate",
        views.WebhookRotateView.as_view(),
        name="api-webhook-rotate",
    ),
    path(
        "webhook-endpoints/<str:endpoint_id>/test",
        views.WebhookTestView.as_view(),
        name="api-webhook-test",
    ),
    path(
        "webhook-endpoints/<str:endpoint_id>/deliveries",
        views.WebhookDeliveriesView.as_view(),
        name="api-webhook-deliveries",
    ),
    path("events", views.EventsView.as_view(), name="api-events"),
    path("events/<str:event_id>", views.EventView.as_view(), name="api-event"),
    path("events/<str:event_id>/redeliver", views.RedeliverView.as_view(), name="api-event-redeliver"),
]
