"""How an endpoint describes itself in the OpenAPI document: scopes, headers and refusals come from its class."""

from typing import Any, cast

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import force_instance
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from o2c.kernel.api.endpoints import Endpoint
from o2c.kernel.api.serializers import Input

PROBLEM = "#/components/schemas/Problem"
EVERYWHERE = {"401": "No valid API key", "403": "The key lacks the scope", "429": "Too many requests"}


class EndpointSchema(AutoSchema):
    """Describe an `Endpoint`."""

    @property
    def endpoint(self) -> Endpoint:
        """Return the view that is described."""
        return cast("Endpoint", self.view)

    def get_auth(self) -> list[Any]:
        """Return nothing: `get_operation` says which scope is needed."""
        return []

    def _is(self, flag: str) -> bool:
        handler = getattr(self.view, self.method.lower(), None)
        return bool(getattr(handler, flag, False))

    def get_override_parameters(self) -> list[Any]:
        """Return the headers and query parameters that the class asks for."""
        parameters: list[Any] = []
        if self._is("once_only"):
            parameters.append(
                OpenApiParameter(
                    "Idempotency-Key",
                    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
                    OpenApiParameter.HEADER,
                    required=True,
                    description="A new UUID for each request, the same one for each retry.",
                )
            )
        if self._is("needs_match"):
            parameters.append(
                OpenApiParameter(
                    "If-Match",
                    str,
                    OpenApiParameter.HEADER,
                    required=True,
                    description="The ETag of the resource as you last read it.",
                )
            )
        if self.method == "GET" and self.endpoint.query is not None:
            parameters.append(self.endpoint.query)
        if self.endpoint.may_expand and self.method == "GET":
            parameters.append(
                OpenApiParameter(
                    "expand",
                    {"type": "array", "items": {"type": "string", "enum": sorted(self.endpoint.may_expand)}},
                    style="form",
                    explode=False,
                    description="What to show besides, separated by commas.",
                )
            )
        return parameters

    def is_deprecated(self) -> bool:
        """Return whether the endpoint goes away."""
        deprecated = self.endpoint.deprecated
        return deprecated is not None and deprecated.concerns(self.method)

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        """Say of a shape what else holds: nothing unknown comes in, and what may be missing is not required."""
        shape = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        serializer = force_instance(serializer)  # type: ignore[no-untyped-call]
        if isinstance(serializer, Input):
            shape["additionalProperties"] = False
        required = [name for name in shape.get("required", []) if not may_be_missing(serializer.fields[name])]
        shape["required"] = required
        return shape if required else {name: it for name, it in shape.items() if name != "required"}

    def _map_serializer_field(self, field: Any, direction: Any, bypass_extensions: Any = False) -> Any:  # noqa: FBT002
        """Say of a list what else holds: how many it has at least."""
        schema = super()._map_serializer_field(field, direction, bypass_extensions)  # type: ignore[no-untyped-call]
        if isinstance(field, serializers.ListField) and not field.allow_empty and schema is not None:
            schema["minItems"] = 1
        return schema

    def get_tags(self) -> list[str]:
        """Group by the first part of the address."""
        return [self.path.removeprefix("/api/v1/").split("/")[0]]

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        """Return the operation with its scope and what it refuses."""
        operation = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        scope = self.endpoint.scopes.get(self.method)
        if scope is None:
            operation["security"] = []
            return operation
        operation["security"] = [{"apiKey": []}]
        operation["x-required-scope"] = scope
        for status, text in self._refusals().items():
            operation["responses"].setdefault(
                status,
                {
                    "description": text,
                    "content": {"application/problem+json": {"schema": {"$ref": PROBLEM}}},
                },
            )
        return operation

    def _refusals(self) -> dict[str, str]:
        found = dict(EVERYWHERE)
        if "{" in self.path:
            found["404"] = "There is no such resource for this key"
        elif self.method != "GET":
            found["404"] = "What the body names is not there for this key"
        if self.method != "GET" or self.endpoint.query is not None or self.endpoint.may_expand:
            found["400"] = "The request does not have the right shape"
        if self.method != "GET":
            found |= {
                "409": "The state of the books forbids it, or the same request is in progress",
                "413": "The body is too large",
                "415": "The body is not JSON",
                "422": "A business rule forbids it, or the Idempotency-Key came with another request",
            }
        if self._is("needs_match"):
            found |= {"412": "The resource has changed since", "428": "If-Match is missing"}
        return found | dict(self.endpoint.refuses)


def may_be_missing(field: Any) -> bool:
    """Say whether what goes out may lack a field: it was declared so, which its being read-only hides."""
    return getattr(field, "may_be_missing", False) or field._kwargs.get("required") is False


PROBLEM_SCHEMA = {
    "type": "object",
    "description": "RFC 9457, with a stable code, what to do next, and what is wrong where.",
    "required": [
        "type",
        "title",
        "status",
        "detail",
        "instance",
        "code",
        "next_step",
        "request_id",
        "errors",
    ],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "code": {"type": "string"},
        "next_step": {"type": "string"},
        "request_id": {"type": "string"},
        "details": {"type": "object", "additionalProperties": True},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {"type": "string"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                    "who": {"type": "string"},
                },
            },
        },
    },
}


def with_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add the problem's shape and the way keys are sent; drf-spectacular calls this last."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
    components["securitySchemes"] = {
        "apiKey": {"type": "http", "scheme": "bearer", "description": "`Authorization: Bearer sk_live_…`"}
    }
    return result
