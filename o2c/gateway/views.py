"""The pages about the API, for people and their tools; they need no key and nothing from elsewhere."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from o2c.gateway import openapi
from o2c.gateway.catalogue import refusals
from o2c.kernel.api import problems
from o2c.kernel.api.errors import AddressUnknown, MethodNotOffered

YAML, JSON = "application/yaml", "application/json"


@method_decorator([login_not_required, csrf_exempt], name="dispatch")
class OpenPage(View):
    """A page that everybody may read."""

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse every other method as the API does."""
        refusal = MethodNotOffered(_("This page has no %(method)s.") % {"method": request.method})
        response = problems.problem(refusal, request=request)
        response["Allow"] = "GET, HEAD, OPTIONS"
        return response


class StartView(OpenPage):
    """The address that people try first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Lead to the documentation."""
        return redirect("api-docs")


class DocsView(OpenPage):
    """The documentation, drawn from the OpenAPI document by Swagger UI."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it."""
        return render(request, "api/docs.html")


class SchemaView(OpenPage):
    """The OpenAPI document."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer in YAML; in JSON for whoever accepts only that, or asks ``?format=json``."""
        wants_json = request.GET.get("format") == "json" or JSON in request.headers.get("Accept", "")
        body, kind = (openapi.as_json(), JSON) if wants_json else (openapi.as_yaml(), YAML)
        response = HttpResponse(body, content_type=kind)
        response["Vary"] = "Accept"
        return response


class ProblemsView(OpenPage):
    """The catalogue of refusals."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """List every code."""
        return render(request, "api/problems.html", {"refusals": refusals().values()})


class ProblemView(OpenPage):
    """A kind of refusal."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        """Explain it.

        :raises AddressUnknown: there is none of that code.
        """
        refusal = refusals().get(code)
        if refusal is None:
            raise AddressUnknown(_("No refusal has the code “%(code)s”.") % {"code": code[:60]})
        return render(request, "api/problem.html", {"refusal": refusal})
