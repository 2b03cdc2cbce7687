"""Who buys, where they are, and when they pay."""

from customers.models.customer import Address, Contact, Customer
from customers.models.terms import PaymentTerms

__all__ = ["Address", "Contact", "Customer", "PaymentTerms"]
