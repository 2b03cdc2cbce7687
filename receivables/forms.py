"""What the cash desk's pages ask for. Forms check the shape; the services check the business."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _, gettext_lazy

from customers.models import Customer
from o2c.kernel import figures
from o2c.kernel.deskform import DeskForm
from o2c.kernel.fields import DayField, LocalDecimalField
from o2c.kernel.money import ZERO, minor_unit
from receivables.models import Payment, Receivable
from receivables.proposals import Ticks


def customers_meant(words: str) -> QuerySet[Customer]:
    """Return the customers whose number begins with *words*, or whose name has them in it; none for a letter."""
    if len(words) < 2:
        return Customer.objects.none()
    return Customer.objects.filter(Q(number__istartswith=words) | Q(name__icontains=words)).order_by("name")


def is_said(customer: Customer, words: str) -> bool:
    """Say whether *words* are the customer's number, which more may follow, or whole name."""
    return words.partition(" ")[0].upper() == customer.number or words.lower() == customer.name.lower()


class CustomerField(forms.CharField):
    """A customer by number or by name, or by a part that only one has; what was typed stays in the field."""

    def clean(self, value: Any) -> Any:
        """Return the customer.

        :raises ValidationError: there is none, or more than one.
        """
        words = super().clean(value).strip()
        by_number = Customer.objects.filter(number=words.partition(" ")[0].upper())
        for known in (by_number, Customer.objects.filter(name__iexact=words), customers_meant(words)):
            found = list(known[:2])
            if len(found) > 1:
                raise ValidationError(_("More than one customer has this in their name: choose one."))
            if found:
                return found[0]
        raise ValidationError(_("No customer has this number or name."))


class PaymentForm(DeskForm):
    """Money that came in."""

    customer = CustomerField(
        label=gettext_lazy("Customer"),
        help_text=gettext_lazy("Number or name."),
        widget=forms.TextInput(attrs={"list": "customers", "autocomplete": "off"}),
    )
    amount = LocalDecimalField(label=gettext_lazy("Amount"), decimal_places=None)
    received_on = DayField(label=gettext_lazy("Received"))
    method = forms.ChoiceField(label=gettext_lazy("Method"), choices=Payment.Method.choices)
    reference = forms.CharField(
        label=gettext_lazy("Remittance text"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Invoices that it names are ticked first."),
    )
    acknowledges_duplicate = forms.BooleanField(label=gettext_lazy("It is another payment"), required=False)

    def clean(self) -> dict[str, Any]:
        """Return what was typed.

        :raises ValidationError: the amount is not above zero, or is finer than the customer's currency.
        """
        data = super().clean() or {}
        customer, amount = data.get("customer"), data.get("amount")
        if amount is None or (amount > 0 and customer is None):
            return data
        if customer is None:
            self.add_error("amount", _("Enter an amount above zero."))
        elif amount <= 0 or amount % minor_unit(customer.currency):
            least = figures.money(minor_unit(customer.currency), customer.currency)
            text = _("Enter %(least)s %(currency)s or more, with no more decimals than that.")
            self.add_error("amount", text % {"least": least, "currency": customer.currency})
        return data

    def forgive_what_is_missing(self) -> None:
        """Take away what is said of fields that nobody has filled in yet."""
        for name, found in self.errors.as_data().items():
            if all(error.code == "required" for error in found):
                del self.errors[name]


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
