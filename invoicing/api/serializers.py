"""The shapes of invoices and credit notes in the API."""

from datetime import date
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from invoicing.models import Invoice
from o2c.kernel.api.expansion import Expansion
from o2c.kernel.api.serializers import MONEY, DecimalText, MoneyField, Output, PublicIdField, money
from orders.api.serializers import OrderOut
from orders.api.shown import alone
from receivables.models import Allocation

EXPANDABLE = ("lines", "order", "payments")


class InvoiceLineOut(Output):
    """A line as it is printed."""

    position = serializers.IntegerField()
    sku = serializers.CharField()
    description = serializers.CharField()
    quantity = DecimalText()
    unit = serializers.CharField(help_text="UN/ECE Recommendation 20, such as C62 for one piece.")
    unit_price = DecimalText(help_text="In the document's currency.")
    discount_percent = DecimalText()
    net = MoneyField(currency="invoice.currency")
    tax_code = serializers.CharField(help_text="UN/ECE 5305, as EN 16931 uses it.")
    tax_rate = DecimalText(help_text="Percent.")


class TaxGroupOut(Output):
    """The lines of a document that are taxed alike: EN 16931 BG-23."""

    code = serializers.CharField(help_text="UN/ECE 5305, as EN 16931 uses it.")
    rate = DecimalText(help_text="Percent.")
    legal_text = serializers.CharField()
    base = MoneyField(currency="invoice.currency")
    tax = MoneyField(currency="invoice.currency")


class SettlementOut(Output):
    """What of a payment or credit note was used for an invoice; taken back if it has a day of reversal."""

    payment = PublicIdField("pay", source="payment.public_id", allow_null=True)
    credit_note = PublicIdField("crn", source="credit.invoice.public_id", allow_null=True)
    invoice = PublicIdField("inv", source="receivable.invoice.public_id", allow_null=True)
    amount = MoneyField(currency="receivable.currency")
    on = serializers.DateField()
    reversed_on = serializers.DateField(allow_null=True)


class DocumentOut(Output):
    """What invoices and credit notes have in common. Amounts of both are positive."""

    number = serializers.CharField()
    customer = PublicIdField("cus", source="customer.public_id")
    order = PublicIdField("ord", source="order.public_id", allow_null=True)
    order_number = serializers.CharField()
    po_number = serializers.CharField()
    shipment_number = serializers.CharField()
    issued_on = serializers.DateField()
    delivered_on = serializers.DateField(allow_null=True)
    currency = serializers.CharField()
    net = MoneyField()
    tax = MoneyField()
    gross = MoneyField()
    taxes = TaxGroupOut(many=True)
    settled_on = serializers.DateField(source="receivable.settled_on", allow_null=True)
    order_details = serializers.SerializerMethodField(required=False, help_text="If expanded: order.")
    lines = InvoiceLineOut(many=True, required=False, help_text="In lists if expanded.")
    payments = serializers.SerializerMethodField(required=False, help_text="If expanded.")
    settled_by = ""  # the allocations of the receivable that tell how the document was used

    def __init__(
        self, *args: Any, today: date | None = None, expansion: Expansion | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.today = today
        for name, shown in (("lines", "lines"), ("order_details", "order"), ("payments", "payments")):
            if expansion is not None and shown not in expansion:
                del self.fields[name]

    @extend_schema_field(OrderOut(allow_null=True))
    def get_order_details(self, document: Invoice) -> Any:
        """Return the order without its lines, which were read with it."""
        assert self.today is not None
        order = document.order
        return None if order is None else alone(order, lines=list(order.lines.all()), today=self.today)

    @extend_schema_field(SettlementOut(many=True))
    def get_payments(self, document: Invoice) -> Any:
        """Return what settled an invoice, or what a credit note was used for."""
        if document.receivable is None:
            return []
        found: list[Allocation] = list(getattr(document.receivable, self.settled_by).all())
        return SettlementOut(sorted(found, key=lambda allocation: allocation.pk), many=True).data


def open_of(document: Invoice) -> Decimal:
    """Return what is open of a document, as a positive amount in its currency."""
    return abs(document.receivable.open_amount) if document.receivable else Decimal(0)


class InvoiceOut(DocumentOut):
    """An invoice. What is open of it is as of now."""

    settled_by = "allocations"
    id = PublicIdField("inv", source="public_id")
    due_on = serializers.DateField()
    terms = serializers.CharField(source="terms_text")
    open = serializers.SerializerMethodField()
    is_overdue = serializers.SerializerMethodField()

    @extend_schema_field(MONEY)
    def get_open(self, invoice: Invoice) -> dict[str, str]:
        """Return what is left to pay."""
        return money(open_of(invoice), invoice.currency)

    def get_is_overdue(self, invoice: Invoice) -> bool:
        """Return whether it should have been paid before today."""
        assert self.today is not None
        assert invoice.due_on is not None
        return open_of(invoice) > 0 and invoice.due_on < self.today


class CreditNoteOut(DocumentOut):
    """A credit note. What is left of it is as of now."""

    settled_by = "uses"
    id = PublicIdField("crn", source="public_id")
    invoice = PublicIdField(
        "inv",
        source="credits.public_id",
        allow_null=True,
        help_text="The invoice that it credits, EN 16931 BT-25; null where it credits none in particular.",
    )
    invoice_number = serializers.CharField(source="credits.number", allow_null=True)
    reason = serializers.CharField()
    open = serializers.SerializerMethodField()

    @extend_schema_field(MONEY)
    def get_open(self, note: Invoice) -> dict[str, str]:
        """Return what is left to use or pay back."""
        return money(open_of(note), note.currency)
