"""What the billing desk's pages ask for. Forms check the shape; the services check the business."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from catalog.rules import Totals
from invoicing.models import Invoice, InvoiceLine
from invoicing.rules import Creditable, wrong_credit
from o2c.kernel.deskform import DeskForm
from o2c.kernel.fields import LocalDecimalField
from orders.rules import totals_of


class CreditNoteForm(DeskForm):
    """How much of each line of an invoice is given back, and why; all that is left unless somebody says otherwise."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=160,
        help_text=gettext_lazy("It is printed on the credit note."),
    )

    def __init__(
        self,
        data: Any,
        *,
        invoice: Invoice,
        lines: Sequence[InvoiceLine],
        creditable: Mapping[int, Creditable],
    ) -> None:
        super().__init__(data)
        self.invoice, self.lines, self.creditable = invoice, lines, creditable
        for line in self._open():
            self.fields[f"quantity-{line.pk}"] = LocalDecimalField(
                label=_("Quantity of %(sku)s") % {"sku": line.sku},
                required=False,
                initial=creditable[line.pk].left,
            )

    def _open(self) -> Iterator[InvoiceLine]:
        """Yield the lines of which something is left to credit."""
        return (line for line in self.lines if self.creditable[line.pk].left)

    @property
    def is_open(self) -> bool:
        """Say whether anything is left to credit."""
        return any(self._open())

    def rows(self) -> Iterator[tuple[InvoiceLine, Creditable, forms.BoundField | None]]:
        """Yield the invoice's lines with what is left of them and, where that is something, a field for it."""
        for line in self.lines:
            left = self.creditable[line.pk]
            yield line, left, self[f"quantity-{line.pk}"] if left.left else None

    def clean(self) -> dict[str, Any]:
        """Say of each line what of it cannot be credited."""
        cleaned = super().clean() or self.cleaned_data
        for line in self._open():
            name = f"quantity-{line.pk}"
            asked = cleaned.get(name)
            if asked and (wrong := wrong_credit(self.creditable[line.pk], asked)):
                self.add_error(name, wrong)
        return cleaned

    def wrong_lines(self) -> list[str]:
        """Return what is wrong with quantities that were entered; their lines are in no total."""
        return [
            str(error) if line.sku in str(error) else f"{line.sku}: {error}"
            for line in self._open()
            for error in self.errors.get(f"quantity-{line.pk}", [])
        ]

    def wanted(self) -> Iterator[tuple[InvoiceLine, Decimal]]:
        """Yield the lines to give back with their quantities, of those that can be read."""
        for line in self._open():
            name = f"quantity-{line.pk}"
            known = self.cleaned_data.get(name) if self.is_bound else self.creditable[line.pk].left
            if known:
                yield line, known

    @property
    def totals(self) -> Totals:
        """Return what would be given back of the quantities that can be read."""
        if self.is_bound:
            self.is_valid()
        wanted = ((quantity, line) for line, quantity in self.wanted())
        return totals_of(wanted, currency=self.invoice.currency)

    @property
    def quantities(self) -> dict[int, Decimal]:
        """Return the quantities to give back, by invoice line."""
        return {line.pk: quantity for line, quantity in self.wanted()}
