"""Every address of the API, and what its resources can be expanded with."""

from django.urls import include, path

from fulfillment.api import expansions as fulfillment
from invoicing.api import expansions as invoicing
from o2c.gateway import health, views
from o2c.gateway.sandbox import views as sandbox
from o2c.kernel.api import expansion
from orders.api import expansions as orders
from reporting.api import expansions as reporting

expansion.offer(*orders.OFFERS, *fulfillment.OFFERS, *invoicing.OFFERS, *reporting.OFFERS)

urlpatterns = [
    path("", views.StartView.as_view(), name="api-start"),
    path("docs", views.DocsView.as_view(), name="api-docs"),
    path("schema", views.SchemaView.as_view(), name="api-schema"),
    path("problems", views.ProblemsView.as_view(), name="api-problems"),
    path("problems/<str:code>", views.ProblemView.as_view(), name="api-problem"),
    path("v1/sandbox", sandbox.SandboxView.as_view(), name="api-sandbox"),
    path("v1/sandbox/reset", sandbox.ResetView.as_view(), name="api-sandbox-reset"),
    path("v1/sandbox/clock", sandbox.ClockView.as_view(), name="api-sandbox-clock"),
    path("v1/sandbox/simulate", sandbox.SimulateView.as_view(), name="api-sandbox-simulate"),
    path("v1/jobs/<str:job_id>", sandbox.JobView.as_view(), name="api-job"),
    path("v1/health", health.HealthView.as_view(), name="api-health"),
    path("v1/", include("catalog.api.urls")),
    path("v1/", include("customers.api.urls")),
    path("v1/", include("inventory.api.urls")),
    path("v1/", include("credit.api.urls")),
    path("v1/", include("orders.api.urls")),
    path("v1/", include("fulfillment.api.urls")),
    path("v1/", include("invoicing.api.urls")),
    path("v1/", include("reporting.api.urls")),
    path("v1/", include("o2c.gateway.api.urls")),
]
