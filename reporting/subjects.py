"""The documents beside which notes and files are kept, as the kernel asks for them."""

from collections.abc import Callable

from django.db.models import Model
from django.urls import reverse

from catalog.models import Product
from customers.models import Customer
from fulfillment.models import Return, Shipment
from invoicing.models import Invoice
from ledger.models import JournalEntry
from o2c.kernel.attached import Place, Subject, carries
from orders.models import Order
from receivables.models import Payment


def _by_number(model: type[Model], url_name: str, number: str = "number") -> Callable[[int], Place | None]:
    def find(pk: int) -> Place | None:
        found = model._default_manager.filter(pk=pk).values_list(number, flat=True).first()
        return None if found is None else Place(str(found), reverse(url_name, args=[found]))

    return find


def _invoice(pk: int) -> Place | None:
    invoice = Invoice.objects.filter(pk=pk).first()
    if invoice is None:
        return None
    return Place(str(invoice), reverse("invoice", args=[invoice.number or invoice.pk]))


def _entry(pk: int) -> Place | None:
    entry = JournalEntry.objects.filter(pk=pk).first()
    return None if entry is None else Place(str(entry), reverse("entry", args=[entry.pk]))


SUBJECTS = [
    Subject(type="order", permission="orders.view_order", find=_by_number(Order, "order")),
    Subject(type="shipment", permission="fulfillment.view_shipment", find=_by_number(Shipment, "shipment")),
    Subject(type="return", permission="fulfillment.view_return", find=_by_number(Return, "return")),
    Subject(type="invoice", permission="invoicing.view_invoice", find=_invoice),
    Subject(type="payment", permission="receivables.view_payment", find=_by_number(Payment, "payment")),
    Subject(type="customer", permission="customers.view_customer", find=_by_number(Customer, "customer")),
    Subject(
        type="product", permission="inventory.view_stocklevel", find=_by_number(Product, "product", "sku")
    ),
    Subject(type="journal_entry", permission="ledger.view_journalentry", find=_entry),
]


def register() -> None:
    """Let them carry notes and files."""
    for subject in SUBJECTS:
        carries(subject)
