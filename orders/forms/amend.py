"""The head of an order as a clerk changes it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from customers.models import Address
from o2c.kernel.fields import DayField
from orders.amendment import STAYS, HeadChange
from orders.forms.entry import KEPT, PRICES_MEANT
from orders.labels import address_words
from orders.models import Order
from orders.specification import MAX_PRIORITY


class AmendForm(forms.Form):
    """What of the order's own terms shall be otherwise, and why."""

    po_number = forms.CharField(label=gettext_lazy("Their order number"), max_length=80, required=False)
    requested_on = DayField(label=gettext_lazy("Wanted by"), required=False)
    delivery = forms.ChoiceField(label=gettext_lazy("Deliver to"), required=False)
    priority = forms.IntegerField(
        label=gettext_lazy("Priority"), min_value=-MAX_PRIORITY, max_value=MAX_PRIORITY, required=False
    )
    ships_complete = forms.BooleanField(label=gettext_lazy("Leaves in one shipment only"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Why it changes"),
        max_length=200,
        help_text=gettext_lazy("It stays in the history."),
    )
    acknowledges_prices = forms.BooleanField(label=PRICES_MEANT, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        self.order = order
        super().__init__(*args, **kwargs)
        found = Address.objects.filter(customer=order.customer_id).order_by("pk")
        self.addresses = {str(address.pk): address for address in found}
        delivery = self.fields["delivery"]
        assert isinstance(delivery, forms.ChoiceField)
        present = address_words(order.delivery_address)
        delivery.choices = [
            (KEPT, _("as it is: %(address)s") % {"address": present}),
            *((pk, str(address)) for pk, address in self.addresses.items()),
        ]

    def head(self) -> HeadChange:
        """Return what shall be otherwise; what is as it was is not asked for."""
        told = self.cleaned_data
        address = self.addresses.get(told.get("delivery", ""))
        copy = None
        if address is not None:
            copy = address.as_copy() | {"name": address.name or self.order.customer.name}
        wanted = told.get("requested_on")
        return HeadChange(
            po_number=self._other("po_number", told.get("po_number", "").strip()),
            requested_on=STAYS if wanted == self.order.requested_on else wanted,
            delivery_address=None if copy == self.order.delivery_address else copy,
            ships_complete=self._other("ships_complete", told.get("ships_complete", False)),
            priority=self._other("priority", told.get("priority")),
        )

    def _other(self, name: str, value: Any) -> Any:
        return None if value == getattr(self.order, name) else value


def as_it_is(order: Order) -> dict[str, Any]:
    """Return what the form shows of an order that nobody has changed yet."""
    is_draft = order.state == Order.State.DRAFT
    return {
        "po_number": order.po_number,
        "requested_on": order.requested_on,
        "delivery": KEPT,
        "priority": order.priority,
        "ships_complete": order.ships_complete,
        "reason": _("Corrected before it was submitted") if is_draft else "",
        "version": order.version,
    }
