"""Every operation of the API, as its OpenAPI document tells it, with a call of each that succeeds.

Whoever adds an endpoint adds its example here: an id for each new path parameter in `IDS`, a body in
`BODIES`, and a query in `QUERIES` where a parameter is required. The walks do the rest.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import transaction

from customers.models import Customer
from fulfillment import services as fulfillment
from invoicing import services as invoicing
from ledger import services as journal
from ledger.models import JournalEntry
from o2c.gateway import openapi, services as gateway
from o2c.gateway.models import Shop, WebhookEndpoint
from o2c.kernel import public_ids
from o2c.kernel.models import Event, Job
from orders import services as orders
from tests.shops import NINE, Caller, shop_in
from tests.world import World

HERE = "tests/api/walk.py"
ID = re.compile(r"([a-z]{3})_[0-9a-f]{32}")
NEVER = "0198f2c47d5e7a3c9b1d2e3f4a5b6c7d"  # an id that no row has


@dataclass(frozen=True)
class Operation:
    """A method of an address."""

    name: str
    method: str
    path: str
    scope: str | None
    spec: dict[str, Any] = field(repr=False)

    def __str__(self) -> str:
        return self.name

    @property
    def path_parameters(self) -> list[str]:
        return re.findall(r"{(\w+)}", self.path)

    @property
    def query_parameters(self) -> list[dict[str, Any]]:
        return [one for one in self.spec.get("parameters", []) if one["in"] == "query"]

    @property
    def headers(self) -> set[str]:
        return {one["name"] for one in self.spec.get("parameters", []) if one["in"] == "header"}

    @property
    def body_schema(self) -> dict[str, Any] | None:
        content = self.spec.get("requestBody", {}).get("content", {})
        return content["application/json"]["schema"] if content else None

    @property
    def succeeds(self) -> set[int]:
        return {int(status) for status in self.spec["responses"] if status.startswith("2")}

    @property
    def is_list(self) -> bool:
        names = {one["name"] for one in self.query_parameters}
        return self.method == "GET" and "limit" in names


def operations() -> list[Operation]:
    """Every operation in the document, which tells of every address (`test_contract`)."""
    return [
        Operation(spec["operationId"], method.upper(), path, spec.get("x-required-scope"), spec)
        for path, item in openapi._document()["paths"].items()
        for method, spec in item.items()
        if method != "parameters"
    ]


# The sandbox's own operations need a test key: `tests/api/test_sandbox.py` calls them.
IN_SANDBOX = [operation for operation in operations() if operation.path.startswith("/api/v1/sandbox")]
KEYED = [operation for operation in operations() if operation.scope and operation not in IN_SANDBOX]


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema, or the component that it refers to."""
    for inner in [schema, *schema.get("allOf", []), *schema.get("oneOf", []), *schema.get("anyOf", [])]:
        if "$ref" in inner:
            return openapi._document()["components"]["schemas"][inner["$ref"].rpartition("/")[2]]
    return schema


@dataclass
class Party:
    """A customer with one document of each kind, by the names of path parameters and members."""

    customer: Customer
    found: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        if name not in self.found:
            raise AssertionError(
                f"Say in Party of {HERE} what “{name}” is: the walks need an example of each."
            )
        return self.found[name]


def party(world: World, shop: Shop | None = None) -> Party:
    """A customer who has been through the whole cycle, and a webhook of the *shop* for them, or of a new one."""
    product, customer = world.product(stock="100"), world.customer()
    by: dict[str, Any] = {"on": world.on, "actor": world.system}
    quote = orders.quote_order(
        order=world.wanted(customer, (product, "5")),
        valid_until=world.on + timedelta(days=14),
        actor=world.system,
    )
    confirmed = world.order(customer, (product, "5"), po_number=f"PO {product.sku}")
    draft_order = orders.create_order(
        order=world.wanted(customer, (product, "7"), channel="phone"), actor=world.system
    )
    shipment = world.ship(world.order(customer, (product, "5")))
    invoice = world.invoice(shipment)
    back = fulfillment.authorise_return(
        shipment_id=shipment.pk,
        lines={line.pk: Decimal(2) for line in shipment.lines.all()},
        reason="defective",
        valid_until=world.on + timedelta(days=14),
        **by,
    )
    draft = invoicing.draft_credit_note(
        company=world.company,
        customer_id=customer.pk,
        lines=[invoicing.CreditLineInput(sku=product.sku, quantity=Decimal(1), unit_price=Decimal(2))],
        reason="damaged",
        **by,
    )
    credit_note = invoicing.issue_invoice(invoice_id=draft.pk, **by)
    for document in (invoice, credit_note):
        invoicing.store_printed(invoice_id=document.pk, content=b"%PDF-1.7", **by)
    payment = world.pay(invoice, "10.00")
    of_shop = shop or shop_in(world)
    job = Job.objects.create(owner=of_shop.account, kind=Job.Kind.CLOCK, total=3)
    one = Party(customer)
    for name, prefix, row in [
        ("customer_id", "cus", customer),
        ("order_id", "ord", confirmed),
        ("draft_id", "ord", draft_order),
        ("quote_id", "ord", quote),
        ("shipment_id", "shp", shipment),
        ("return_id", "ret", back),
        ("invoice_id", "inv", invoice),
        ("credit_note_id", "crn", credit_note),
        ("payment_id", "pay", payment),
        ("job_id", "job", job),
    ]:
        row.refresh_from_db(fields=["public_id"])
        one.found[name] = public_ids.written(prefix, row.public_id)
    webhook = gateway.create_webhook(
        shop_id=of_shop.pk,
        customer_id=customer.pk,
        url="https://shop.example/",
        at=NINE,
        actor=world.system,
    )
    WebhookEndpoint.objects.filter(pk=webhook.pk).update(
        url="https://127.0.0.1/"
    )  # is tried, and called never
    event = Event.objects.filter(kind="order.confirmed", customer_id=customer.pk).earliest("pk")
    one.found["endpoint_id"] = public_ids.written("whe", webhook.public_id)
    one.found["event_id"] = public_ids.written("evt", event.public_id)
    journal.seal_entries(company_id=world.company.pk)
    one.found["entry_number"] = str(JournalEntry.objects.exclude(number=None).latest("number").number)
    one.found["sku"] = product.sku
    one.found["token"] = world.hold(product, "1", at=NINE + timedelta(hours=3)).token
    one.found["number"] = confirmed.number
    one.found["po_number"] = confirmed.po_number
    return one


# ---- examples: what a call of each operation sends, for a party

ADDRESS = {
    "name": "Ada",
    "street": "1 Low Street",
    "postal_code": "E1 6AN",
    "city": "London",
    "country": "GB",
}


def preview_of(one: Party) -> dict[str, Any]:
    """What an order for two pieces would be."""
    return {
        "customer": one["customer_id"],
        "po_number": "PO 7",
        "requested_on": None,
        "delivery_address": ADDRESS,
        "lines": [{"sku": one["sku"], "quantity": "2"}],
    }


def order_of(one: Party) -> dict[str, Any]:
    """An order for two pieces."""
    return preview_of(one) | {"external_id": None}


def payment_of(one: Party) -> dict[str, Any]:
    """Money of which a part is for the party's invoice."""
    return {
        "customer": one["customer_id"],
        "amount": {"amount": "12.00", "currency": "GBP"},
        "received_on": "2026-11-20",
        "provider": "adyen",
        "provider_reference": f"psp-{one['sku']}",
        "invoices": [{"invoice": one["invoice_id"], "amount": "4.00"}],
    }


WEBHOOK = {"url": "https://shop.example/hook", "types": ["order.held"], "description": "Main"}
BODIES: dict[str, Callable[[Party], Any]] = {
    "placeOrder": order_of,
    "previewOrder": preview_of,
    "quoteOrder": lambda one: preview_of(one) | {"external_id": "cart-1", "valid_until": "2026-12-20"},
    "acceptQuote": lambda one: {"po_number": "PO 7"},
    "declineQuote": lambda one: {"code": "price", "reason": "Too dear"},
    "amendOrder": lambda one: {
        "reason": "The customer called",
        "po_number": "PO 8",
        "delivery_address": ADDRESS,
        "lines": {
            "change": [{"position": 1, "quantity": "3"}],
            "add": [{"sku": one["sku"], "quantity": "1"}],
            "remove": [],
        },
    },
    "cancelOrder": lambda one: {"reason": "Too many", "lines": [{"position": 1, "quantity": "1"}]},
    "confirmOrder": lambda one: {},
    "requestReturn": lambda one: {
        "shipment": one["shipment_id"],
        "reason": "defective",
        "note": "It flickers",
        "lines": [{"position": 1, "quantity": "1"}],
    },
    "recordPayment": payment_of,
    "createWebhookEndpoint": lambda one: WEBHOOK,
    "changeWebhookEndpoint": lambda one: WEBHOOK | {"active": True},
    "rotateWebhookSecret": lambda one: {},
    "testWebhookEndpoint": lambda one: {},
    "redeliverEvent": lambda one: {"endpoint": one["endpoint_id"]},
    "moveClock": lambda one: {"advance_days": 1},
    "simulate": lambda one: {"order": one["order_id"], "do": "ship"},
    "holdCart": lambda one: {"lines": [{"sku": one["sku"], "quantity": "1"}]},
}
QUERIES: dict[str, Callable[[Party], str]] = {
    "getPrices": lambda one: f"customer={one['customer_id']}&sku={one['sku']}",
    "getAvailability": lambda one: f"sku={one['sku']}",
    "getStatement": lambda one: "from=2026-11-01&to=2026-11-30",
}
# What belongs to no customer: products are for sale to all, carts are known by a token that nobody can guess,
# and the journal is for keys that may see every customer.
OF_NOBODY = {"sku", "token", "entry_number"}


@dataclass(frozen=True)
class Call:
    """What is sent."""

    operation: Operation
    path: str
    body: Any = None
    query: str = ""

    def by(self, caller: Caller, **headers: str) -> Any:
        """Send it; a version that must be named is any."""
        if "If-Match" in self.operation.headers:
            headers.setdefault("If_Match", "*")
        return caller(
            self.operation.method, self.path + (f"?{self.query}" if self.query else ""), self.body, **headers
        )


def undone(sent: Call, caller: Caller) -> Any:
    """The answer to a call whose effect is taken back."""
    with transaction.atomic():
        answer = sent.by(caller)
        transaction.set_rollback(True)
    return answer


def call(operation: Operation, one: Party, **changed: Any) -> Call:
    """A call of *operation* about the documents of a party; *changed* names other body or query."""
    path = operation.path
    for name in operation.path_parameters:
        path = path.replace(f"{{{name}}}", own_id(operation, name, one))
    body = query = None
    if operation.body_schema is not None:
        if operation.name not in BODIES:
            raise AssertionError(f"Add a body for {operation.name} to BODIES of {HERE}.")
        body = BODIES[operation.name](one)
    if operation.name in QUERIES:
        query = QUERIES[operation.name](one)
    return Call(operation, path, **({"body": body, "query": query or ""} | changed))


def fullest(operation: Operation, one: Party) -> Call:
    """The same call with everything expanded."""
    plain = call(operation, one)
    expand = next((one for one in operation.query_parameters if one["name"] == "expand"), None)
    if expand is None:
        return plain
    return replace(
        plain, query=f"{plain.query}&expand={','.join(expand['schema']['items']['enum'])}".strip("&")
    )


def meant(operation: Operation, name: str) -> str:
    """What of a party a path parameter of an operation means."""
    return PARTICULAR.get((operation.name, name), name)


def own_id(operation: Operation, name: str, one: Party) -> str:
    """A party's id for a path parameter."""
    return one[meant(operation, name)]


# Where an operation wants its row in another state than the usual.
PARTICULAR: dict[tuple[str, str], str] = {
    ("confirmOrder", "order_id"): "draft_id",
    ("getJournalEntry", "number"): "entry_number",
}


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every value in a body that is no container, with the path to it."""
    inside = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    )
    if inside is None:
        yield path, value
        return
    for name, inner in inside:
        yield from leaves(inner, (*path, name))


def objects(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to every object in a body, itself included."""
    if isinstance(value, dict):
        yield path
    for name, inner in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        yield from objects(inner, (*path, name))


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """A copy of a body with another value at a path."""
    copy = json.loads(json.dumps(value))
    if not path:
        return new
    inner = copy
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = new
    return copy


def at(value: Any, path: tuple[Any, ...]) -> Any:
    """What is at a path of a body."""
    for step in path:
        value = value[step]
    return value


def schema_at(operation: Operation, path: tuple[Any, ...]) -> dict[str, Any]:
    """The schema of what is at a path of an operation's body."""
    schema = resolved(operation.body_schema or {})
    for step in path:
        schema = resolved(schema["items"] if isinstance(step, int) else schema["properties"][step])
    return schema


def model_fields() -> set[str]:
    """The name of every field of every model, and of its column."""
    fields = [field for model in apps.get_models() for field in model._meta.get_fields()]
    return {field.name for field in fields} | {getattr(field, "attname", field.name) for field in fields}


def said(answer: Any) -> tuple[int, Any]:
    """Status and body of an answer without what names the request: its id, its address, and ids that it told."""
    if not answer.content or "json" not in answer.get("Content-Type", ""):
        return answer.status_code, answer.content
    body = answer.json()
    if isinstance(body, dict):
        body = {name: value for name, value in body.items() if name not in {"request_id", "instance"}}
    return answer.status_code, json.loads(ID.sub(r"\1_…", json.dumps(body)))
