"""What the pages of the books ask for."""

from collections.abc import Mapping
from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _


class AsOfForm(forms.Form):
    """The day whose evening the balance shows."""

    as_of = forms.DateField(
        label=_("As of"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def day(self, *, default: date) -> date:
        """Return the day asked for; *default* where none can be read."""
        return (self.is_valid() and self.cleaned_data["as_of"]) or default


def after_key(query: Mapping[str, str]) -> tuple[date, int] | None:
    """Return the key of the last line seen, such as ``2026-11-20.17``; None where there is none to read."""
    day, _sep, line = query.get("after", "").partition(".")
    try:
        return date.fromisoformat(day), int(line)
    except ValueError:
        return None
