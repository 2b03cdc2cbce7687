"""The OpenAPI document as a whole: its guide, its examples, and itself, made once for each process."""

from functools import cache
from pathlib import Path
from typing import Any, cast

from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer

GUIDE = Path(__file__).with_name("guide.md")

# What a developer tries first. Requests by operation; tests send them as they are.
EXAMPLES: dict[str, dict[str, Any]] = {
    "placeOrder": {
        "summary": "Two lanterns, paid on account",
        "value": {
            "customer": "cus_0198f2c47d5e7a3c9b1d2e3f4a5b6c7d",
            "external_id": "cart-4711",
            "po_number": "PO 7",
            "lines": [{"sku": "LANTERN-S", "quantity": "2"}],
        },
    },
}


def with_guide(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add the guide, titles and the examples; drf-spectacular calls this last."""
    result["info"]["description"] = GUIDE.read_text()
    for item in result["paths"].values():
        for operation in item.values():
            operation.setdefault(
                "summary", operation["description"].split("\n")[0].partition(":")[0].rstrip(".")
            )
            example = EXAMPLES.get(operation["operationId"])
            if example:
                content = operation["requestBody"]["content"]["application/json"]
                content["examples"] = {"usual": example}
    return result


@cache
def _document() -> dict[str, Any]:
    with translation.override("en"):
        return cast("dict[str, Any]", SchemaGenerator().get_schema(request=None, public=True))  # type: ignore[no-untyped-call]


@cache
def as_yaml() -> bytes:
    """Return the document, as openapi.yaml has it."""
    return cast("bytes", OpenApiYamlRenderer().render(_document(), renderer_context={}))  # type: ignore[no-untyped-call]


@cache
def as_json() -> bytes:
    """Return the same in JSON."""
    return OpenApiJsonRenderer().render(_document(), renderer_context={})
