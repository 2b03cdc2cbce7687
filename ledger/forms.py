"""What the console asks for before an entry is reversed, and checks of exchange rates."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSingleDateWidget, UnfoldAdminTextInputWidget

from ledger.models import ExchangeRate
from o2c.kernel.masterform import MasterDataForm, ensure_currency


class ReversalForm(forms.Form):
    """When the reversal is dated, and why it is made."""

    on = forms.DateField(
        label=_("Date"), widget=UnfoldAdminSingleDateWidget(), help_text=_("In an open period.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=180, widget=UnfoldAdminTextInputWidget())


class ExchangeRateForm(MasterDataForm):
    """The rate of a currency that exists, and is another than that of the books."""

    class Meta:
        model = ExchangeRate
        fields: ClassVar[Any] = "__all__"

    def clean_currency(self) -> str:
        """Refuse a code that is no currency's."""
        return ensure_currency(self.cleaned_data["currency"])

    def clean(self) -> dict[str, Any]:
        """Refuse a rate of the base currency: it is one."""
        cleaned = super().clean()
        company = cleaned.get("company")
        if company is not None and cleaned.get("currency") == company.base_currency:
            self.add_error("currency", _("The books are kept in this currency: it has no rate."))
        return cleaned
