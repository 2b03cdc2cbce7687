"""What the console asks for before an entry is reversed."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSingleDateWidget, UnfoldAdminTextInputWidget


class ReversalForm(forms.Form):
    """When the reversal is dated, and why it is made."""

    on = forms.DateField(
        label=_("Date"), widget=UnfoldAdminSingleDateWidget(), help_text=_("In an open period.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=180, widget=UnfoldAdminTextInputWidget())
