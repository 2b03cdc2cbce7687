"""What every request passes through: refusals become pages, and the console gets its own script policy."""

from collections.abc import Callable

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from o2c.kernel.errors import DomainError

CONSOLE = "/admin/"
# The console's theme evaluates expressions (Alpine) and sets styles; it still loads from here only.
CONSOLE_POLICY = {
    "script-src": ["'self'", "'unsafe-eval'"],
    "style-src": ["'self'", "'unsafe-inline'"],
}

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class ConsolePolicyMiddleware:
    """Relax the Content-Security-Policy under admin/, and nowhere else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.get_console_response: GetResponse = csp_replace(CONSOLE_POLICY)(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the policy that belongs to the address."""
        if request.path_info.startswith(CONSOLE):
            return self.get_console_response(request)
        return self.get_response(request)


class DomainErrorMiddleware:
    """Answer a refusal with its own status, its code and the next step; never with a traceback."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Render a `DomainError`; leave everything else to Django."""
        if not isinstance(exception, DomainError):
            return None
        return render(request, "refusal.html", {"refusal": exception}, status=exception.status)
