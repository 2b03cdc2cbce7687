"""What the console asks for: entries by hand, accounts of colleagues, the span of a report."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextInputWidget,
)

from ledger.models import Account
from o2c.console.services.staff import Person
from o2c.kernel.figures import known

LINES = 6
MONTHS = [(1, _("the last month")), (3, _("three months")), (12, _("twelve months")), (120, _("ever"))]


class EntryForm(forms.Form):
    """When an entry is dated, and why it is made."""

    on = forms.DateField(
        label=_("Date"), widget=UnfoldAdminSingleDateWidget(), help_text=_("In an open period.")
    )
    reference = forms.CharField(
        label=_("Reference"),
        max_length=140,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("Such as the number of the bank statement; each is posted once."),
    )
    description = forms.CharField(
        label=_("Description"),
        max_length=200,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("What happened, for whoever reads it in a year."),
    )


class EntryLineForm(forms.Form):
    """One side of an entry: an account, and a debit or a credit."""

    account = forms.ChoiceField(label=_("Account"), required=False, widget=UnfoldAdminSelectWidget())
    debit = forms.DecimalField(
        label=_("Debit"),
        required=False,
        min_value=Decimal(0),
        max_digits=19,
        decimal_places=4,
        widget=UnfoldAdminDecimalFieldWidget(),
    )
    credit = forms.DecimalField(
        label=_("Credit"),
        required=False,
        min_value=Decimal(0),
        max_digits=19,
        decimal_places=4,
        widget=UnfoldAdminDecimalFieldWidget(),
    )

    def __init__(self, *args: Any, accounts: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].choices = [("", "–"), *accounts]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse an amount without an account, and an account without an amount."""
        given = super().clean() or {}
        has_amount = bool(given.get("debit") or given.get("credit"))
        if has_amount and not given.get("account"):
            self.add_error("account", _("Which account?"))
        if given.get("account") and not has_amount and not self.errors:
            self.add_error("debit", _("How much?"))
        return given


EntryLines: "type[BaseFormSet[EntryLineForm]]" = formset_factory(EntryLineForm, extra=0)


def accounts_for_hand(company_id: int) -> list[tuple[str, str]]:
    """Return the accounts that take entries by hand: control accounts move with documents only."""
    accounts = Account.objects.filter(company_id=company_id, is_control=False).order_by("code")
    return [(account.code, f"{account.code} {known(account.name)}") for account in accounts]


class PersonForm(forms.Form):
    """What a colleague is called, and where they are reached."""

    username = forms.CharField(label=_("User name"), max_length=150, widget=UnfoldAdminTextInputWidget())
    first_name = forms.CharField(
        label=_("First name"), max_length=150, required=False, widget=UnfoldAdminTextInputWidget()
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=150, required=False, widget=UnfoldAdminTextInputWidget()
    )
    email = forms.EmailField(label=_("E-mail"), required=False, widget=UnfoldAdminTextInputWidget())
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("", _("As the browser")), *settings.LANGUAGES],
        required=False,
        widget=UnfoldAdminSelectWidget(),
    )

    def person(self) -> Person:
        """Return what was entered."""
        return Person(**{name: self.cleaned_data[name] for name in Person.__dataclass_fields__})


class RolesForm(forms.Form):
    """Which roles a colleague has."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text=_("What each may do stands on the page “What roles may do”."),
    )

    def __init__(self, *args: Any, offered: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = offered  # type: ignore[attr-defined]


class NewUserForm(RolesForm, PersonForm):
    """A colleague who is let in."""

    field_order = ("username", "first_name", "last_name", "email", "language", "roles")


class NothingForm(forms.Form):
    """A question that is answered by the button."""


class SpanForm(forms.Form):
    """How far a report looks back."""

    months = forms.ChoiceField(label=_("Looking back"), choices=MONTHS, required=False)
