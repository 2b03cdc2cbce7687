"""The base of every endpoint: who calls, whether they may, how often, once only, and on which version."""

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from datetime import date
from functools import cached_property, wraps
from typing import Any, ClassVar, TypeVar, cast

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from o2c.kernel import clock
from o2c.kernel.api import errors, expansion, limits, pages
from o2c.kernel.api.deprecation import Deprecation
from o2c.kernel.api.serializers import UNKNOWN, Input, made_once
from o2c.kernel.idempotency import Answer, checked, fingerprint, once
from o2c.kernel.models import Company, User
from o2c.kernel.principal import Principal

REPLAYED = "Idempotency-Replayed"
STORED_HEADERS = ("Location", "ETag")
Handler = TypeVar("Handler", bound=Callable[..., Any])


class JsonOnly(BaseContentNegotiation):
    """JSON, for everybody who accepts JSON at all; the version of an API is not negotiated by media type."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """Return the parser of the declared media type, or None."""
        declared = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == declared), None)

    def select_renderer(self, request: Any, renderers: Any, format_suffix: str | None = None) -> Any:
        """Return the endpoint's one renderer."""
        accepted = request.META.get("HTTP_ACCEPT", "*/*")
        renderer = renderers[0]
        kind = renderer.media_type.partition("/")[0]
        if not any(wanted in accepted for wanted in ("*/*", f"{kind}/*", renderer.media_type)):
            raise errors.NotAcceptable(
                _("This answers in %(media_type)s.") % {"media_type": renderer.media_type}
            )
        return renderer, renderer.media_type


class Endpoint(APIView):
    """An address of the API.

    *scopes* names the scope that each method needs. *query* is the shape of the query string of lists;
    *expandable* what ``?expand=`` may name, besides what others offer for the *resource*
    (`o2c.kernel.api.expansion`). *prefix* begins the ids of the rows that a list shows; rows without ids are
    *paged_by* a unique column. *deprecated* says until when it stays, if it goes away; *refuses*, by status, what
    it refuses beyond what every endpoint does.
    """

    scopes: ClassVar[Mapping[str, str]] = {}
    query: ClassVar[type[Input] | None] = None
    expandable: ClassVar[frozenset[str]] = frozenset()
    resource: ClassVar[str] = ""
    prefix: ClassVar[str] = ""
    paged_by: ClassVar[str] = ""
    deprecated: ClassVar[Deprecation | None] = None
    refuses: ClassVar[Mapping[str, str]] = {}
    content_negotiation_class = JsonOnly

    @property
    def principal(self) -> Principal:
        """Return who calls."""
        return cast("Principal", self.request.auth)

    @property
    def actor(self) -> User:
        """Return the account under which the caller acts."""
        return self.principal.actor

    @cached_property
    def company(self) -> Company:
        """Return the selling company."""
        return Company.objects.current()

    @cached_property
    def today(self) -> date:
        """Return the business date."""
        return clock.today(self.company.time_zone)

    def check_permissions(self, request: Request) -> None:
        """Refuse a caller whose key lacks the scope.

        :raises ScopeMissing: it does.
        :raises MethodNotOffered: the resource has no such method.
        """
        if request.method == "OPTIONS":
            return
        method = "GET" if request.method == "HEAD" else str(request.method)
        needed = self.scopes.get(method)
        if needed is None:
            raise errors.MethodNotOffered(_("This resource has no %(method)s.") % {"method": request.method})
        if needed not in self.principal.scopes:
            raise errors.ScopeMissing(
                _("This call needs the scope %(needed)s.") % {"needed": needed}, scope=needed
            )

    def check_throttles(self, request: Request) -> None:
        """Count the call against the key's minute.

        :raises TooManyRequests: the minute is used up.
        """
        self.allowance = limits.spend(f"key/{self.principal.key_id}", quota=self.principal.quota)
        if self.allowance.exceeded:
            text = _("The key may ask %(quota)s times a minute.") % {"quota": self.allowance.quota}
            raise errors.TooManyRequests(text, retry_after=self.allowance.resets_in)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Look at the call before its method runs: who, how often, whether they may."""
        self.format_kwarg = None
        self.perform_authentication(request)
        self.check_throttles(request)
        self.check_permissions(request)
        if "HTTP_TRANSFER_ENCODING" in request.META and not request.META.get("CONTENT_LENGTH"):
            raise errors.LengthRequired(_("The body came without its length."))
        if request.GET and (self.query is None or request.method != "GET"):
            self._ensure_known(request.GET)
        renderer, media_type = self.perform_content_negotiation(request)
        request.accepted_renderer, request.accepted_media_type = renderer, media_type
        self._enter_its_books(request)

    def _enter_its_books(self, request: Request) -> None:
        """Go where the caller's key leads, until the call is answered; a live key's call is there already."""
        caller = cast("Principal | None", request.auth)
        if caller is not None and caller.entrance is not None:
            request.auth = self._books.enter_context(caller.entrance())

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer the call; a test key's in the sandbox, which `initial` enters."""
        with ExitStack() as self._books:
            return super().dispatch(request, *args, **kwargs)

    def _ensure_known(self, parameters: Iterable[str]) -> None:
        """Refuse query parameters where there is nothing to choose; `asked` looks at those of lists."""
        offered = {"expand"} if self.may_expand and self.request.method in {"GET", "HEAD"} else set()
        if unknown := sorted(set(parameters) - offered):
            told = [{"pointer": f"/{name[:80]}", "code": UNKNOWN.code, "detail": UNKNOWN} for name in unknown]
            raise errors.ValidationFailed(_("There are no such parameters here."), errors=told)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Response:
        """Add the headers that every answer carries."""
        finished: Response = super().finalize_response(request, response, *args, **kwargs)
        allowance: limits.Allowance | None = getattr(self, "allowance", None)
        headers = {"Cache-Control": "no-store"}
        if allowance is not None:
            headers |= allowance.headers()
            headers["Api-Version"] = self.principal.api_version.isoformat()
        if self.deprecated is not None and self.deprecated.concerns(str(request.method)):
            headers |= self.deprecated.headers()
        for name, value in headers.items():
            finished.headers.setdefault(name, value)
        return finished

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        """Say in ``Allow`` which methods the resource has."""
        return Response(status=status.HTTP_204_NO_CONTENT)

    def asked(self) -> dict[str, Any]:
        """Return the query string, checked by the shape in *query*.

        :raises ValidationError: a parameter is unknown or cannot be.
        """
        if self.query is None:
            raise AssertionError("the endpoint names no query")
        told = {name: self.request.GET[name] for name in self.request.GET if name != "expand"}
        return cast("dict[str, Any]", made_once(self.query).run_validation(told))

    def expansion(self) -> expansion.Expansion:
        """Return what the caller wants expanded.

        :raises ExpandUnknown: it is not offered here.
        """
        return expansion.asked(self.request.GET.get("expand", ""), offered=self.may_expand)

    @property
    def may_expand(self) -> frozenset[str]:
        """Return what ``?expand=`` may name."""
        return self.expandable | expansion.paths(self.resource)

    def page(self, queryset: Any, asked: Mapping[str, Any], *, oldest_first: bool = False) -> pages.Page:
        """Return the page of *queryset* that was asked for."""
        limit, cursor = asked.get("limit", pages.USUAL), asked.get("cursor", "")
        if self.paged_by:
            return pages.page_by(queryset, column=self.paged_by, limit=limit, cursor=cursor)
        return pages.page(queryset, prefix=self.prefix, limit=limit, cursor=cursor, oldest_first=oldest_first)

    def given(self, shape: type[Input]) -> dict[str, Any]:
        """Return the body, checked by *shape*.

        :raises ValidationError: it does not fit.
        """
        return cast("dict[str, Any]", made_once(shape).run_validation(self.request.data))

    def ensure_match(self, etag: str) -> None:
        """Refuse a change that was decided on another version; *etag* is the resource's now, under its lock.

        :raises PreconditionRequired: the caller does not say which version they read.
        :raises PreconditionFailed: it was another.
        """
        told = self.request.headers.get("If-Match")
        if told is None:
            raise errors.PreconditionRequired(_("This change needs an If-Match."), etag=etag)
        if told.strip() != "*" and etag not in [one.strip() for one in told.split(",")]:
            raise errors.PreconditionFailed(
                _("The resource is at %(etag)s by now.") % {"etag": etag}, etag=etag
            )


class OpenEndpoint(Endpoint):
    """An address of the API that needs no key."""

    authentication_classes = ()

    def check_permissions(self, request: Request) -> None:
        """Let everybody in."""

    def check_throttles(self, request: Request) -> None:
        """Count nothing: there is no key to count for."""


def etag_of(*parts: object) -> str:
    """Return the strong ETag that these parts make, such as ``"2.confirmed"``."""
    return '"' + ".".join(str(part) for part in parts) + '"'


def once_only(handler: Handler) -> Handler:
    """Let a method that creates or moves something have its effect once for each Idempotency-Key."""

    @wraps(handler)
    def run(self: Endpoint, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        key = checked(request.headers.get("Idempotency-Key"))
        body = json.dumps(request.data, default=str, sort_keys=True)  # exact: it knows no binary floats
        operation = f"{request.method} {request.resolver_match.route if request.resolver_match else ''}"
        answer = once(
            scope=f"{self.principal.client} {operation}"[:120],
            key=key,
            request=fingerprint(request.get_full_path(), str(self.principal.customer_id or ""), body),
            effect=lambda: _answer(handler(self, request, *args, **kwargs)),
        )
        response = HttpResponse(answer.body, status=answer.status, content_type=JSONRenderer.media_type)
        for name, value in answer.headers.items():
            response[name] = value
        if answer.replayed:
            response[REPLAYED] = "true"
        return response

    run.once_only = True  # type: ignore[attr-defined]
    return cast("Handler", run)


def needs_match(handler: Handler) -> Handler:
    """Say in the documentation that a method calls `Endpoint.ensure_match`."""
    handler.needs_match = True  # type: ignore[attr-defined]
    return handler


def _answer(response: Response) -> Answer:
    headers = {name: response[name] for name in STORED_HEADERS if name in response}
    return Answer(response.status_code, headers, JSONRenderer().render(response.data))


def absolute(request: HttpRequest | Request, path: str) -> str:
    """Return the address of *path* on the host that was called."""
    return request.build_absolute_uri(path)
