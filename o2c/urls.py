"""Every address of the site."""

from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path

from o2c.health import healthz
from o2c.views import console_login, set_theme

handler400 = "o2c.views.bad_request"
handler404 = "o2c.views.not_found"
handler500 = "o2c.views.server_error"

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("sign-in/", LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("sign-out/", LogoutView.as_view(), name="logout"),
    path("theme/", set_theme, name="theme"),
    path("orders/", include("orders.urls")),
    path("customers/", include("customers.urls")),
    path("customers/", include("credit.urls")),
    path("", include("reporting.urls")),
    path("", include("fulfillment.urls")),
    path("invoices/", include("invoicing.urls")),
    path("", include("receivables.urls")),
    path("api/", include("o2c.gateway.urls")),
    path("admin/login/", console_login),
    path("admin/", include("o2c.console.urls")),
    path("admin/", admin.site.urls),
]
