"""What the console checks of prices and taxes before the database does."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

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
