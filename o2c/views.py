"""What belongs to no desk: the theme, the way into the finance console, and requests that nobody answers."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.decorators.http import require_POST

from o2c.context import THEME_COOKIE, THEMES
from o2c.kernel.api import problems
from o2c.kernel.api.errors import AddressUnknown, InternalFailure, RequestMalformed
from o2c.kernel.errors import DomainError

YEAR = 365 * 24 * 3600


@login_not_required
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep the theme that the person chose, and go back to where they were."""
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    response = redirect(back if is_ours else "home")
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        response.set_cookie(THEME_COOKIE, theme, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    return response


@login_not_required
def console_login(request: HttpRequest) -> HttpResponse:
    """Send whoever may not enter the console to the sign-in, or home with the reason."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.GET.get("next", "/admin/"))
    messages.warning(request, _("The finance console is for finance managers."))
    return redirect("home")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that Django itself refuses."""
    refusal = RequestMalformed(_("The request cannot be understood."))
    return _told(refusal, request) or defaults.bad_request(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request for an address that is none."""
    refusal = AddressUnknown(_("There is nothing at %(path)s.") % {"path": request.path})
    return _told(refusal, request) or defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a request that broke something; the log has the traceback under the request's id."""
    return _told(InternalFailure(_("Something broke on our side.")), request) or defaults.server_error(
        request
    )


def _told(refusal: DomainError, request: HttpRequest) -> HttpResponse | None:
    """Return the problem if a program asks, None if a person does."""
    if not request.path_info.startswith(problems.API):
        return None
    return problems.problem(refusal, request=request)
