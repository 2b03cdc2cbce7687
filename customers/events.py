"""What customer master data announces."""

from dataclasses import dataclass

from o2c.kernel.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRegistered(DomainEvent):
    """A new customer can order."""

    kind = "customer.registered"


@dataclass(frozen=True, slots=True, kw_only=True)
class VatCheckRequested(DomainEvent):
    """Somebody wants to know whether the customer's VAT id is valid."""

    kind = "customer.vat_check_requested"


@dataclass(frozen=True, slots=True, kw_only=True)
class VatIdChecked(DomainEvent):
    """The customer's VAT id was found valid or not; *source* is who said so."""

    kind = "customer.vat_id_checked"

    vat_id: str
    valid: bool
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractPricesSet(DomainEvent):
    """The customer buys at prices agreed with them; without a *price_list* not any more."""

    kind = "customer.contract_prices_set"

    price_list: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageResent(DomainEvent):
    """A person sends a notice again. The document is the message."""

    kind = "message.resent"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSettled(DomainEvent):
    """A person found out that a notice had been sent. The document is the message."""

    kind = "message.settled"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressesSet(DomainEvent):
    """The customer's *addresses*, so many, were changed; which they are the customer says."""

    kind = "customer.addresses_set"

    addresses: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactsSet(DomainEvent):
    """The customer has other contacts, so many *people*; who they are is told to nobody here."""

    kind = "customer.contacts_set"

    people: int
