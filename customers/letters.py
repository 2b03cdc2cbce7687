"""A notice in the customer's words: subject, text and HTML from the templates of its kind.

``templates/email/<kind>/`` has ``subject.txt``, ``body.txt`` and ``body.html``. What they say beside
their texts are strings that the kind's consumer has formatted; ``company``, ``name``, ``imprint`` and
``colon`` (the language's own) are there for all of them.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.template import Context, Engine
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from o2c.kernel.formats import Formats, grouped, postal_line
from o2c.kernel.models import Company

Content = Callable[[Formats], Mapping[str, Any]]

# What the notices are called, by their kinds.
KINDS = {
    "access_granted": _("Access granted"),
    "backorders_reserved": _("Backorder reserved"),
    "cannot_fulfil": _("Cannot be delivered"),
    "late_payer": _("Still to be paid"),
    "order_amended": _("Order changed"),
    "order_cancelled": _("Order cancelled"),
    "order_confirmed": _("Order confirmed"),
    "order_delayed": _("Order delayed"),
    "order_held": _("Order held"),
    "order_rest_cancelled": _("Rest of the order cancelled"),
    "quote_sent": _("Quote sent"),
    "return_authorised": _("Return authorised"),
    "return_inspected": _("Return inspected"),
    "shipment_sent": _("Shipment sent"),
}
LONGEST_SUBJECT = 200
SIGNATURE = "-- "  # RFC 3676, 4.3: with the space


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice as it is sent."""

    subject: str
    body: str
    html: str


@dataclass(frozen=True, slots=True)
class BankAccount:
    """Where money goes, and what to write beside it."""

    payee: str
    iban: str
    bic: str
    bank: str
    reference: str


def compose(
    *, kind: str, language: str, company: Company, name: str, formats: Formats, content: Content
) -> Letter:
    """Return the notice *kind* to the person *name* in *language*; *content* is called in that language."""
    with translation.override(language):
        context = {
            "language": language,
            "company": company,
            "name": name,
            "imprint": list(_imprint(company, formats)),
            "colon": "\u00a0:" if language == "fr" else ":",
        } | dict(content(formats))
        subject = _said(f"email/{kind}/subject.txt", context, html=False)
        body = _said(f"email/{kind}/body.txt", context | {"subject": one_line(subject)}, html=False)
        html = _said(f"email/{kind}/body.html", context | {"subject": one_line(subject)}, html=True)
    return Letter(one_line(subject)[:LONGEST_SUBJECT], _tidy(body), html.strip() + "\n")


def _said(template: str, context: Mapping[str, Any], *, html: bool) -> str:
    """Return a rendered template; only HTML has characters to escape."""
    return Engine.get_default().get_template(template).render(Context(dict(context), autoescape=html))


def one_line(text: str) -> str:
    """Return *text* without line breaks and control characters, which would end a mail header early."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _tidy(text: str) -> str:
    """Return a text with one empty line between its paragraphs, as its template's tags leave more."""
    lines = "\n".join(line if line == SIGNATURE else line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"


def address_lines(place: Mapping[str, str], formats: Formats) -> list[str]:
    """Return an address (keys name, street, postal_code, city, country) as lines of a letter."""
    country = place.get("country", "")
    town = postal_line(postal_code=place.get("postal_code", ""), city=place.get("city", ""), country=country)
    lines = (
        place.get("name", ""),
        place.get("street", ""),
        town,
        formats.country(country) if country else "",
    )
    return [line for line in lines if line]


def bank_account(company: Company, *, reference: str) -> BankAccount | None:
    """Return where *company* wants its money; None where it has no account on record."""
    if not company.iban:
        return None
    return BankAccount(company.legal_name, grouped(company.iban), company.bic, company.bank_name, reference)


def _imprint(company: Company, formats: Formats) -> Iterator[str]:
    """Yield the lines at the foot: who writes, from where."""
    place = {
        "street": company.street,
        "postal_code": company.postal_code,
        "city": company.city,
        "country": company.country,
    }
    yield ", ".join([company.legal_name, *address_lines(place, formats)])
    yield " · ".join(filter(None, [company.registration_number, company.vat_id]))
    yield " · ".join(filter(None, [company.email, company.phone]))
