"""Every page that the site has for people, found in its addresses, each with an example from the company's data."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from catalog.models import Product
from customers.models import Customer
from fulfillment.models import Package, Return, Shipment
from inventory.models import StockLevel, Transfer, Warehouse
from invoicing.models import Invoice
from ledger.models import Account, JournalEntry
from o2c.kernel.models import User
from orders.models import Order
from receivables.models import Payment

# For programs; the console, of which console.py has the pages; and before the sign-in, where OUTSIDE looks.
ELSEWHERE = ("api/v1/", "admin/", "sign-in/", "^sign-in/", "sign-out/")
# Addresses that show no page of their own, and why.
NO_PAGE = {
    "healthz": "for machines",
    "theme": "a button",
    "language": "a button",
    "keys": "a button",
    "order-dismiss": "a button",
    "invoice-pdf": "a PDF",
    "shipping-label": "a PDF",
    "api-start": "for programs",
    "api-schema": "for programs",
    "api-docs": "Redoc's own page",
}
# Pages for whom nobody has signed in.
OUTSIDE = (
    "/sign-in/",
    "/sign-in/?next=/orders/",
    "/sign-in/forgotten/",
    "/sign-in/forgotten/sent/",
    "/sign-in/closed/",
)
# What stands in an address, by its first word and the name of the gap.
GAPS: dict[tuple[str, str], tuple[type[Model], str, Mapping[str, Any]]] = {
    ("orders", "number"): (Order, "number", {}),
    ("customers", "number"): (Customer, "number", {}),
    ("shipments", "number"): (Shipment, "number", {}),
    ("shipments", "shipment_id"): (Shipment, "pk", {}),
    ("shipments", "package_id"): (Package, "pk", {}),
    ("returns", "number"): (Return, "number", {}),
    ("products", "sku"): (Product, "sku", {}),
    ("invoices", "invoice_id"): (Invoice, "pk", {}),
    ("invoices", "number"): (Invoice, "number", {}),
    ("invoices", "name"): (Invoice, "number", {}),
    ("payments", "number"): (Payment, "number", {}),
    ("credits", "number"): (Invoice, "number", {"kind": "credit_note"}),
    ("ledger", "account_id"): (Account, "pk", {"code__in": ["1200", "4000"]}),
    ("ledger", "entry_id"): (JournalEntry, "pk", {}),
    ("stock", "warehouse_id"): (Warehouse, "pk", {}),
    ("stock", "product_id"): (Product, "pk", {"kind": "goods"}),
    ("stock", "level_id"): (StockLevel, "pk", {}),
    ("stock", "number"): (Transfer, "number", {}),
}


WORDS: dict[tuple[str, str], list[Any]] = {("api", "code"): ["credit-refused"]}
# Which row to show, where the newest has little to say.
BEST: dict[str, Mapping[str, Any]] = {
    "order": {"customer__external_id": "demo-harbour", "lines__product__sku": "ACC-001"},
    "order-amend": {"state": "confirmed"},
    "order-release": {"state": "on_hold"},
    "order-second": {"state": "on_hold"},
    "order-cancel": {"state": "confirmed"},
    "order-print": {"state": "confirmed"},
    "order-revise": {"state": "quoted"},
    "quote-accept": {"state": "quoted"},
    "quote-lose": {"state": "quoted"},
    "shipment": {"state": "delivered"},
    "shipment-pick": {"state": "picking"},
    "shipment-picked": {"state": "picking"},
    "shipment-ship": {"state": "packed"},
    "shipment-deliver": {"state": "posted"},
    "return-authorise": {"state": "delivered"},
    "return": {"state": "received"},
    "return-inspect": {"state": "received"},
    "return-receive": {"state": "authorised"},
    "customer": {"external_id": "demo-brass"},
    "customer-limit": {"external_id": "demo-brass"},
    "customer-addresses": {"external_id": "demo-brass"},
    "customer-contacts": {"external_id": "demo-brass"},
    "statement": {"external_id": "demo-brass"},
    "product": {"sku": "LAN-003"},
    "invoice-issue": {"state": "draft"},
    "invoice-discard": {"state": "draft"},
    "reorder-rule": {"sku": "LAN-006"},
}
# Which the demo company has no row for: the walks come by, and look.
WALKED = {"order-second", "credit", "return-credit", "shipment-pack"}
# Which the demo company has no row for either; tests/web asks for them.
UNUSED = {"quote-renew", "session-end", "file", "job", "job-file", "job-again"}
UNUSED |= {"note-write", "note-reword", "note-withdraw", "file-attach", "file-withdraw"}
# Which ask once more who somebody is before they show anything: see tests/web/test_sign_in.py.
PROVING = ("mfa_", "account_")
# What must be asked for besides.
QUERIES: dict[str, Callable[[], str]] = {
    "ageing-items": lambda: "?bucket=days_31_to_60",
    "pick-sheet": lambda: "?" + urlencode({"id": _ids(Shipment.objects.filter(state="planned"))}, doseq=True),
}


ALL = slice(None)


@dataclass(frozen=True, slots=True)
class Page:
    """A page: the name of its address, and an example."""

    name: str
    path: str


def pages(user: User, *, share: slice = ALL) -> tuple[list[Page], list[str]]:
    """The pages, as *user* gets them, and the names of those that no row of the company has; or a *share* of them."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    found, missing = [], []
    for route, pattern in list(_with_pages())[share]:
        name = str(pattern.name)
        answer = _first(client, route, pattern)
        if answer is None and not name.startswith(PROVING):
            missing.append(name)
        elif answer:
            found.append(Page(name, answer))
    return found, missing


def _first(client: Client, route: str, pattern: URLPattern) -> str | None:
    """The first example that is answered with a page; empty when it is no page at all, None when there is none."""
    word = route.lstrip("^").split("/")[0]
    names = list(pattern.pattern.converters) or list(pattern.pattern.regex.groupindex)
    if any((word, gap) not in {**GAPS, **WORDS} for gap in names):
        return None
    for values in product(*(_values(word, gap, str(pattern.name)) for gap in names)):
        path = reverse(str(pattern.name), kwargs=dict(zip(names, values, strict=True)))
        path += QUERIES.get(str(pattern.name), str)()
        answer = client.get(path, headers={"Accept": "text/html"})
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            return path if b"<html" in answer.content else ""
        if answer.status_code == 405 or answer.status_code == 200:
            return ""
    return None


def _values(word: str, gap: str, name: str) -> list[Any]:
    """What may stand in the gap, the best example first, then the newest."""
    if (word, gap) in WORDS:
        return WORDS[word, gap]
    model, column, only = GAPS[word, gap]
    rows: QuerySet[Any] = model._default_manager.filter(**only).exclude(**{column: None}).order_by("-pk")
    best: Mapping[str, Any] = BEST.get(name, {})
    fits = [] if any(not hasattr(model, key.split("__")[0]) for key in best) else rows.filter(**best)
    found = [*(row for row in fits), *rows[:60]] if best else rows[:60]
    return [getattr(row, column) for row in found]


def _with_pages() -> Iterator[tuple[str, URLPattern]]:
    for route, pattern in _routes(get_resolver()):
        if not (route.startswith(ELSEWHERE) or pattern.name in NO_PAGE or pattern.name is None):
            yield route, pattern


def _routes(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if not route.startswith(ELSEWHERE):
                yield from _routes(pattern, route)
        else:
            yield route, pattern


def _ids(rows: QuerySet[Any]) -> list[int]:
    return list(rows.values_list("pk", flat=True))
