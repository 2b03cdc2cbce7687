"""Who buys, where they are, when they pay, and what we wrote to them."""

from customers.models.customer import Address, Contact, Customer, owned_by_customers_of
from customers.models.message import Message
from customers.models.terms import PaymentTerms
from customers.models.vat_check import VatCheck

__all__ = ["Address", "Contact", "Customer", "Message", "PaymentTerms", "VatCheck", "owned_by_customers_of"]
