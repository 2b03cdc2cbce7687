"""What the cash desk's pages ask for. Forms check the shape; the services check the business."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _, gettext_lazy

from customers.models import Customer
from o2c.kernel.deskform import DeskForm
from o2c.kernel.fields import DayField, LocalDecimalField
from o2c.kernel.money import ZERO
from receivables.models import Payment, Receivable
from receivables.proposals import Ticks


class CustomerField(forms.CharField):
    """A customer by number or by name; what was typed stays in the field."""

    def clean(self, value: Any) -> Any:
        """Return the customer.

        :raises ValidationError: there is none, or more than one of that name.
        """
        words = super().clean(value).strip()
        number = words.partition(" ")[0].upper()
        found = Customer.objects.filter(number=number).first()
        if found is None:
            named = list(Customer.objects.filter(name__iexact=words)[:2])
            found = named[0] if len(named) == 1 else None
        if found is None:
            raise ValidationError(_("No customer has this number or name."))
        return found


class AmountField(LocalDecimalField):
    """An amount above zero."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"min_value": Decimal("0.0001"), **options})


class PaymentForm(DeskForm):
    """Money that came in."""

    customer = CustomerField(
        label=gettext_lazy("Customer"),
        help_text=gettext_lazy("Number or name."),
        widget=forms.TextInput(attrs={"list": "customers", "autocomplete": "off"}),
    )
    amount = AmountField(label=gettext_lazy("Amount"))
    received_on = DayField(label=gettext_lazy("Received"))
    method = forms.ChoiceField(label=gettext_lazy("Method"), choices=Payment.Method.choices)
    reference = forms.CharField(
        label=gettext_lazy("Remittance text"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Invoices that it names are ticked first."),
    )


class AllocateForm(DeskForm):
    """What was ticked, and what was typed beside it; what cannot be read counts as not typed."""

    def __init__(self, data: QueryDict | None, *, items: Sequence[Receivable]) -> None:
        super().__init__(data)
        self.items = items
        for item in items:
            self.fields[f"share-{item.pk}"] = LocalDecimalField(required=False, min_value=ZERO)

    @property
    def ticks(self) -> Ticks:
        """Return what was ticked."""
        self.is_valid()
        wanted = set(self.data.getlist("item")) if isinstance(self.data, QueryDict) else set()
        known = frozenset(item.pk for item in self.items if str(item.pk) in wanted)
        typed = {pk: self.cleaned_data.get(f"share-{pk}") for pk in known}
        return Ticks(known, {pk: amount for pk, amount in typed.items() if amount is not None})


class ReversalForm(DeskForm):
    """Why a payment is taken out of the books again."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("Such as: the bank returned it. It stays in the history."),
    )
