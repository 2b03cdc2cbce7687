"""The head of an order or a quote as a clerk enters it."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _, gettext_lazy

from customers import selectors as customers
from customers.models import Address, Customer
from o2c.kernel.fields import DayField, LocalDecimalField
from orders.models import Order, OrderRequest
from orders.models.order import Incoterm

# A machine's channels are not typed in.
CHANNELS = [Order.Channel.PHONE, Order.Channel.EMAIL, Order.Channel.WEB, Order.Channel.IN_PERSON]
KEPT = "kept"
PRICES_MEANT = gettext_lazy("These prices are meant")
CHOSEN = re.compile(r".*\(([^()]+)\)")  # how a customer is written: the name, then the number


class EntryForm(forms.Form):
    """Who orders, how it came, and where and when it shall go."""

    customer = forms.CharField(
        label=gettext_lazy("Customer"),
        max_length=250,
        widget=forms.TextInput({"placeholder": gettext_lazy("Number or name"), "autocomplete": "off"}),
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"),
        choices=[(channel.value, channel.label) for channel in CHANNELS],
        initial=Order.Channel.PHONE,
    )
    po_number = forms.CharField(label=gettext_lazy("Their order number"), max_length=80, required=False)
    requested_on = DayField(label=gettext_lazy("Wanted by"), required=False)
    delivery = forms.ChoiceField(label=gettext_lazy("Deliver to"), required=False)
    incoterm = forms.ChoiceField(
        label=gettext_lazy("Incoterm"), choices=[("", "–"), *Incoterm.choices], required=False
    )
    discount_percent = LocalDecimalField(label=gettext_lazy("Discount on the order, %"), required=False)
    discount_reason = forms.CharField(label=gettext_lazy("Why the discount"), max_length=80, required=False)
    valid_until = DayField(label=gettext_lazy("Quote valid until"), required=False)
    acknowledges_duplicate = forms.BooleanField(label=gettext_lazy("They want it again"), required=False)
    acknowledges_prices = forms.BooleanField(label=PRICES_MEANT, required=False)
    reason = forms.CharField(label=gettext_lazy("Why the quote changes"), max_length=200, required=False)
    request = forms.ModelChoiceField(
        queryset=OrderRequest.objects.all(), required=False, widget=forms.HiddenInput
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, quote: Order | None = None, **kwargs: Any) -> None:
        self.quote = quote
        super().__init__(*args, **kwargs)
        customer = self._told()
        self.addresses: dict[str, Address] = {}
        choices = [("", _("their usual address"))]
        if quote is not None:
            choices.append((KEPT, _("as the quote has it")))
        if customer is not None:
            found = Address.objects.filter(customer=customer).order_by("pk")
            self.addresses = {str(address.pk): address for address in found}
            choices += [(pk, str(address)) for pk, address in self.addresses.items()]
        delivery = self.fields["delivery"]
        assert isinstance(delivery, forms.ChoiceField)
        delivery.choices = choices
        if quote is not None:  # its customer and channel stay
            del self.fields["customer"], self.fields["channel"]

    def _told(self) -> Customer | None:
        """Return the customer whom the form names already, if it is one."""
        if self.quote is not None:
            return self.quote.customer
        words = self.data.get("customer", "") if self.is_bound else self.initial.get("customer", "")
        self.found = customers_named(str(words))
        return self.found[0] if len(self.found) == 1 else None

    def clean_customer(self) -> Customer:
        """Return the customer that the number or name names.

        :raises ValidationError: nobody is called so, or several are.
        """
        if len(self.found) == 1:
            return self.found[0]
        if not self.found:
            raise ValidationError(_("No customer has this number or name."))
        names = ", ".join(map(str, self.found[:3]))
        raise ValidationError(_("Several customers: %(names)s …") % {"names": names})

    def clean(self) -> dict[str, Any]:
        """Keep the customer of the quote."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.quote is not None:
            cleaned["customer"] = self.quote.customer
        return cleaned

    @property
    def address(self) -> dict[str, str] | None:
        """Return the copy of the delivery address that was chosen; None leaves it to the customer's usual one."""
        chosen = self.cleaned_data.get("delivery", "")
        if chosen == KEPT and self.quote is not None:
            return dict(self.quote.delivery_address)
        address = self.addresses.get(chosen)
        if address is None:
            return None
        return address.as_copy() | {"name": address.name or self.cleaned_data["customer"].name}


def customers_named(words: str) -> list[Customer]:
    """Return the active customers whom *words* name: a number, a name, or both as a choice writes them."""
    plain = words.replace("\x00", "").strip()[:200]
    if not plain:
        return []
    chosen = CHOSEN.fullmatch(plain)
    if chosen:
        by_number = customers.find_customers(chosen[1], limit=2)
        if len(by_number) == 1:
            return by_number
    found = customers.find_customers(plain, limit=4)
    return [one for one in found if one.name.casefold() == plain.casefold()] or found
