"""What every page knows without asking: the company, its business date, the theme and the way around."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from o2c.kernel.errors import NotSetUp
from o2c.kernel.preferences import Theme
from o2c.kernel.requests import company, today

THEMES = Theme.values
THEME_COOKIE = "theme"


@cache  # every page shows a good part of them, and where a page stands no process forgets
def address_of(url_name: str) -> str:
    """Return the address of a page that takes nothing."""
    return reverse(url_name)


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the navigation; *permission* is what it takes to see it, *key* leads there after a G."""

    group: Any
    label: Any
    url_name: str
    permission: str = ""
    query: str = ""
    key: str = ""

    @property
    def url(self) -> str:
        """Return the address."""
        return address_of(self.url_name) + (f"?{self.query}" if self.query else "")


ORDERS, WAREHOUSE, STOCK = _("Orders"), _("Warehouse"), _("Stock")
BILLING, CASH, BOOKS = _("Billing"), _("Receivables"), _("Books")
PLACES = [
    Place("", _("Home"), "home", key="h"),
    Place("", _("Your jobs"), "jobs", key="j"),
    Place(ORDERS, _("All orders"), "orders", "orders.view_order", key="o"),
    Place(ORDERS, _("Inbox"), "order-inbox", "orders.view_orderrequest", key="i"),
    Place(ORDERS, _("Quotes"), "order-quotes", "orders.view_order", key="q"),
    Place(ORDERS, _("Drafts"), "order-drafts", "orders.view_order", key="d"),
    Place(ORDERS, _("Hold desk"), "order-holds", "orders.view_order", key="l"),
    Place(ORDERS, _("Backorders"), "order-backorders", "orders.view_order", key="b"),
    Place(ORDERS, _("Customers"), "customers", "customers.view_customer", key="c"),
    Place(ORDERS, _("To ship"), "orders", "orders.view_order", "show=to-ship"),
    Place(ORDERS, _("Overdue"), "orders", "orders.view_order", "show=overdue"),
    Place(WAREHOUSE, _("To pick"), "to-pick", "fulfillment.view_shipment", key="p"),
    Place(WAREHOUSE, _("To pack"), "to-pack", "fulfillment.view_shipment"),
    Place(WAREHOUSE, _("To hand over"), "to-hand-over", "fulfillment.view_shipment"),
    Place(WAREHOUSE, _("Receive"), "stock-receive", "inventory.add_stockmove"),
    Place(WAREHOUSE, _("Count"), "stock-count", "inventory.add_stockmove"),
    Place(WAREHOUSE, _("Returns"), "returns", "fulfillment.view_return", key="r"),
    Place(WAREHOUSE, _("Services"), "to-perform", "fulfillment.view_shipment"),
    Place(WAREHOUSE, _("On the road"), "on-the-road", "fulfillment.view_shipment"),
    Place(WAREHOUSE, _("All shipments"), "shipments", "fulfillment.view_shipment", key="s"),
    Place(STOCK, _("What lies where"), "stock", "inventory.view_stocklevel", key="k"),
    Place(STOCK, _("To reorder"), "to-reorder", "inventory.view_reorderrule"),
    Place(STOCK, _("Expected"), "expected", "inventory.view_expectedreceipt"),
    Place(STOCK, _("Transfers"), "transfers", "inventory.view_transfer"),
    Place(STOCK, _("Scrap"), "stock-scrap", "inventory.add_stockmove"),
    Place(BILLING, _("To invoice"), "to-invoice", "invoicing.add_invoice", key="n"),
    Place(BILLING, _("Drafts to issue"), "drafts", "invoicing.issue_invoice"),
    Place(BILLING, _("Returns to credit"), "returns-to-credit", "invoicing.add_invoice"),
    Place(BILLING, _("Invoices"), "invoices", "invoicing.view_invoice", key="v"),
    Place(CASH, _("Record a payment"), "payment-new", "receivables.record_payment"),
    Place(CASH, _("Payments to allocate"), "payments-to-allocate", "receivables.allocate", key="a"),
    Place(CASH, _("Payments"), "payments", "ledger.view_account", key="m"),
    Place(CASH, _("Open items"), "open-items", "ledger.view_account", key="u"),
    Place(CASH, _("Overdue by customer"), "overdue-customers", "ledger.view_account"),
    Place(CASH, _("Ageing"), "ageing", "ledger.view_account", key="e"),
    Place(BOOKS, _("Trial balance"), "trial-balance", "ledger.view_account", key="t"),
    Place(BOOKS, _("Audit trail"), "audit-trail", "kernel.view_auditentry"),
]


# Whoever may do this works in the group: it comes first for them, where a phone shows it without scrolling.
WORKED_ON_WITH = {
    ORDERS: "orders.add_order",
    WAREHOUSE: "fulfillment.pick_shipment",
    STOCK: "inventory.add_stockmove",
    BILLING: "invoicing.add_invoice",
    CASH: "receivables.allocate",
}


@dataclass(frozen=True, slots=True)
class Link:
    """A place of the navigation as one request sees it."""

    group: Any
    label: Any
    url: str
    is_here: bool
    key: str = ""


def navigation(request: HttpRequest) -> list[Link]:
    """Return the places that this person may go to, their own work first; the one they are at is marked."""
    seen = [place for place in PLACES if not place.permission or request.user.has_perm(place.permission)]
    here = _here(request, seen)
    links = [Link(place.group, place.label, place.url, place is here, place.key) for place in seen]
    if request.user.is_staff:
        links.append(Link(BOOKS, _("Finance console"), reverse("admin:index"), is_here=False))
    own = {group for group, needed in WORKED_ON_WITH.items() if request.user.has_perm(needed)}
    return sorted(links, key=lambda link: 0 if not link.group else 1 if link.group in own else 2)


def key_places(links: list[Link]) -> str:
    """Return where the keys after a G lead the person who sees these *links*, for `keys.js`."""
    return json.dumps({link.key: link.url for link in links if link.key})


def _here(request: HttpRequest, places: list[Place]) -> Place | None:
    """Return the place that a request is at, or else the nearest one above it."""
    shown = f"show={request.GET['show']}" if "show" in request.GET else ""
    above = []
    for place in places:
        path, _sep, query = place.url.partition("?")
        if request.path == path and shown == query:
            return place
        if path != "/" and not query and request.path.startswith(path):
            above.append((len(path), place))
    return max(above, key=lambda found: found[0])[1] if above else None


def theme(request: HttpRequest) -> str:
    """Return the theme that the person chose, on their account or in this browser, or that of their system."""
    if request.user.is_authenticated:
        return request.user.theme
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else THEMES[0]


def site(request: HttpRequest) -> dict[str, Any]:
    """Give templates the company, the business date, the theme, the navigation and the layout."""
    try:
        known: dict[str, Any] = {"company": company(request), "today": today(request)}
    except NotSetUp:
        known = {"company": None, "today": None}
    signed_in = request.user.is_authenticated
    links: Any = SimpleLazyObject(lambda: navigation(request))
    return {
        **known,
        "theme": theme(request),
        "navigation": links,
        "key_places": SimpleLazyObject(lambda: key_places(links)),
        "layout": "base.html" if signed_in else "outside.html",
    }
