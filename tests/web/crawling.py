"""How the crawl goes through the site: the seeded world, the browsers, and what an answer means."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, reverse

from ledger.models import Account, JournalEntry
from o2c.kernel.models import User
from o2c.operations.roles import AR_CLERK, AUDITOR, FINANCE_MANAGER, ORDER_CLERK, SHOP, WAREHOUSE_CLERK
from tests.documents import invoice_in, order_in, payment_in, request_in, shipment_in, transfer_in
from tests.fulfillment.returns import return_in
from tests.shops import shop_in
from tests.world import World, staff

PEOPLE = {
    "O": ORDER_CLERK,
    "W": WAREHOUSE_CLERK,
    "A": AR_CLERK,
    "F": FINANCE_MANAGER,
    "R": AUDITOR,  # who reads, and does nothing else
    "S": SHOP,  # a program's account, should it ever get a session
    "n": "",  # nobody: who has not signed in
}
READERS = "Rn"  # nothing that they post may write
QUERIES = 45  # that a page may take, whatever it shows

# The API's own tests walk it, and the console's its pages; whose note, file or job it is, their documents decide.
OUTSIDE = re.compile(r"api/v1/|admin/|notes/|files/|jobs/")
# What people do about their own account and browser; that writes, whoever they are.
THEIR_OWN = re.compile(
    r'"(kernel_user|django_session|usersessions_usersession|mfa_authenticator|account_\w+)"|SAVEPOINT'
)
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|WITH\b.*\b(INSERT|UPDATE|DELETE)\b)", re.S | re.I)


def addresses(patterns: list[Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Every address of the resolver: its name and its pattern."""
    for each in patterns:
        where = before + str(each.pattern)
        if not isinstance(each, URLPattern):
            yield from addresses(each.url_patterns, where)
        elif not OUTSIDE.match(where):
            yield str(each.name), where


def a_seeded_world(world: World) -> dict[str, dict[str, Any]]:
    """A document of every kind; what stands in an address, by the name of the address."""
    order, quote, draft, held = (
        order_in(world, state) for state in ("confirmed", "quoted", "draft", "on_hold")
    )
    shipment, back, transfer = (
        shipment_in(world, "picking"),
        return_in(world, "authorised"),
        transfer_in(world, "sent"),
    )
    invoice, issued = invoice_in(world, "draft"), invoice_in(world, "issued")
    payment, level = payment_in(world, "received"), shipment.lines.get().order_line.product.stock_levels.get()
    request_in(world, "waiting")
    shop_in(world)
    numbered = {
        "order": order,
        "quote": quote,
        "shipment": shipment,
        "return": back,
        "transfer": transfer,
        "payment": payment,
        "customer": order.customer,
    }
    entry = JournalEntry.objects.get(source=f"invoice/{issued.pk}/issued")
    by_kind: dict[str, dict[str, Any]] = {kind: {"number": row.number} for kind, row in numbered.items()}
    special: dict[str, dict[str, Any]] = {
        "order-revise": {"number": quote.number},
        "order-print": {"number": quote.number},
        "order-submit": {"number": draft.pk},
        "order-release": {"number": held.number},
        "order-second": {"number": held.number},
        "order-retry": {"number": held.number},
        "statement": {"number": order.customer.number},
        "product": {"sku": level.product.sku},
        "invoice": {"name": issued.number},
        "invoice-credit": {"number": issued.number},
        "invoice-pdf": {"invoice_id": issued.pk},
        "invoice-preview": {"invoice_id": invoice.pk},
        "invoice-issue": {"invoice_id": invoice.pk},
        "credit": {"number": payment.number},
        "packing-slip": {"shipment_id": shipment.pk},
        "customs-invoice": {"shipment_id": shipment.pk},
        "shipping-label": {"package_id": 1},
        "reorder-rule": {"warehouse_id": level.warehouse_id, "product_id": level.product_id},
        "stock-bin": {"level_id": level.pk},
        "account": {"account_id": Account.objects.get(code="1200").pk},
        "entry": {"entry_id": entry.pk},
        "session-end": {"pk": 1},
        "mfa_edit_webauthn": {"pk": 1},
        "mfa_remove_webauthn": {"pk": 1},
        "account_reset_password_from_key": {"uidb36": "1", "key": "wrong-key"},
        "api-problem": {"code": "not-permitted"},
    }
    return by_kind | special


def filled(name: str, pattern: str, rows: dict[str, dict[str, Any]]) -> str:
    """The address, with what stands in it."""
    if "<" not in pattern:
        return "/" + pattern
    told = rows.get(name) or rows.get(name.partition("-")[0])
    assert told, f"{name}: which {pattern}?"
    return (
        re.sub(r"\^?<\w+:(\w+)>", lambda found: str(told[found[1]]), "/" + pattern)
        if "(?P" not in pattern
        else (reverse(name, kwargs=told))
    )


def browser_of(letter: str) -> Client:
    """A browser in which one of the people has signed in; finance managers and auditors enter the console."""
    client = Client(raise_request_exception=False)
    if role := PEOPLE[letter]:
        user = staff(role)
        User.objects.filter(pk=user.pk).update(is_staff=role in {FINANCE_MANAGER, AUDITOR})
        client.force_login(User.objects.get(pk=user.pk))
    return client


@contextmanager
def undone() -> Iterator[None]:
    """Do something, and then it was not done."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def writing() -> Iterator[list[str]]:
    """What is written meanwhile, besides people's own accounts and sessions."""
    seen: list[str] = []

    def look(execute: Callable[..., Any], sql: Any, *rest: Any) -> Any:
        text = str(sql)
        if WRITES.match(text) and not THEIR_OWN.search(text):
            seen.append(text[:120])
        return execute(sql, *rest)

    with connection.execute_wrapper(look):
        yield seen


def cell(answer: Any, letter: str) -> str:
    """The letter where the answer lets them, a dot where it does not, ``no`` where there is no such method."""
    if answer.status_code == 405:
        return "no"
    to_the_sign_in = answer.status_code == 302 and answer.url.startswith("/sign-in/?next=")
    return "." if answer.status_code in {401, 403} or to_the_sign_in else letter


def asked_for(client: Client, letter: str, address: str, faults: list[str]) -> tuple[str, str]:
    """Get an address and post nothing to it, undone at once: the two cells, and what must not be."""
    with undone(), writing() as written, CaptureQueriesContext(connection) as queries:
        got = client.get(address)
    if got.status_code >= 500 or written or len(queries) > QUERIES:
        faults.append(f"{letter} GET {address}: {got.status_code}, {len(queries)} queries, {written}")
    cache.clear()  # where limits are counted
    with undone(), writing() as written:
        posted = client.post(address)
    if posted.status_code >= 500 or (written and (letter in READERS or posted.status_code == 403)):
        faults.append(f"{letter} POST {address}: {posted.status_code}, {written}")
    return cell(got, letter), cell(posted, letter)
