"""What the console asks for before a verb on credit."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextInputWidget,
)

from o2c.asking import ReasonForm
from o2c.kernel.deskform import DeskForm
from o2c.kernel.fields import LocalDecimalField


class LimitRequestForm(ReasonForm):
    """Which limit, and why."""

    limit = forms.DecimalField(
        label=_("Limit"),
        widget=UnfoldAdminDecimalFieldWidget(),
        help_text=_("In the customer's currency. 0 means no credit: every order waits for money."),
    )
    field_order = ("limit", "reason")


class ReviewForm(forms.Form):
    """What was found, and when to look again."""

    note = forms.CharField(label=_("What you found"), max_length=200, widget=UnfoldAdminTextInputWidget())
    review_on = forms.DateField(
        label=_("Next review"),
        required=False,
        widget=UnfoldAdminSingleDateWidget(),
        help_text=_("The policy says when, if you leave this empty."),
    )


class LimitWishForm(DeskForm):
    """Which limit a desk asks for, and why."""

    limit = LocalDecimalField(
        label=_("Limit"),
        help_text=_("In the customer's currency. 0 means no credit: every order waits for money."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("Who decides reads it."))
