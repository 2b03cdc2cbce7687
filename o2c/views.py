"""What belongs to no desk: the way into the finance console, and requests that nobody answers."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views import defaults

from o2c.kernel.api import problems
from o2c.kernel.api.errors import AddressUnknown, InternalFailure, RequestMalformed
from o2c.kernel.errors import DomainError


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
