"""The console's navigation, by task; each reader sees what their role may see."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from o2c.console import approvals


@dataclass(frozen=True, slots=True)
class Entry:
    """A place: its name, the name of its address, its icon, and the rights of which one opens it."""

    label: Any
    url_name: str
    icon: str
    rights: tuple[str, ...] = ()


def _list(label: Any, model: str, icon: str) -> Entry:
    """Return the place of a model's list, such as ``ledger.period``."""
    app, name = model.split(".")
    return Entry(label, f"admin:{app}_{name}_changelist", icon, (f"{app}.view_{name}",))


APPROVE = ("credit.view_limitrequest", "orders.view_release")

GROUPS: list[tuple[Any, list[Entry]]] = [
    (
        "",
        [
            Entry(_("Today"), "admin:index", "today"),
            Entry(_("Approvals"), "console-approvals", "approval", APPROVE),
            Entry(_("To the desks"), "home", "arrow_back"),
        ],
    ),
    (
        _("Credit"),
        [
            _list(_("Credit accounts"), "credit.creditaccount", "account_balance_wallet"),
            _list(_("Limit requests"), "credit.limitrequest", "trending_up"),
            _list(_("Releases"), "orders.release", "lock_open"),
            _list(_("Credit policies"), "credit.creditpolicy", "policy"),
            _list(_("Order policies"), "orders.orderpolicy", "rule"),
            _list(_("Credit decisions"), "credit.decision", "gavel"),
            _list(_("Commitments"), "credit.commitment", "pending_actions"),
            _list(_("Bureau reports"), "credit.creditreport", "description"),
        ],
    ),
    (
        _("Prices and taxes"),
        [
            _list(_("Products"), "catalog.product", "inventory_2"),
            _list(_("Price lists"), "catalog.pricelist", "list_alt"),
            _list(_("Prices"), "catalog.price", "sell"),
            _list(_("Order discounts"), "catalog.orderdiscount", "percent"),
            _list(_("Tax categories"), "catalog.taxcategory", "category"),
            _list(_("Tax regions"), "catalog.taxregion", "public"),
            _list(_("Tax rates"), "catalog.taxrate", "calculate"),
        ],
    ),
    (
        _("Customers"),
        [
            _list(_("Customers"), "customers.customer", "groups"),
            _list(_("Payment terms"), "customers.paymentterms", "event_available"),
            _list(_("VAT checks"), "customers.vatcheck", "verified"),
            _list(_("Messages"), "customers.message", "mail"),
        ],
    ),
    (
        _("Books"),
        [
            Entry(_("Proof of the books"), "console-proof", "fact_check", ("reporting.view_certificate",)),
            _list(_("Journal"), "ledger.journalentry", "menu_book"),
            Entry(_("Post by hand"), "console-post", "edit_note", ("ledger.add_journalentry",)),
            _list(_("Periods"), "ledger.period", "calendar_month"),
            _list(_("Exchange rates"), "ledger.exchangerate", "currency_exchange"),
            _list(_("Accounts"), "ledger.account", "account_tree"),
            _list(_("Company"), "kernel.company", "apartment"),
            _list(_("Certificates"), "reporting.certificate", "workspace_premium"),
        ],
    ),
    (
        _("Documents"),
        [
            _list(_("Orders"), "orders.order", "shopping_cart"),
            _list(_("Requests"), "orders.orderrequest", "inbox"),
            _list(_("Shipments"), "fulfillment.shipment", "local_shipping"),
            _list(_("Returns"), "fulfillment.return", "assignment_return"),
            _list(_("Access given"), "fulfillment.entitlement", "key_visualizer"),
            _list(_("Invoices"), "invoicing.invoice", "receipt_long"),
            _list(_("Printed documents"), "invoicing.printedinvoice", "picture_as_pdf"),
            _list(_("Open items"), "receivables.receivable", "request_quote"),
            _list(_("Payments"), "receivables.payment", "payments"),
            _list(_("Allocations"), "receivables.allocation", "link"),
        ],
    ),
    (
        _("Stock and shipping"),
        [
            _list(_("Warehouses"), "inventory.warehouse", "warehouse"),
            _list(_("Stock"), "inventory.stocklevel", "shelves"),
            _list(_("Stock moves"), "inventory.stockmove", "swap_horiz"),
            _list(_("Reservations"), "inventory.reservation", "bookmark"),
            _list(_("Carts"), "inventory.carthold", "shopping_basket"),
            _list(_("Expected receipts"), "inventory.expectedreceipt", "schedule"),
            _list(_("Reorder rules"), "inventory.reorderrule", "autorenew"),
            _list(_("Transfers"), "inventory.transfer", "sync_alt"),
            _list(_("Packages"), "fulfillment.package", "package_2"),
            _list(_("Carriers"), "fulfillment.carrier", "flight_takeoff"),
            _list(_("Pickups"), "fulfillment.pickup", "hail"),
        ],
    ),
    (
        _("Shops"),
        [
            _list(_("Shops"), "gateway.shop", "storefront"),
            _list(_("API keys"), "gateway.apikey", "vpn_key"),
            _list(_("Webhooks"), "gateway.webhookendpoint", "webhook"),
            _list(_("Webhook deliveries"), "gateway.webhookdelivery", "send"),
            _list(_("Long work"), "kernel.job", "hourglass_top"),
            _list(_("Sandbox"), "kernel.sandbox", "science"),
        ],
    ),
    (
        _("People"),
        [
            _list(_("Users"), "kernel.user", "person"),
            Entry(_("What roles may do"), "console-roles", "grid_on", ("kernel.view_user",)),
            Entry(_("Duties to keep apart"), "console-duties", "call_split", ("kernel.view_user",)),
            Entry(_("Audit trail"), "audit-trail", "history", ("kernel.view_auditentry",)),
            _list(_("Changes of master data"), "kernel.auditentry", "edit_note"),
            _list(_("Assignments"), "kernel.assignment", "assignment_ind"),
            _list(_("Saved views"), "kernel.savedview", "visibility"),
        ],
    ),
    (
        _("Machinery"),
        [
            Entry(_("Jobs"), "console-jobs", "bolt", ("kernel.view_jobrun",)),
            _list(_("Job runs"), "kernel.jobrun", "schedule_send"),
            _list(_("Events"), "kernel.event", "timeline"),
            _list(_("Event deliveries"), "kernel.eventdelivery", "outbox"),
            _list(_("Document numbers"), "kernel.documentcounter", "tag"),
            _list(_("Answers kept"), "kernel.idempotencykey", "fingerprint"),
        ],
    ),
]
OPEN_GROUPS = 2  # the first ones; the others open where the reader is


def place_of(path: str) -> tuple[Any, Any, str] | None:
    """Return the group, the name and the address of the place that *path* is at or below; None where there is none."""
    found = [
        (title, entry.label, reverse(entry.url_name))
        for title, entries in GROUPS
        for entry in entries
        if _leads_to(path, reverse(entry.url_name))
    ]
    return max(found, key=lambda place: len(place[2]), default=None)


def may_see(entry: Entry) -> Callable[[HttpRequest], bool]:
    """Return the question whether a request may see a place."""
    return partial(_has_one_of, entry.rights)


def _has_one_of(rights: tuple[str, ...], request: HttpRequest) -> bool:
    return not rights or any(request.user.has_perm(right) for right in rights)


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the navigation as the console's frame wants it; what waits for a decision is counted."""
    waits = approvals.count() if _has_one_of(APPROVE, request) else 0
    return [
        {
            "title": title,
            "collapsible": place >= OPEN_GROUPS,
            "separator": False,
            "items": [
                {
                    "title": entry.label,
                    "icon": entry.icon,
                    "link": reverse(entry.url_name),
                    "permission": may_see(entry),
                    "active": _leads_to(request.path, reverse(entry.url_name)),
                    **({"badge": str(waits)} if waits and entry.url_name == "console-approvals" else {}),
                }
                for entry in entries
            ],
        }
        for place, (title, entries) in enumerate(GROUPS)
    ]


def _leads_to(path: str, url: str) -> bool:
    """Say whether a path is a place's or below it; everything is below the first page and the desks."""
    if url in {reverse("admin:index"), reverse("home")}:
        return path == url
    return path.startswith(url)
