"""Every refusal as `application/problem+json` (RFC 9457), with a code that stays and a page that explains it."""

import json
import logging
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import DisallowedHost, PermissionDenied, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions, views

from o2c.kernel.api import errors
from o2c.kernel.db import LOCKED_OUT, sqlstate
from o2c.kernel.errors import Busy, DomainError
from o2c.kernel.tracing import current_request_id

log = logging.getLogger("o2c.api")
API = "/api/"
CATALOGUE = f"{API}problems/"
MEDIA_TYPE = "application/problem+json"


def title(refusal: type[DomainError]) -> str:
    """Return the one line that says what a kind of refusal means."""
    return (refusal.__doc__ or refusal.code).strip().splitlines()[0]


def problem(refusal: DomainError, *, request: HttpRequest) -> HttpResponse:
    """Return the answer that tells *refusal*."""
    details = dict(refusal.details)
    found = details.pop("errors", None) or [_pointed(one) for one in details.pop("problems", [])]
    body = {
        "type": _explained_at(refusal.code, request),
        "title": title(type(refusal)),
        "status": refusal.status,
        "detail": refusal.message,
        "instance": request.path,
        "code": refusal.code,
        "next_step": refusal.next_step,
        "request_id": current_request_id(),
        "details": details,
        "errors": found,
    }
    text = json.dumps(body, default=str, ensure_ascii=False).encode(errors="replace")
    response = HttpResponse(text, status=refusal.status, content_type=MEDIA_TYPE)
    if "retry_after" in refusal.details:
        response["Retry-After"] = str(refusal.details["retry_after"])
    if refusal.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="o2c"'
    response["Cache-Control"] = "no-store"
    return response


def _explained_at(code: str, request: HttpRequest) -> str:
    """Return the address of a code's page; without the host when the request names one that is not ours."""
    path = f"{CATALOGUE}{code}"
    try:
        return request.build_absolute_uri(path)
    except DisallowedHost:
        return path


def _pointed(found: Mapping[str, Any] | str) -> dict[str, Any]:
    """Return a problem of a document as an error that points into the body that was sent, if it says where."""
    if isinstance(found, str):
        return {"pointer": "", "code": "invalid", "detail": found}
    position = found.get("position")
    pointer = f"/{found.get('field', '')}" if position is None else f"/lines/{position - 1}"
    told = {"pointer": pointer, "code": found.get("code", ""), "detail": found.get("text", "")}
    return told | ({"who": found["who"]} if found.get("who") else {})


def handle(error: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """Answer whatever an endpoint raised; what nobody foresaw is logged and told without a word of it."""
    request = context["request"]
    views.set_rollback()
    refusal = as_refusal(error)
    if isinstance(refusal, errors.InternalFailure):
        log.error("An endpoint failed: %s %s", request.method, request.path, exc_info=error)
    return problem(refusal, request=request)


def as_refusal(error: Exception) -> DomainError:
    """Return the named refusal that *error* comes to."""
    if isinstance(error, DomainError):
        return error
    if isinstance(error, exceptions.ValidationError):
        found = list(_flat(error.detail, ""))
        return errors.ValidationFailed(_summary(found), errors=found)
    for known, make in PLAIN.items():
        if isinstance(error, known):
            return make(str(getattr(error, "detail", "")) or title(make))
    if isinstance(error, Http404):
        return errors.ResourceNotFound()
    if isinstance(error, (OperationalError, InterfaceError)):
        if sqlstate(error) in LOCKED_OUT:
            return Busy(_("Somebody else is working on the same documents."))
        return errors.Unavailable(_("The database does not answer just now."))
    return errors.InternalFailure(_("Something broke on our side."))


PLAIN: dict[type[Exception], type[DomainError]] = {
    exceptions.NotAuthenticated: errors.KeyMissing,
    exceptions.AuthenticationFailed: errors.KeyUnknown,
    exceptions.PermissionDenied: errors.ScopeMissing,
    PermissionDenied: errors.ScopeMissing,
    exceptions.MethodNotAllowed: errors.MethodNotOffered,
    exceptions.NotAcceptable: errors.NotAcceptable,
    exceptions.UnsupportedMediaType: errors.UnsupportedMediaType,
    exceptions.ParseError: errors.NotJson,
    exceptions.Throttled: errors.TooManyRequests,
    RequestDataTooBig: errors.BodyTooLarge,
}


def _flat(detail: Any, pointer: str) -> Iterator[dict[str, str]]:
    """Return every error with a JSON pointer to what it is about."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            own = str(name).replace("~", "~0").replace("/", "~1")
            yield from _flat(inner, pointer if name == "non_field_errors" else f"{pointer}/{own}")
    elif isinstance(detail, list):
        for place, inner in enumerate(detail):
            yield from _flat(inner, pointer if isinstance(inner, str) else f"{pointer}/{place}")
    else:
        yield {"pointer": pointer, "code": str(getattr(detail, "code", "invalid")), "detail": str(detail)}


def _summary(found: list[dict[str, str]]) -> str:
    named = ", ".join(dict.fromkeys(one["pointer"] or _("the body") for one in found[:5]))
    return _("The request does not fit: %(named)s.") % {"named": named}
