"""What the pages of the books ask for."""

from collections.abc import Mapping
from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from o2c.kernel.fields import DayField

LONGEST = timedelta(days=366)


class AsOfForm(forms.Form):
    """The day whose evening the balance shows."""

    as_of = forms.DateField(
        label=_("As of"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def day(self, *, default: date) -> date:
        """Return the day asked for; *default* where none can be read."""
        return (self.is_valid() and self.cleaned_data["as_of"]) or default


class AgeingForm(AsOfForm):
    """As of which day, and in which amounts."""

    amounts = forms.ChoiceField(
        label=_("Amounts"),
        required=False,
        choices=[("", _("In the documents' currencies")), ("base", _("In the books' currency"))],
    )

    @property
    def is_in_base(self) -> bool:
        """Say whether the amounts are wanted in base currency."""
        return self.is_valid() and self.cleaned_data["amounts"] == "base"

    @property
    def page(self) -> int:
        """Return which page is asked for, from 1."""
        text = self.data.get("page", "")
        return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 5 else 1


class StatementForm(forms.Form):
    """From when until when; a year at most."""

    since = DayField(label=pgettext_lazy("date", "From"), required=False)
    until = DayField(label=_("Until"), required=False)

    def clean(self) -> None:
        """Refuse days that are no stretch.

        :raises ValidationError: it ends before it begins, or is longer than a year.
        """
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and not since <= until <= since + LONGEST:
            raise forms.ValidationError(_("A year at most, from the first day on."))

    def days(self, *, until: date, length: timedelta) -> tuple[date, date]:
        """Return the stretch asked for; what cannot be read is the one that ends on *until*."""
        known = self.cleaned_data if self.is_valid() else {}
        last = known.get("until") or until
        first = known.get("since") or last - length
        return (first, last) if first <= last <= first + LONGEST else (last - length, last)


def after_key(query: Mapping[str, str]) -> tuple[date, int] | None:
    """Return the key of the last line seen, such as ``2026-11-20.17``; None where there is none to read."""
    day, _sep, line = query.get("after", "").partition(".")
    try:
        return date.fromisoformat(day), int(line)
    except ValueError:
        return None
