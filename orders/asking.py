"""What the console asks for before a verb on orders."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextInputWidget,
)

from o2c.asking import ReasonForm
from orders.models.order import CancelCode


class CancelForm(ReasonForm):
    """Why an order is cancelled."""

    code = forms.ChoiceField(label=_("Why"), choices=CancelCode, widget=UnfoldAdminSelectWidget())
    reason = forms.CharField(label=_("In words"), max_length=200, widget=UnfoldAdminTextInputWidget())
    field_order = ("code", "reason")


class ReleaseForm(ReasonForm):
    """Why an order may pass, up to which amount and until when."""

    up_to = forms.DecimalField(
        label=_("Up to"),
        required=False,
        widget=UnfoldAdminDecimalFieldWidget(),
        help_text=_("Gross, in the order's currency; what the order is now, if you leave this empty."),
    )
    valid_until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=UnfoldAdminSingleDateWidget(),
        help_text=_("The policy says how long, if you leave this empty."),
    )
