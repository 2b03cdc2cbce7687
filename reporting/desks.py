"""The desks of home: what waits for a role, and where it is worked on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from o2c.kernel.models import User
from orders.selectors import Show
from reporting.selectors import due
from reporting.selectors.due import Due


@dataclass(frozen=True, slots=True)
class Desk:
    """One due list: its count, what the date means, and its page where there is one."""

    label: Any
    nothing: Any
    due: Due
    url: str


@dataclass(frozen=True, slots=True)
class _Kind:
    label: Any
    nothing: Any
    worked_on_with: str
    seen_with: str
    ask: Callable[[], Due]
    url: str = ""
    in_console: bool = False


def desks_of(reader: User, *, on: date) -> list[Desk]:
    """Return the due lists that the role of *reader* works on; all that it may see if it works on none."""
    seen = [kind for kind in _kinds(on) if reader.has_perm(kind.seen_with)]
    own = [kind for kind in seen if reader.has_perm(kind.worked_on_with)]
    return [
        Desk(kind.label, kind.nothing, kind.ask(), kind.url if reader.is_staff or not kind.in_console else "")
        for kind in own or seen
    ]


def _kinds(on: date) -> Iterator[_Kind]:
    yield from _asked()
    yield from _approvals()
    yield from _orders(on)
    yield from _warehouse(on)
    yield from _invoices()
    yield from _money(on)


def _asked() -> Iterator[_Kind]:
    yield _Kind(
        _("Requests to answer"),
        _("Everybody has been answered."),
        "orders.add_order",
        "orders.view_orderrequest",
        due.requests_to_answer,
        reverse("order-inbox"),
    )


def _orders(on: date) -> Iterator[_Kind]:
    yield _Kind(
        _("Orders on hold"),
        _("Every order passed."),
        "orders.cancel_order",
        "orders.view_order",
        due.held_orders,
        reverse("order-holds"),
    )
    yield _Kind(
        _("Quotes that end"),
        _("No quote ends these days."),
        "orders.quote_order",
        "orders.view_order",
        partial(due.quotes_ending, on=on),
        reverse("order-quotes"),
    )
    yield _Kind(
        _("Drafts to submit"),
        _("No order waits to be submitted."),
        "orders.add_order",
        "orders.view_order",
        due.drafts_to_submit,
        reverse("order-drafts"),
    )
    yield _Kind(
        _("Lines without stock"),
        _("Everything that is confirmed has its stock."),
        "orders.allocate_order",
        "orders.view_order",
        due.lines_without_stock,
        reverse("order-backorders"),
    )


def _invoices() -> Iterator[_Kind]:
    yield _Kind(
        _("Shipments to invoice"),
        _("Everything that left is invoiced."),
        "invoicing.add_invoice",
        "invoicing.view_invoice",
        due.shipments_to_invoice,
        reverse("to-invoice"),
    )
    yield _Kind(
        _("Invoice drafts to issue"),
        _("Nothing waits to be issued."),
        "invoicing.issue_invoice",
        "invoicing.view_invoice",
        due.invoices_to_issue,
        reverse("drafts"),
    )
    yield _Kind(
        _("Returns to credit"),
        _("Every return is credited."),
        "invoicing.add_invoice",
        "invoicing.view_invoice",
        due.returns_to_credit,
        reverse("returns-to-credit"),
    )


def _money(on: date) -> Iterator[_Kind]:
    yield _Kind(
        _("Payments to allocate"),
        _("All money received is allocated."),
        "receivables.allocate",
        "receivables.view_payment",
        due.payments_to_allocate,
        reverse("payments-to-allocate"),
    )
    yield _Kind(
        _("Invoices overdue"),
        _("Nobody is late."),
        "receivables.allocate",
        "receivables.view_receivable",
        partial(due.overdue_items, on=on),
        f"{reverse('open-items')}?show=overdue&sort=due_on",
    )


def _approvals() -> Iterator[_Kind]:
    yield _Kind(
        _("Limits to decide"),
        _("Nobody waits for a limit."),
        "credit.approve_limit",
        "credit.view_limitrequest",
        due.limits_to_decide,
        reverse("console-approvals"),
        in_console=True,
    )
    yield _Kind(
        _("Releases to agree to"),
        _("No release waits for a second person."),
        "orders.release_order",
        "orders.view_release",
        due.releases_to_agree,
        reverse("order-holds"),
    )


def _warehouse(on: date) -> Iterator[_Kind]:
    pick = ("fulfillment.pick_shipment", "fulfillment.view_shipment")
    post = ("fulfillment.post_shipment", "fulfillment.view_shipment")
    back = ("fulfillment.receive_return", "fulfillment.view_return")
    move = ("inventory.add_stockmove", "inventory.view_expectedreceipt")
    returns, road = reverse("returns"), reverse("on-the-road")
    overdue = partial(due.overdue_receipts, on=on)
    yield _Kind(
        _("Orders to ship"), _("Everything confirmed has left."), *pick, due.orders_to_ship, _to_ship()
    )
    yield _Kind(_("To pick"), _("Everything is taken."), *pick, due.to_pick, reverse("to-pick"))
    yield _Kind(_("To pack"), _("Nothing is being picked."), *pick, due.to_pack, reverse("to-pack"))
    yield _Kind(
        _("To hand over"), _("Nothing stands at the gate."), *post, due.to_hand_over, reverse("to-hand-over")
    )
    yield _Kind(
        _("Delivery exceptions"),
        _("Everything is on its way."),
        *post,
        due.delivery_exceptions,
        f"{road}?show=exceptions",
    )
    yield _Kind(
        _("Services to perform"),
        _("No service waits."),
        *post,
        due.services_to_perform,
        reverse("to-perform"),
    )
    yield _Kind(
        _("Returns to receive"),
        _("Nobody sends anything back."),
        *back,
        due.returns_to_receive,
        f"{returns}?show=to-receive",
    )
    yield _Kind(
        _("Returns to inspect"),
        _("Everything is decided on."),
        *back,
        due.returns_to_inspect,
        f"{returns}?show=to-inspect",
    )
    yield _Kind(
        _("Receipts overdue"),
        _("Suppliers are in time."),
        *move,
        overdue,
        f"{reverse('expected')}?show=overdue",
    )


def _to_ship() -> str:
    return f"{reverse('orders')}?show={Show.TO_SHIP}"
