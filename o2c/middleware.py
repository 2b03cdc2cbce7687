"""What every request passes through: it gets an id, refusals become answers, and some pages a policy of their own."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import uuid4

from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from o2c.kernel.api import problems
from o2c.kernel.db import planned_anew
from o2c.kernel.errors import DomainError
from o2c.kernel.tracing import LONGEST

# A proxy's or caller's own id is kept when it can stand in a log line and in a column.
REQUEST_ID = re.compile(rf"[A-Za-z0-9._-]{{1,{LONGEST}}}")
CONSOLE = "/admin/"
# The console's theme evaluates expressions (Alpine) and sets styles; it still loads from here only.
CONSOLE_POLICY = {
    "script-src": ["'self'", "'unsafe-eval'"],
    "style-src": ["'self'", "'unsafe-inline'"],
}

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class RequestIdMiddleware:
    """Give each request the id that its log lines, events and their consumers share, and answer with it.

    An ``X-Request-ID`` that came with the request is taken if it is plain; django-structlog binds it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the id."""
        told = request.META.get("HTTP_X_REQUEST_ID", "")
        request_id = told if REQUEST_ID.fullmatch(told) else uuid4().hex
        request.META["HTTP_X_REQUEST_ID"] = request_id
        response = self.get_response(request)
        response["Request-Id"] = request_id
        return response


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


class PlanningMiddleware:
    """Have what a page shows planned for what it was asked: its filters, words and days are never the same."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        if request.method != "GET" or request.path_info.startswith(problems.API):
            return self.get_response(request)
        with planned_anew():
            return self.get_response(request)


class NamesInAddressesMiddleware:
    """Answer that there is nothing where an address names a document as no column can: with a NUL."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: GetResponse, args: Sequence[Any], names: Mapping[str, Any]
    ) -> None:
        """Look at what the address names, after it is known who asks. The API refuses such ids in its own words."""
        if not request.path.startswith("/api/") and any(
            "\0" in str(name) for name in (*args, *names.values())
        ):
            raise Http404


class DomainErrorMiddleware:
    """Answer a refusal with its own status, its code and the next step; never with a traceback."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Tell a `DomainError` as a page, to programs as a problem; leave everything else to Django."""
        if not isinstance(exception, DomainError):
            return None
        if request.path_info.startswith(problems.API):
            return problems.problem(exception, request=request)
        return render(request, "refusal.html", {"refusal": exception}, status=exception.status)
