"""What every request passes through: domain refusals become pages that say what to do next."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from o2c.kernel.errors import DomainError


class DomainErrorMiddleware:
    """Answer a refusal with its own status, its code and the next step; never with a traceback."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Render a `DomainError`; leave everything else to Django."""
        if not isinstance(exception, DomainError):
            return None
        return render(request, "refusal.html", {"refusal": exception}, status=exception.status)
