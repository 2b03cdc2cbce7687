"""What the key desk asks for."""

import secrets
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextInputWidget,
)

from customers.models import Customer
from o2c.gateway.event_catalogue import TYPES
from o2c.gateway.models import ApiKey, Scope, Shop

LONGEST_OVERLAP = 30  # days


class OnceForm(forms.Form):
    """A form whose *slip* lets it be sent once: sent again, it would make another key."""

    slip = forms.CharField(widget=forms.HiddenInput, initial=secrets.token_hex)


class KeyForm(OnceForm):
    """A new key."""

    shop = forms.ModelChoiceField(
        Shop.objects.filter(active=True).order_by("name"),
        label=gettext_lazy("Shop"),
        widget=UnfoldAdminSelectWidget(),
    )
    label = forms.CharField(
        label=pgettext_lazy("API key", "Label"),
        max_length=80,
        widget=UnfoldAdminTextInputWidget(),
        help_text=gettext_lazy("What it is for, such as “checkout server”."),
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("Mode"),
        choices=ApiKey.Mode.choices,
        initial=ApiKey.Mode.TEST,
        widget=UnfoldAdminRadioSelectWidget(),
        help_text=gettext_lazy("A test key works in the sandbox and never touches the books."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("It may"),
        choices=Scope.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )
    customer_number = forms.CharField(
        label=gettext_lazy("Only for customer"),
        max_length=20,
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text=gettext_lazy("Their number, such as C-10001; a test key's customer is one of the sandbox."),
    )
    expires_on = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=UnfoldAdminSingleDateWidget(),
        help_text=gettext_lazy("Without one it works until somebody revokes it."),
    )
    quota = forms.IntegerField(
        label=gettext_lazy("Requests a minute"),
        min_value=1,
        max_value=100_000,
        initial=600,
        widget=UnfoldAdminIntegerFieldWidget(),
    )

    def clean(self) -> dict[str, Any]:
        """Find the live key's customer."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        number = cleaned.get("customer_number", "").strip()
        if number and cleaned.get("mode") == ApiKey.Mode.LIVE:
            cleaned["customer"] = Customer.objects.filter(number=number).first()
            if cleaned["customer"] is None:
                self.add_error("customer_number", ValidationError(_("There is no such customer.")))
        return cleaned

    def asked(self, *, time_zone: str) -> dict[str, Any]:
        """Return what `create_key` is asked; the last day ends at midnight in *time_zone*."""
        given = self.cleaned_data
        is_test = given["mode"] == ApiKey.Mode.TEST
        customer = given.get("customer")
        return {
            "shop_id": given["shop"].pk,
            "label": given["label"],
            "mode": given["mode"],
            "scopes": given["scopes"],
            "customer_id": customer.pk if customer else None,
            "test_customer": given["customer_number"].strip() if is_test else "",
            "quota": given["quota"],
            "expires_at": _end_of(given["expires_on"], time_zone) if given["expires_on"] else None,
        }


class WebhookForm(OnceForm):
    """A new address at which a shop is told."""

    shop = forms.ModelChoiceField(
        Shop.objects.filter(active=True).order_by("name"),
        label=gettext_lazy("Shop"),
        widget=UnfoldAdminSelectWidget(),
    )
    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=500,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "url", "spellcheck": "false"}),
        help_text=gettext_lazy("It begins with https:// and takes a POST from outside."),
    )
    description = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=200,
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text=gettext_lazy("What it is for, such as “stock sync”."),
    )
    types = forms.MultipleChoiceField(
        label=gettext_lazy("Types of event"),
        choices=[(kind, kind) for kind in TYPES],
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text=gettext_lazy("Without any the shop is told of everything it may know."),
    )
    customer = forms.ModelChoiceField(
        Customer.objects.all(),
        to_field_name="number",
        label=gettext_lazy("Only for customer"),
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text=gettext_lazy("Their number, such as C-10001."),
        error_messages={"invalid_choice": gettext_lazy("There is no such customer.")},
    )

    def asked(self) -> dict[str, Any]:
        """Return what `create_webhook` is asked."""
        given = self.cleaned_data
        return {
            "shop_id": given["shop"].pk,
            "url": given["url"],
            "description": given["description"],
            "types": given["types"],
            "customer_id": given["customer"].pk if given["customer"] else None,
        }


class RotationForm(OnceForm):
    """How long the old key works beside its successor."""

    overlap = forms.IntegerField(
        label=gettext_lazy("Days that both work"),
        min_value=0,
        max_value=LONGEST_OVERLAP,
        initial=7,
        widget=UnfoldAdminIntegerFieldWidget(),
    )


class RevocationForm(forms.Form):
    """Nothing to say: only whether."""


def _end_of(day: Any, time_zone: str) -> datetime:
    midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=ZoneInfo(time_zone))
    return midnight.astimezone(UTC)
