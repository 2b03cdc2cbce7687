"""What the order pages ask for. Forms check the shape; the services check the business."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.selectors import Show


class ListForm:
    """What the address of the list says; whatever cannot be read is left out, never refused."""

    def __init__(self, query: Mapping[str, str]) -> None:
        self.search = query.get("q", "").replace("\x00", "").strip()[:100]
        show, before = query.get("show", ""), query.get("before", "")
        self.show = Show(show) if show in set(Show) else Show.ALL
        self.before = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None


class ReasonForm(forms.Form):
    """Why a person decides against the rule."""

    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("It stays in the history."))
