"""What the console checks of prices and taxes before the database does."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _, gettext_lazy
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextInputWidget,
)

from catalog.models import PriceList, TaxRegion
from o2c.kernel.formats import is_country
from o2c.kernel.masterform import MasterDataForm, ensure_currency


class PriceListForm(MasterDataForm):
    """A price list in a currency that exists."""

    class Meta:
        model = PriceList
        fields: ClassVar[Any] = "__all__"

    def clean_currency(self) -> str:
        """Refuse a code that is no currency's."""
        return ensure_currency(self.cleaned_data["currency"])


class TaxRegionForm(MasterDataForm):
    """A tax region of countries that exist."""

    class Meta:
        model = TaxRegion
        fields: ClassVar[Any] = "__all__"

    def clean_countries(self) -> list[str]:
        """Refuse what is no list of country codes."""
        countries = self.cleaned_data["countries"]
        if not isinstance(countries, list) or not all(
            isinstance(code, str) and is_country(code) for code in countries
        ):
            raise ValidationError(_('Enter ISO 3166-1 codes, such as ["FR", "DE"].'))
        return countries

    def clean(self) -> dict[str, Any]:
        """Refuse a region without the evidence that demands some itself."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        other = cleaned.get("without_evidence")
        if other is not None and other.evidence != TaxRegion.Evidence.NONE:
            self.add_error("without_evidence", _("This region demands evidence itself."))
        return cleaned


class FollowingForm(forms.Form):
    """From which day on another row follows: not before today, because what held on past days stays."""

    valid_from = forms.DateField(label=gettext_lazy("Valid from"), widget=UnfoldAdminSingleDateWidget())

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_valid_from(self) -> date:
        """Refuse a day that is past."""
        first: date = self.cleaned_data["valid_from"]
        if first < self.today:
            raise ValidationError(_("What held on past days stays: documents may have used it."))
        return first


class FollowingPriceForm(FollowingForm):
    """The price that follows."""

    unit_price = forms.DecimalField(label=gettext_lazy("Unit price"), widget=UnfoldAdminDecimalFieldWidget())


class FollowingRateForm(FollowingForm):
    """The tax rate that follows."""

    rate = forms.DecimalField(label=gettext_lazy("Rate"), widget=UnfoldAdminDecimalFieldWidget())
    legal_text = forms.CharField(
        label=gettext_lazy("Legal text"), max_length=200, required=False, widget=UnfoldAdminTextInputWidget()
    )
