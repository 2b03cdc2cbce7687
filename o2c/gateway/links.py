"""How one answer leads to the next call: OpenAPI links, and the headers that answers carry.

A link says which operation the id in an answer opens, and with which ETag; documentation shows it, and programs
that walk the document (generated clients, schemathesis) follow it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

METHODS = ("get", "post", "patch", "put", "delete")
ONE, FIRST = "$response.body#/{member}", "$response.body#/data/0/{member}"
LIST = "List"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What is known by the path *parameter*: the *shapes* that carry its id in their *member*.

    *has_etag* and *has_address* say what its answers have in their headers.
    """

    parameter: str
    shapes: tuple[str, ...]
    has_etag: bool = False
    has_address: bool = True
    member: str = "id"


RESOURCES = [
    Resource(parameter="order_id", shapes=("OrderOut",), has_etag=True),
    Resource(parameter="quote_id", shapes=("QuoteOut",), has_etag=True),
    Resource(
        parameter="endpoint_id",
        shapes=("WebhookEndpointOut", "WebhookEndpointWithSecretOut"),
        has_etag=True,
    ),
    Resource(parameter="customer_id", shapes=("CustomerOut",)),
    Resource(parameter="shipment_id", shapes=("ShipmentOut", "ShipmentDetailOut")),
    Resource(parameter="return_id", shapes=("ReturnOut",)),
    Resource(parameter="invoice_id", shapes=("InvoiceOut",)),
    Resource(parameter="credit_note_id", shapes=("CreditNoteOut",)),
    Resource(parameter="payment_id", shapes=("PaymentOut",)),
    Resource(parameter="event_id", shapes=("EventOut",)),
    Resource(parameter="job_id", shapes=("JobOut",)),
    Resource(parameter="sku", shapes=("ProductOut",), member="sku"),
    Resource(parameter="number", shapes=("JournalEntryOut",), member="number"),
    Resource(parameter="token", shapes=("CartOut",), member="token", has_address=False),
]

# What an answer is good for besides its own address: (shape, operation, body). A link's body is merged into
# the rest, which is the caller's.
ONWARD: list[tuple[str, str, dict[str, str]]] = [
    ("CartOut", "placeOrder", {"cart": "$response.body#/token"}),
    ("CustomerList", "previewOrder", {"customer": "$response.body#/data/0/id"}),
    ("CustomerList", "quoteOrder", {"customer": "$response.body#/data/0/id"}),
    ("CustomerList", "placeOrder", {"customer": "$response.body#/data/0/id"}),
    ("OrderOut", "simulate", {"order": "$response.body#/id"}),
    ("OrderOut", "recordPayment", {"order": "$response.body#/id", "customer": "$response.body#/customer"}),
    ("ShipmentDetailOut", "requestReturn", {"shipment": "$response.body#/id"}),
]


def with_links(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add links and headers to every success; drf-spectacular calls this after all is described."""
    components = result["components"]
    components["links"], components["headers"] = {}, HEADERS
    every = [one for item in result["paths"].values() for name, one in item.items() if name in METHODS]
    for operation in every:
        for status, response in operation["responses"].items():
            if status.startswith("2"):
                _add_links(response, every, components["links"])
            if headers := list(_headers(operation, status, response)):
                response["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in headers}
    components["links"] = dict(sorted(components["links"].items()))
    return result


def _shape(response: dict[str, Any]) -> str:
    """Return the name of the component that an answer in JSON has; empty if it has none."""
    schema = response.get("content", {}).get("application/json", {}).get("schema", {})
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _resource(shape: str) -> tuple[Resource, bool] | None:
    """Return whose ids a shape carries, and whether it is a list of them."""
    single = f"{shape.removesuffix(LIST)}Out" if shape.endswith(LIST) else shape
    found = next((one for one in RESOURCES if single in one.shapes), None)
    return None if found is None else (found, shape != single)


def _add_links(response: dict[str, Any], every: list[dict[str, Any]], shared: dict[str, Any]) -> None:
    shape = _shape(response)
    links: dict[str, dict[str, Any]] = {}
    if found := _resource(shape):
        resource, is_list = found
        for target in every:
            parameters = _parameters(target, resource, is_list=is_list)
            if parameters:
                operation_id = target["operationId"]
                name = f"{operation_id}OfFirst" if is_list else f"{operation_id}By{resource.member.title()}"
                links[name] = {"operationId": operation_id, "parameters": parameters}
    for of, operation_id, body in ONWARD:
        if of == shape:
            links[f"{operation_id}For{of}"] = {"operationId": operation_id, "requestBody": body}
    shared |= links
    if links:
        response["links"] = {name: {"$ref": f"#/components/links/{name}"} for name in links}


def _parameters(target: dict[str, Any], resource: Resource, *, is_list: bool) -> dict[str, str]:
    """Return where the parameters of an operation on a resource come from; nothing if it is on another one."""
    declared = {(one["in"], one["name"]) for one in target.get("parameters", [])}
    if ("path", resource.parameter) not in declared:
        return {}
    needs_match = ("header", "If-Match") in declared
    if needs_match and (is_list or not resource.has_etag):
        return {}  # a list tells no versions: read the row first
    source = (FIRST if is_list else ONE).format(member=resource.member)
    parameters = {f"path.{resource.parameter}": source}
    return parameters | ({"header.If-Match": "$response.header.ETag"} if needs_match else {})


def _headers(operation: dict[str, Any], status: str, response: dict[str, Any]) -> Iterator[str]:
    """Return what an answer of this status carries in its headers."""
    if operation["security"]:
        if status.startswith("2"):
            yield from ("Request-Id", "RateLimit", "RateLimit-Policy", "Api-Version")
        if status == "429":
            yield "Retry-After"
    if not status.startswith("2"):
        return
    found = _resource(_shape(response))
    if "application/pdf" in response.get("content", {}) or (found and found[0].has_etag and not found[1]):
        yield "ETag"
    if status in {"201", "202"} and found and found[0].has_address:
        yield "Location"
    if any(one["name"] == "Idempotency-Key" for one in operation.get("parameters", [])):
        yield "Idempotency-Replayed"


def _header(description: str, example: str, *, required: bool = True) -> dict[str, Any]:
    return {
        "description": description,
        "required": required,
        "schema": {"type": "string"},
        "example": example,
    }


HEADERS = {
    "Api-Version": _header("The dated shape that the key was issued for.", "2026-11-20"),
    "ETag": _header("The version; send it as If-Match to change or act.", '"2.confirmed"'),
    "Idempotency-Replayed": _header(
        "`true`: this is the stored answer of the first attempt.", "true", required=False
    ),
    "Location": _header("Where it is from now on.", "/api/v1/orders/ord_0198f2c47d5e7a3c9b1d2e3f4a5b6c7d"),
    "RateLimit": _header("What is left of the minute, and for how many seconds.", '"minute";r=598;t=31'),
    "RateLimit-Policy": _header("How often the key may ask.", '"minute";q=600;w=60'),
    "Request-Id": _header("What to quote when you ask us.", "0b6f2a9c3d5e4f708192a3b4c5d6e7f8"),
    "Retry-After": _header("Seconds to wait.", "17"),
}
