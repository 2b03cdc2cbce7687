"""What the billing desk's pages ask for. Forms check the shape; the services check the business."""

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from catalog.rules import Totals, document_totals, line_net
from invoicing.models import Invoice, InvoiceLine
from invoicing.services import CreditLineInput
from o2c.kernel.deskform import DeskForm
from o2c.kernel.fields import LocalDecimalField
from o2c.kernel.money import ZERO

PRICE_STEP = Decimal("0.000001")
HUNDRED = Decimal(100)


def paid_price(line: InvoiceLine) -> Decimal:
    """Return the net unit price of a billed line after its discount, in the six decimals that are stored."""
    price: Decimal = line.unit_price * (HUNDRED - line.discount_percent) / HUNDRED
    return price.quantize(PRICE_STEP, rounding=ROUND_HALF_UP)


class CreditNoteForm(DeskForm):
    """How much of each line of an invoice is given back, and why; all of it unless somebody says otherwise."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=160,
        help_text=gettext_lazy("It is printed on the credit note, after the number of the invoice."),
    )

    def __init__(self, data: Any, *, invoice: Invoice, lines: Sequence[InvoiceLine]) -> None:
        super().__init__(data)
        self.invoice, self.lines = invoice, lines
        for line in lines:
            self.fields[f"quantity-{line.pk}"] = LocalDecimalField(
                label=_("Quantity of %(sku)s") % {"sku": line.sku},
                required=False,
                min_value=ZERO,
                max_value=line.quantity,
                initial=line.quantity,
            )

    def rows(self) -> Iterator[tuple[InvoiceLine, forms.BoundField]]:
        """Yield the invoice's lines, each with the field of its quantity."""
        for line in self.lines:
            yield line, self[f"quantity-{line.pk}"]

    def _wanted(self) -> Iterator[tuple[InvoiceLine, Decimal]]:
        for line in self.lines:
            name = f"quantity-{line.pk}"
            known = self.cleaned_data.get(name) if self.is_bound else line.quantity
            if known:
                yield line, known

    @property
    def totals(self) -> Totals:
        """Return what would be given back, taxed as the invoice was, of the quantities that can be read."""
        if self.is_bound:
            self.is_valid()
        currency = self.invoice.currency
        return document_totals(
            (
                (
                    line_net(
                        quantity=quantity,
                        unit_price=paid_price(line),
                        discount_percent=ZERO,
                        currency=currency,
                    ),
                    line.treatment,
                )
                for line, quantity in self._wanted()
            ),
            currency=currency,
        )

    def credited(self) -> list[CreditLineInput]:
        """Return the lines to give back, at the price that was paid."""
        return [
            CreditLineInput(
                sku=line.sku,
                quantity=quantity,
                unit_price=paid_price(line),
                description=line.description,
            )
            for line, quantity in self._wanted()
        ]

    @property
    def reason_on_paper(self) -> str:
        """Return the reason with the invoice that it is about."""
        return f"{self.invoice.number}: {self.cleaned_data['reason']}"
