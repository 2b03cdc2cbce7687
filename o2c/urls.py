"""Every address of the site."""

from allauth.account.views import logout as sign_out
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from o2c.console.trail import audit_trail
from o2c.health import healthz
from o2c.views import console_login

handler400 = "o2c.views.bad_request"
handler404 = "o2c.views.not_found"
handler429 = "o2c.accounts.views.too_many"
handler500 = "o2c.views.server_error"

# Without Django's way from a row to its page on the site: the console knows the desks' pages itself.
lists, app, namespace = admin.site.urls
lists = [each for each in lists if getattr(each, "name", "") != "view_on_site"]

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", include("o2c.accounts.urls")),
    path("orders/", include("orders.urls")),
    path("customers/", include("customers.urls")),
    path("customers/", include("credit.urls")),
    path("", include("reporting.urls")),
    path("", include("fulfillment.urls")),
    path("invoices/", include("invoicing.urls")),
    path("", include("receivables.urls")),
    path("api/", include("o2c.gateway.urls")),
    # The console's own ways in and out are the site's.
    path("admin/login/", console_login, name="console-login"),
    path("admin/logout/", sign_out, name="console-logout"),
    path(
        "admin/password_change/",
        RedirectView.as_view(pattern_name="account_change_password"),
        name="console-password",
    ),
    path("", include("o2c.kernel.urls")),
    path("audit/", audit_trail, name="audit-trail"),
    path("admin/", include("o2c.console.urls")),
    path("admin/", (lists, app, namespace)),
]
