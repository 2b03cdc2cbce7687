"""Due dates, VAT ids, tax regions, and what makes a customer's master data right: pure."""

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol, TypeVar

from stdnum import exceptions
from stdnum.eu import vat
from stdnum.gb import vat as gb_vat
from stdnum.no import mva

from catalog.models.tax import TaxEvidence
from o2c.kernel.formats import is_country
from o2c.kernel.money import is_currency
from o2c.kernel.words import gettext as _


def due_on(*, issued_on: date, net_days: int, end_of_month: bool) -> date:
    """Return the due date: *net_days* after the invoice, or after the end of its month."""
    start = issued_on
    if end_of_month:
        start = issued_on.replace(day=calendar.monthrange(issued_on.year, issued_on.month)[1])
    return start + timedelta(days=net_days)


def normal_vat_id(vat_id: str) -> str:
    """Return *vat_id* as it is kept: capitals and digits, without the spaces, dots and dashes of letterheads."""
    return "".join(letter for letter in vat_id.upper() if letter not in " .-\u00a0\u202f")


def is_valid_vat_id(vat_id: str) -> bool:
    """Say whether *vat_id*, with its country prefix, passes its country's check digits.

    EU states, Great Britain and Norway are checked; another country's id is taken as it is.
    """
    compact = normal_vat_id(vat_id)
    country = compact[:2]
    if not country.isalpha():
        return compact.endswith("MVA") and bool(mva.is_valid(compact))
    try:
        if country == "GB":
            return bool(gb_vat.is_valid(compact))
        if country == "NO":
            return bool(mva.is_valid(compact[2:]))
        if country == "EL" or country.lower() in vat.MEMBER_STATES:
            return bool(vat.is_valid(compact))
    except exceptions.ValidationError:
        return False
    return len(compact) >= 4


class TaxStanding(Protocol):
    """What the rules read of a customer to know which evidence for tax is on file."""

    vat_checked_on: date | None
    exemption_number: str
    exemption_until: date | None


def tax_evidence(customer: TaxStanding, *, on: date) -> frozenset[str]:
    """Return the evidence (values of `TaxEvidence`) that is on file of *customer* and good on *on*."""
    found = set()
    if customer.vat_checked_on is not None:
        found.add(TaxEvidence.VAT_ID.value)
    if customer.exemption_number and (customer.exemption_until is None or on <= customer.exemption_until):
        found.add(TaxEvidence.EXEMPTION.value)
    return frozenset(found)


class Region(Protocol):
    """What the rules read of a tax region."""

    countries: list[str]
    evidence: str


R = TypeVar("R", bound=Region)


def propose_tax_region(
    regions: Iterable[R], *, country: str, is_company: bool, has_certificate: bool
) -> R | None:
    """Return the region of a customer in *country* (ISO 3166-1), or None if none covers it.

    The regions are drawn up from where the seller is. One that names the country comes before one for every
    other country; then one whose evidence the customer can bring: a certificate of exemption (*has_certificate*)
    or, as a company, a VAT id, be it checked or not: until it is, the region itself says what applies instead.
    """
    evidence = [TaxEvidence.EXEMPTION] if has_certificate else []
    evidence += [TaxEvidence.VAT_ID] if is_company else []
    ranks = {kind.value: rank for rank, kind in enumerate([*evidence, TaxEvidence.NONE])}
    covering = [
        region
        for region in regions
        if region.evidence in ranks and (not region.countries or country in region.countries)
    ]
    return min(covering, key=lambda region: (not region.countries, ranks[region.evidence]), default=None)


LONGEST_NOTICE = 365  # days


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirements:
    """What a customer demands of every order and delivery; weekdays from 1, Monday, none means every day."""

    requires_po_number: bool = False
    requires_delivery_date: bool = False
    delivery_weekdays: Sequence[int] = ()
    delivery_notice_days: int = 0
    accepts_backorders: bool = True
    ships_complete: bool = False

    def problems(self) -> list[str]:
        """Return what of it cannot be right, in words."""
        found = []
        if not are_weekdays(self.delivery_weekdays):
            found.append(_("Delivery weekdays are numbers from 1, Monday, to 7, each once."))
        if not 0 <= self.delivery_notice_days <= LONGEST_NOTICE:
            found.append(
                _("%(delivery_notice_days)s is no number of days of notice.")
                % {"delivery_notice_days": self.delivery_notice_days}
            )
        return found


def are_weekdays(days: object) -> bool:
    """Say whether *days* are weekdays from 1, Monday, to 7, each at most once."""
    if not isinstance(days, list | tuple):
        return False
    numbers = all(isinstance(day, int) and not isinstance(day, bool) and 1 <= day <= 7 for day in days)
    return numbers and len(set(days)) == len(days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody at the customer, and what they are written to about (a `ContactRole`)."""

    role: str
    name: str
    email: str = ""
    phone: str = ""

    def problems(self, roles: Iterable[str]) -> list[str]:
        """Return what of it cannot be right, in words; *roles* are those there are."""
        found = []
        if self.role not in roles:
            found.append(_("'%(role)s' is no role of a contact.") % {"role": self.role})
        if not self.name.strip():
            found.append(_("A contact needs a name."))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An address of a customer and what it is for (an `AddressRole`); *pk* is the address that it changes."""

    role: str
    street: str
    city: str
    country: str
    postal_code: str = ""
    name: str = ""
    pk: int | None = None

    def problems(self, roles: Iterable[str]) -> list[str]:
        """Return what of it cannot be right, in words; *roles* are those there are."""
        found = []
        if self.role not in roles:
            found.append(_("'%(role)s' is no role of an address.") % {"role": self.role})
        if not self.street.strip() or not self.city.strip():
            found.append(_("An address needs a street and a city."))
        if not is_country(self.country):
            found.append(_("'%(get)s' is no country (ISO 3166-1).") % {"get": self.country})
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who a customer is, as far as it can be wrong by itself; *languages* are those of our documents."""

    name: str
    kind: str
    currency: str
    language: str
    address: Mapping[str, str]
    kinds: Sequence[str] = field(repr=False)
    languages: Sequence[str] = field(repr=False)

    def problems(self) -> list[str]:
        """Return what of it cannot be right, in words."""
        found = []
        if not any(letter.isalnum() for letter in self.name):
            found.append(_("A customer needs a name."))
        if self.kind not in self.kinds:
            found.append(_("'%(kind)s' is no kind of customer.") % {"kind": self.kind})
        if not is_currency(self.currency):
            found.append(_("'%(currency)s' is no currency (ISO 4217).") % {"currency": self.currency})
        if self.language not in self.languages:
            found.append(_("There are no documents in '%(language)s'.") % {"language": self.language})
        if not is_country(self.address.get("country", "")):
            found.append(
                _("'%(get)s' is no country (ISO 3166-1).") % {"get": self.address.get("country", "")}
            )
        return found
