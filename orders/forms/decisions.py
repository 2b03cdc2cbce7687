"""What the order pages ask for. Forms check the shape; the services check the business."""

from django import forms
from django.utils.translation import gettext_lazy as _

from o2c.kernel.fields import DayField, LocalDecimalField
from orders.models.order import CancelCode


class ReasonForm(forms.Form):
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
    """The same for one order, which may be let grow."""

    up_to = LocalDecimalField(
        label=_("Up to, gross"),
        required=False,
        help_text=_("Empty: what the order comes to now. Above the policy's amount a second person agrees."),
    )


class CancelForm(ReasonForm):
    """Why an order, or part of it, will not be carried out."""

    code = forms.ChoiceField(label=_("Why"), choices=CancelCode.choices, initial=CancelCode.CUSTOMER)
    field_order = ("code", "reason")


class LossForm(CancelForm):
    """Why a customer does not take a quote."""

    reason = forms.CharField(
        label=_("In their words"), max_length=200, required=False, help_text=_("Needed for “Other”.")
    )


class RenewForm(forms.Form):
    """How long a quote shall hold again."""

    valid_until = DayField(
        label=_("Valid until"), required=False, help_text=_("Empty: for as many days as the policy says.")
    )


class AcceptForm(forms.Form):
    """How the customer took a quote."""

    po_number = forms.CharField(label=_("Their order number"), max_length=80, required=False)
    acknowledges_duplicate = forms.BooleanField(
        label=_("They ordered the same a short while ago, and want it again"), required=False
    )
