"""Where a document named in words is read: ``invoice INV-2026-000017`` has a page, as has ``event 12``."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

Link = Callable[[str], str]


def _desk(name: str) -> Link:
    return lambda rest: reverse(name, args=[rest.split(" ")[0]])


def _row(name: str) -> Link:
    return lambda rest: reverse(f"admin:{name}_change", args=[rest.split(" ")[0]])


def _search(name: str) -> Link:
    return lambda rest: f"{reverse(f'admin:{name}_changelist')}?{urlencode({'q': rest})}"


# The longest beginning counts: a credit note is an invoice, a stock move is no product.
PAGES: dict[str, Link] = {
    "order": _desk("order"),
    "shipment": _desk("shipment"),
    "return": _desk("return"),
    "payment": _desk("payment"),
    "customer": _desk("customer"),
    "product": _desk("product"),
    "invoice draft": _desk("invoice"),
    "invoice": _desk("invoice"),
    "credit_note draft": _desk("invoice"),
    "credit_note": _desk("invoice"),
    "credit note draft": _desk("invoice"),
    "credit note": _desk("invoice"),
    "journal entry": _search("ledger_journalentry"),
    "limit request": _search("credit_limitrequest"),
    "event": _row("kernel_event"),
    "message": _row("customers_message"),
    "certificate": _row("reporting_certificate"),
    "transfer": _search("inventory_transfer"),
    "job": lambda rest: reverse("console-jobs"),
}


def url_of(document: str) -> str:
    """Return the address of a document named in words, empty where it has no page."""
    for beginning in sorted(PAGES, key=len, reverse=True):
        if document.startswith(f"{beginning} "):
            try:
                return PAGES[beginning](document[len(beginning) + 1 :])
            except NoReverseMatch:
                return ""
    return ""
