"""What others know of a customer: the port to a credit bureau or insurer (settings: CREDIT_BUREAU)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from customers.models import Address, Customer


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom we ask about."""

    name: str
    vat_id: str
    country: str
    currency: str


@dataclass(frozen=True, slots=True)
class Report:
    """What they say: a score of 0 to 100 if they give one, and what they answer for in the customer's currency."""

    source: str
    valid_until: date
    score: int | None = None
    covered: Decimal = Decimal(0)
    reference: str = ""


class Bureau(Protocol):
    """An adapter to one bureau or insurer. It may use the network, so it is never called in a transaction."""

    def report_on(self, subject: Subject, *, on: date) -> Report | None:
        """Return what is known of *subject* on *on*, or None."""


class NoBureau:
    """The house without a bureau: nothing is known but what the customer's own master data say."""

    def report_on(self, subject: Subject, *, on: date) -> Report | None:
        """Return None."""
        return None


def bureau() -> Bureau:
    """Return the adapter that the settings name."""
    adapter: Bureau = import_string(settings.CREDIT_BUREAU)()
    return adapter


def subject_of(customer: Customer) -> Subject:
    """Return what an adapter is told about *customer*."""
    country = (
        Address.objects.filter(customer=customer).order_by("pk").values_list("country", flat=True).first()
    )
    return Subject(customer.name, customer.vat_id, country or "", customer.currency)
