"""What the order pages ask for. Forms check the shape; the services check the business."""

from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy as _, ngettext

from o2c.kernel.deskform import DeskForm
from o2c.kernel.fields import DayField, LocalDecimalField
from o2c.kernel.figures import money
from orders.errors import DuplicateSuspected
from orders.models import OrderPolicy
from orders.models.order import CancelCode


class ReasonForm(DeskForm):
    """Why a person decides against the rule."""

    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("It stays in the history."))


class ReleaseForm(ReasonForm):
    """Why a held order may pass, and for how long a later check shall respect that."""

    valid_until = DayField(
        label=_("Reaches until"),
        required=False,
        help_text=_("Empty: for as many days as the policy says."),
    )


class ReleaseOneForm(ReleaseForm):
    """The same for one order, which may be let grow; the *policy* and the currency of its amounts are told."""

    up_to = LocalDecimalField(label=_("Up to, gross"), required=False)

    def __init__(self, *args: Any, policy: OrderPolicy, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        threshold = f"{money(policy.second_release_from, currency)} {currency}"
        self.fields["valid_until"].help_text = empty_means(policy.release_days)
        self.fields["up_to"].help_text = gettext(
            "Empty: what the order comes to now. Above %(amount)s a second finance manager agrees."
        ) % {"amount": threshold}


def empty_means(days: int) -> str:
    """Return how long something lasts for which no day is named."""
    return ngettext("Empty: %(days)s day.", "Empty: %(days)s days.", days) % {"days": days}


class CancelForm(ReasonForm):
    """Why an order, or part of it, will not be carried out."""

    code = forms.ChoiceField(label=_("Why"), choices=CancelCode.choices, initial=CancelCode.CUSTOMER)
    field_order = ("code", "reason")


class LossForm(CancelForm):
    """Why a customer does not take a quote."""

    reason = forms.CharField(
        label=_("In their words"), max_length=200, required=False, help_text=_("Needed for “Other”.")
    )


class RenewForm(DeskForm):
    """How long a quote shall hold again; the *policy* says how long without a day."""

    valid_until = DayField(label=_("Valid until"), required=False)

    def __init__(self, *args: Any, policy: OrderPolicy | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["valid_until"].help_text = (
            gettext("Empty: for as many days as the policy says.")
            if policy is None
            else empty_means(policy.quote_days)
        )


class AcceptForm(DeskForm):
    """How the customer took a quote; whether a repeat is meant is asked where it is one."""

    po_number = forms.CharField(label=_("Their order number"), max_length=80, required=False)
    acknowledges_duplicate = forms.BooleanField(
        label=_("They ordered the same a short while ago, and want it again"), required=False
    )

    @property
    def asks_duplicate(self) -> bool:
        """Say whether they ordered the same a short while ago."""
        return isinstance(self.refusal, DuplicateSuspected) or bool(self["acknowledges_duplicate"].data)
