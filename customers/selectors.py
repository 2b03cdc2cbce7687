"""Questions about customers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from catalog import selectors as catalog
from catalog.models import Product
from catalog.models.tax import TaxEvidence
from catalog.rules import OrderDiscountBreak, PriceBreak, TaxTreatment, line_net
from customers.errors import AddressMissing, CustomerInactive
from customers.models import Address, Customer, Message, VatCheck
from customers.rules import tax_evidence
from o2c.kernel import rows
from o2c.kernel.db import fetch_all
from o2c.kernel.errors import NotFound


def customer_for_order(customer_id: int) -> Customer:
    """Return the customer who orders.

    :raises NotFound: there is no such customer.
    :raises CustomerInactive: they were set inactive.
    """
    customer = rows.by_id(Customer, customer_id)
    if customer is None:
        raise NotFound(_("There is no customer %(customer_id)s.") % {"customer_id": customer_id})
    if not customer.active:
        raise CustomerInactive(_("%(customer)s is inactive.") % {"customer": customer})
    return customer


def currencies_in_use() -> list[str]:
    """Return the currencies that customers buy in: those of the price lists."""
    return catalog.currencies_in_use()


def named(words: str) -> list[int]:
    """Return the ids of the customers whose name has *words*: few, by which a long list is looked up."""
    return list(Customer.objects.filter(name__icontains=words).values_list("pk", flat=True))


def find_customers(words: str, *, limit: int) -> list[Customer]:
    """Return the active customers with this number or, if there is none, those whose name has *words*, by name."""
    named = Customer.objects.filter(Q(number__iexact=words) | Q(name__icontains=words), active=True)
    found = list(named.order_by("name", "pk")[:limit])
    return [one for one in found if one.number.casefold() == words.casefold()] or found


@dataclass(frozen=True, slots=True)
class AddressCopies:
    """A customer's addresses as documents keep them."""

    customer: Customer
    known: list[dict[str, str]]
    by_role: dict[str, dict[str, str]]

    @property
    def countries(self) -> set[str]:
        """Return the countries in which they have an address."""
        return {copy["country"] for copy in self.known}

    def knows(self, address: Mapping[str, str]) -> bool:
        """Say whether *address* is one of theirs, whoever the addressee and however it is spaced or written."""
        return _place(address) in {_place(copy) for copy in self.known}

    def copy(self, role: str) -> dict[str, str]:
        """Return the address for *role*, the billing address where there is none.

        :raises AddressMissing: they have neither.
        """
        found = self.by_role.get(role) or self.by_role.get(Address.Role.BILLING)
        if found is None:
            raise AddressMissing(
                _("%(customer)s has no address.") % {"customer": self.customer}, customer_id=self.customer.pk
            )
        return found


def _place(address: Mapping[str, str]) -> tuple[str, ...]:
    names = ("street", "postal_code", "city", "country")
    return tuple("".join(str(address.get(name) or "").casefold().split()) for name in names)


def address_copies(*, customer: Customer) -> AddressCopies:
    """Return copies of all of the customer's addresses, one query."""
    found = rows.read(Address, "customer_id = %s", [customer.pk], "ORDER BY id DESC")
    known = [address.as_copy() | {"name": address.name or customer.name} for address in found]
    by_role = {address.role: copy for address, copy in zip(found, known, strict=True)}
    return AddressCopies(customer, known, by_role)


def address_copy(*, customer: Customer, role: str) -> dict[str, str]:
    """Return a copy of the customer's address for *role*, their billing address where there is none.

    :raises AddressMissing: they have neither.
    """
    return address_copies(customer=customer).copy(role)


def due_messages() -> QuerySet[Message]:
    """Return the notices that wait to be sent, the oldest first."""
    return Message.objects.filter(state=Message.State.QUEUED).order_by("id")


def undelivered() -> QuerySet[Message]:
    """Return the notices that wait for a person, the oldest first: no address, refused, or in doubt. One query."""
    listed = Message.objects.undelivered().select_related("customer").defer("body", "html")
    return listed.order_by("id")


def messages_of_customer(customer_id: int) -> QuerySet[Message]:
    """Return what was written to a customer, the newest first, without the texts."""
    return Message.objects.filter(customer_id=customer_id).defer("body", "html").order_by("-id")


def messages_of_document(*, document_type: str, document_id: int) -> QuerySet[Message]:
    """Return what was written about a document, such as an ``order``, the newest first, without the texts."""
    about = Message.objects.filter(document_type=document_type, document_id=document_id)
    return about.defer("body", "html").order_by("-id")


SAME_EXTERNAL_ID, SAME_VAT_ID, SAME_NAME = "same-external-id", "same-vat-id", "same-name-and-postal-code"

# Names are compared by the expression of the index `customer_name_spelt_alike`.
DUPLICATES = """
SELECT id, number, name, %(by_external_id)s FROM customers_customer WHERE external_id = %(external_id)s
UNION ALL
SELECT id, number, name, %(by_vat_id)s FROM customers_customer WHERE vat_id = %(vat_id)s AND vat_id <> ''
UNION ALL
SELECT id, number, name, %(by_name)s FROM customers_customer customer
WHERE regexp_replace(lower(name), '[[:space:][:punct:]]', '', 'g')
      = regexp_replace(lower(%(name)s), '[[:space:][:punct:]]', '', 'g')
  AND EXISTS (
    SELECT FROM customers_address
    WHERE customer_id = customer.id
      AND replace(upper(postal_code), ' ', '') = replace(upper(%(postal_code)s), ' ', '')
  )
"""


@dataclass(frozen=True, slots=True)
class SuspectedDuplicate:
    """A customer who may be the one that is being registered, and what makes one think so."""

    pk: int
    number: str
    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"


def suspected_duplicates(
    *, name: str, postal_code: str, vat_id: str, external_id: str | None
) -> list[SuspectedDuplicate]:
    """Return the customers who may be this one, each with the strongest reason; one statement.

    They have the same id in the shop or CRM, the same VAT id, or a name that differs in nothing but case, spaces
    and punctuation and an address with the same postal code.
    """
    wanted = {
        "name": name,
        "postal_code": postal_code,
        "vat_id": vat_id,
        "external_id": external_id,
        "by_external_id": SAME_EXTERNAL_ID,
        "by_vat_id": SAME_VAT_ID,
        "by_name": SAME_NAME,
    }
    found: dict[int, SuspectedDuplicate] = {}
    for pk, number, their_name, reason in fetch_all(DUPLICATES, wanted):
        found.setdefault(pk, SuspectedDuplicate(pk, number, their_name, reason))
    return list(found.values())


VAT_CHECK_GOOD_FOR = timedelta(days=90)


def vat_ids_to_check(*, on: date) -> QuerySet[Customer]:
    """Return the customers whose tax depends on a VAT id that nobody has answered for in ninety days."""
    answered = VatCheck.objects.filter(
        customer_id=OuterRef("pk"), vat_id=OuterRef("vat_id"), on__gt=on - VAT_CHECK_GOOD_FOR
    )
    depending = Customer.objects.filter(active=True, tax_region__evidence=TaxEvidence.VAT_ID)
    return depending.exclude(vat_id="").filter(~Exists(answered)).order_by("id")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferLine:
    """What a quantity of a product costs a customer; *price* is None where none of their lists has one."""

    product: Product
    quantity: Decimal
    currency: str
    price: PriceBreak | None
    is_contract_price: bool
    tax: TaxTreatment

    @property
    def net(self) -> Decimal | None:
        """Return the amount before tax, in the customer's currency; discounts on whole orders come off later."""
        if self.price is None:
            return None
        return line_net(
            quantity=self.quantity,
            unit_price=self.price.unit_price,
            discount_percent=Decimal(0),
            currency=self.currency,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What products cost a customer on a day, and the discounts that a whole order would get."""

    customer: Customer
    on: date
    lines: list[OfferLine]
    discounts: list[OrderDiscountBreak]


def offer(*, customer: Customer, quantities: Mapping[str, Decimal], on: date) -> Offer:
    """Return what these quantities, by SKU, cost the customer on *on*, and how they are taxed.

    Three statements, however many products; the customer is read with their contract list.

    :raises UnknownProduct: a SKU is not for sale.
    :raises TaxEvidenceMissing: the customer's region demands evidence that is not on file, and names no other.
    :raises TaxRateMissing: a product has no tax rate in the customer's region.
    """
    products = catalog.products_by_sku(quantities)
    pricing = catalog.prices(
        price_list_ids=customer.price_list_ids,
        quantities={products[sku].pk: quantity for sku, quantity in quantities.items()},
        on=on,
    )
    treatments = catalog.tax_treatments(
        region_id=customer.tax_region_id,
        category_ids={product.tax_category_id for product in products.values()},
        on=on,
        evidence=tax_evidence(customer, on=on),
    )
    contract = customer.contract_list.code if customer.contract_list else None
    lines = []
    for sku, quantity in quantities.items():
        price = pricing.prices.get(products[sku].pk)
        lines.append(
            OfferLine(
                product=products[sku],
                quantity=quantity,
                currency=customer.currency,
                price=price,
                is_contract_price=price is not None and price.list_code == contract,
                tax=treatments[products[sku].tax_category_id],
            )
        )
    return Offer(customer=customer, on=on, lines=lines, discounts=pricing.discounts)
