"""Why an order waits, in the reader's language: worded from the code and the figures that were kept.

A reason is kept with the words of who found it, in English; they are shown where its code is not known here.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _, ngettext

from o2c.kernel.figures import formats, money, quantity

Reason = Mapping[str, Any]
Figures = Mapping[str, str]
ZERO = Decimal(0)


def sentence(reason: Reason, currency: str, findings: Iterable[Reason] = ()) -> str:
    """Return a hold reason as a sentence; *findings* are what screening kept with the order."""
    code, figures = str(reason.get("code")), reason.get("figures", {})
    if code == "screening":
        return _screening(figures, findings)
    words = SENTENCES.get(code)
    try:
        return words(figures, currency) if words else str(reason.get("text", ""))
    except KeyError:  # an old reason, kept before its figures were
        return str(reason.get("text", ""))


def _amount(amount: Decimal, currency: str) -> str:
    return f"{money(max(amount, ZERO), currency)} {currency}".strip()


def _needed(figures: Figures) -> Decimal:
    return sum((Decimal(figures[name]) for name in ("receivables", "committed", "requested")), ZERO)


def _blocked(figures: Figures, currency: str) -> str:
    return " ".join(filter(None, [_("The customer's credit is blocked."), figures.get("reason")]))


def _overdue(figures: Figures, currency: str) -> str:
    days = int(figures["days"])
    return ngettext(
        "%(amount)s are overdue, the oldest by %(days)s day.",
        "%(amount)s are overdue, the oldest by %(days)s days.",
        days,
    ) % {"amount": _amount(Decimal(figures["overdue"]), currency), "days": days}


def _limit(figures: Figures, currency: str) -> str:
    over = _needed(figures) - Decimal(figures["limit"])
    return _("The order exceeds the credit limit by %(amount)s.") % {"amount": _amount(over, currency)}


def _group_limit(figures: Figures, currency: str) -> str:
    own = figures["currency"]
    if missing := figures.get("currency_missing"):
        return _("There is no exchange rate between %(missing)s and %(currency)s.") % {
            "missing": missing,
            "currency": own,
        }
    over = _needed(figures) - Decimal(figures["limit"])
    return _("The order exceeds the limit of the group of %(group)s by %(amount)s.") % {
        "group": figures["group"],
        "amount": _amount(over, own),
    }


def _first_order(figures: Figures, currency: str) -> str:
    up_to = max(Decimal(figures["first_order_limit"]), Decimal(figures["covered"]))
    return _("This is the customer's first order, and it is over %(amount)s.") % {
        "amount": _amount(up_to, currency)
    }


def _risk(figures: Figures, currency: str) -> str:
    return _("The customer is a high risk: they pay late.")


def _prepayment(figures: Figures, currency: str) -> str:
    missing = _needed(figures) - Decimal(figures["on_account"])
    return _("The customer pays in advance: %(amount)s are not there yet.") % {
        "amount": _amount(missing, currency)
    }


def _short(figures: Figures, currency: str) -> str:
    return _("Line %(position)s: %(missing)s missing.") % {
        "position": figures["position"],
        "missing": quantity(Decimal(figures["missing"])),
    }


def _duplicate(figures: Figures, currency: str) -> str:
    return _("The same lines were ordered a short while ago with %(order)s.") % {"order": figures["order"]}


def _tax_region(figures: Figures, currency: str) -> str:
    return _("The goods go to %(country)s, but the customer is taxed as “%(region)s”.") % {
        "country": formats().country(figures["country"]),
        "region": figures["region"],
    }


SENTENCES: dict[str, Callable[[Figures, str], str]] = {
    "credit-blocked": _blocked,
    "credit-overdue": _overdue,
    "credit-limit": _limit,
    "credit-group-limit": _group_limit,
    "credit-first-order": _first_order,
    "credit-risk": _risk,
    "credit-prepayment": _prepayment,
    "stock-short": _short,
    "duplicate": _duplicate,
    "tax-region": _tax_region,
}


def _screening(figures: Figures, findings: Iterable[Reason]) -> str:
    score = int(figures.get("score", 0))
    looks = ngettext("Looks unusual (%(score)s point).", "Looks unusual (%(score)s points).", score)
    return " ".join([looks % {"score": score}, *(finding_words(finding) for finding in findings)])


def finding_words(finding: Reason) -> str:
    """Return what a rule of screening found, as a sentence."""
    figures: Figures = finding.get("figures", {})
    match finding.get("rule"):
        case "velocity":
            return _("%(orders)s orders within %(hours)s hours.") % figures
        case "amount":
            usual = Decimal(figures["usual"])
            times = (Decimal(figures["net"]) / usual).quantize(Decimal("0.1")) if usual else ZERO
            return _("%(times)s times the customer's usual order.") % {"times": quantity(times)}
        case "address":
            return _("The delivery address is not known for this customer.")
        case "country":
            country = formats().country(figures["country"])
            return _("The customer has no address in %(country)s.") % {"country": country}
        case "new-customer":
            days = int(figures["days"])
            return ngettext(
                "A customer for %(days)s day orders a large amount.",
                "A customer for %(days)s days orders a large amount.",
                days,
            ) % {"days": days}
        case _other:
            return str(finding.get("text", ""))
