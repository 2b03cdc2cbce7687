"""What the order pages ask for. Forms check the shape; the services check the business."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ReasonForm(forms.Form):
    """Why a person decides against the rule."""

    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("It stays in the history."))
