"""What a stage and a hold are called on a page: the reason, not only the state."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

from o2c.kernel.figures import money, quantity
from orders.models import Order
from orders.rules import Stage

TONES = {
    Stage.QUOTED: "wait",
    Stage.EXPIRED: "",
    Stage.LOST: "",
    Stage.DRAFT: "",
    Stage.ON_HOLD: "bad",
    Stage.TO_SHIP: "info",
    Stage.PART_SHIPPED: "wait",
    Stage.SHIPPED: "wait",
    Stage.INVOICED: "info",
    Stage.OVERDUE: "bad",
    Stage.PAID: "good",
    Stage.CLOSED: "good",
    Stage.CANCELLED: "",
}

WORDS = {
    Stage.QUOTED: gettext_lazy("Quoted"),
    Stage.EXPIRED: gettext_lazy("Quote expired"),
    Stage.LOST: gettext_lazy("Quote lost"),
    Stage.DRAFT: gettext_lazy("Draft"),
    Stage.TO_SHIP: gettext_lazy("To ship"),
    Stage.SHIPPED: gettext_lazy("To invoice"),
    Stage.PAID: gettext_lazy("Paid"),
    Stage.CLOSED: gettext_lazy("Closed"),
    Stage.CANCELLED: gettext_lazy("Cancelled"),
}


def stage_words(order: Order, stage: Stage, today: date) -> str:
    """Return the stage in words, with its reason, how far it is, or since when it is late."""
    if stage is Stage.ON_HOLD:
        return _("On hold: %(reason)s") % {"reason": hold_words(order)}
    if stage is Stage.OVERDUE and order.due_on:
        return _("Overdue %(days)d d") % {"days": (today - order.due_on).days}
    if stage is Stage.INVOICED and order.due_on:
        return _("Invoiced, due %(days)s") % {"days": due_words(order.due_on, today)}
    if stage is Stage.PART_SHIPPED:
        shipped, ordered = getattr(order, "total_shipped", None), getattr(order, "total_ordered", None)
        return _("Part shipped %(shipped)s/%(ordered)s") % {
            "shipped": quantity(shipped),
            "ordered": quantity(ordered),
        }
    return str(WORDS.get(stage, stage.value.capitalize()))


def stands(order: Order) -> str:
    """Return in a sentence where an order or quote stands that is past what somebody wants of it, and why."""
    told = {"order": order.number, "state": order.get_state_display().lower()}
    reason = order.cancel_reason or (order.get_cancel_code_display() if order.cancel_code else "")
    if not reason:
        return _("%(order)s is %(state)s.") % told
    return _("%(order)s is %(state)s: %(reason)s") % (told | {"reason": reason})


def due_words(due_on: date, today: date) -> str:
    """Return when something is due, counted from *today*."""
    days = (due_on - today).days
    return _("today") if days == 0 else _("in %(days)d d") % {"days": days}


def hold_words(order: Order) -> str:
    """Return the first hold reason in a few words, and how many more there are."""
    reasons = order.hold_reasons
    if not reasons:
        return _("no reason kept")
    first = reason_words(reasons[0], order.currency)
    return f"{first} +{len(reasons) - 1}" if len(reasons) > 1 else first


def reason_words(reason: Mapping[str, Any], currency: str) -> str:
    """Return one hold reason in a few words; its own text where its code is new."""
    figures = reason.get("figures", {})
    match reason.get("code"):
        case "credit-limit":
            return _("over limit by %(amount)s") % {"amount": money(_over(figures), currency)}
        case "credit-group-limit" if "currency_missing" not in figures:
            amount = money(_over(figures), figures["currency"])
            return _("over the group's limit by %(amount)s") % {"amount": amount}
        case "credit-overdue":
            return _("%(amount)s overdue") % {"amount": money(Decimal(figures["overdue"]), currency)}
        case "credit-prepayment":
            missing = Decimal(reason["cure"]["amount"])
            return _("%(amount)s to be paid in advance") % {"amount": money(missing, currency)}
        case "credit-first-order":
            up_to = Decimal(reason["cure"]["amount"])
            return _("first order over %(amount)s") % {"amount": money(up_to, currency)}
        case "stock-short":
            return _("%(quantity)s missing") % {"quantity": quantity(Decimal(figures["missing"]))}
        case code:
            return str(PLAIN_REASONS.get(str(code), reason.get("text", "")))


PLAIN_REASONS = {
    "credit-blocked": gettext_lazy("credit blocked"),
    "credit-risk": gettext_lazy("high risk"),
}


def address_words(address: Mapping[str, Any]) -> str:
    """Return a copy of an address on one line."""
    place = " ".join(str(address.get(name) or "") for name in ("postal_code", "city")).strip()
    parts = [address.get("name"), address.get("street"), place, address.get("country")]
    return ", ".join(str(part) for part in parts if part)


def _over(figures: Mapping[str, str]) -> Decimal:
    exposure = Decimal(figures["receivables"]) + Decimal(figures["committed"])
    return exposure + Decimal(figures["requested"]) - Decimal(figures["limit"])
