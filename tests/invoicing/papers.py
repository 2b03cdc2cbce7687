"""Documents to print, in all five languages, without a database. As a program: the SHA-256 of one of them."""

import hashlib
import os
import sys
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "o2c.settings.test")
    django.setup()

from invoicing import pdf
from invoicing.models import Invoice, InvoiceLine, InvoiceTax
from o2c.kernel import paper

LANGUAGES = ("en", "fr", "nb", "id", "ru")
EXPORT = "Export: zero-rated supply of goods outside the customs territory."
SELLER = {
    "name": "Lantern and Company Limited",
    "street": "12 Candle Row",
    "postal_code": "N1 9GU",
    "city": "London",
    "country": "GB",
    "vat_id": "GB980780684",
    "registration_number": "01234567",
    "email": "accounts@lantern.example",
    "phone": "+44 20 7946 0000",
    "bank_name": "Example Bank",
    "iban": "GB33BUKB20201555555555",
    "bic": "BUKBGB22",
}
BUYERS = {
    "en": ("Harbour Lights Trading Ltd", "4 Quay Street", "BS1 4QA", "Bristol", "GB", "GB123456789"),
    "fr": ("Société d’Éclairage SARL", "14 rue des Œillets", "69002", "Lyon", "FR", "FR40303265045"),
    "nb": ("Fjordlys Belysning AS", "Strandgata 8", "5003", "Bergen", "NO", "NO923609016MVA"),
    "id": ("PT Cahaya Nusantara", "Jl. Jend. Sudirman Kav. 52–53", "12190", "Jakarta", "ID", ""),
    "ru": ("ООО «Северный свет»", "ул. Большая Морская, д. 21", "190000", "Санкт-Петербург", "RU", ""),
}
FIELDS = ("name", "street", "postal_code", "city", "country", "vat_id")


@dataclass(frozen=True)
class Paper:
    """A document with its lines and tax groups."""

    invoice: Invoice
    lines: list[InvoiceLine]
    taxes: list[InvoiceTax]

    def html(self) -> str:
        return pdf.markup(invoice=self.invoice, lines=self.lines, taxes=self.taxes)

    def pdf(self) -> bytes:
        number, on = self.invoice.number, self.invoice.issued_on
        assert number
        assert on
        return paper.to_pdf(paper.Sheet(html=self.html(), number=number, on=on))


def invoice(language: str = "en", *, currency: str = "EUR", copies: int = 1, **fields: object) -> Paper:
    """An invoice of three lines, *copies* times over, delivered to another place; *fields* replace some."""
    buyer = dict(zip(FIELDS, BUYERS[language], strict=True))
    facts = {
        "kind": "invoice",
        "number": "INV-2026-000123",
        "issued_on": date(2026, 11, 20),
        "delivered_on": date(2026, 11, 18),
        "due_on": date(2026, 12, 20),
        "seller": SELLER,
        "buyer": buyer | {"number": "C000042"},
        "delivery_address": buyer | {"street": "Dock 7"},
        "terms_text": "30 days net",
        "net_days": 30,
        "end_of_month": False,
        "po_number": "PO-88121/A",
        "order_number": "SO-104233",
        "shipment_number": "SH-100871",
        "net": Decimal("1235.90") * copies,
        "tax": Decimal("234.58") * copies,
        "gross": Decimal("1470.48") * copies,
    }
    lines = [line for copy in range(copies) for line in _lines(copy * 3)]
    taxes = [
        InvoiceTax(code="G", rate=Decimal(0), base=63 * copies, tax=Decimal(0), legal_text=EXPORT),
        InvoiceTax(
            code="S",
            rate=Decimal(20),
            base=Decimal("1172.90") * copies,
            tax=Decimal("234.58") * copies,
        ),
    ]
    return Paper(
        Invoice(state="issued", language=language, currency=currency, **(facts | fields)), lines, taxes
    )


def credit_note(language: str = "en") -> Paper:
    """A credit note over the same lines."""
    return invoice(
        language,
        kind="credit_note",
        number="CN-2026-000007",
        delivered_on=None,
        delivery_address=None,
        terms_text="",
        net_days=0,
        po_number="",
        order_number="",
        shipment_number="",
        reason="Three lanterns arrived with broken glass",
    )


def _lines(after: int) -> list[InvoiceLine]:
    zero = Decimal(0)
    rows = [
        ("LAN-BRS-32", "Brass storm lantern", "12", "C62", "48.50", "10", "523.80", "S", "20"),
        ("OIL-LMP-05", "Lamp oil", "37.5", "LTR", "17.3093", "0", "649.10", "S", "20"),
        ("BOK-LHK-02", "Lighthouse keeping", "3", "C62", "21", "0", "63.00", "G", "0"),
    ]
    return [
        InvoiceLine(
            position=after + position,
            sku=sku,
            description=description,
            quantity=Decimal(quantity),
            unit=unit,
            unit_price=Decimal(price),
            discount_percent=Decimal(discount) if discount != "0" else zero,
            net=Decimal(net),
            tax_code=code,
            tax_rate=Decimal(rate),
            tax_text="",
        )
        for position, (sku, description, quantity, unit, price, discount, net, code, rate) in enumerate(
            rows, 1
        )
    ]


if __name__ == "__main__":
    sys.stdout.write(hashlib.sha256(invoice(sys.argv[1]).pdf()).hexdigest())
