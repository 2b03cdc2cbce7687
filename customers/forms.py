"""What the console asks for when a customer is registered."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _, gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget

from customers.models import Address, Customer
from customers.rules import is_valid_vat_id


def address_field(name: str) -> forms.Field:
    """Return the form field of an address column, as the console draws it."""
    field: Any = Address._meta.get_field(name)
    made: forms.Field = field.formfield(widget=UnfoldAdminTextInputWidget())
    return made


class CustomerForm(forms.ModelForm):  # type: ignore[type-arg]
    """A customer whose VAT id passes its country's check."""

    class Meta:
        model = Customer
        fields: ClassVar[Any] = "__all__"

    def clean_vat_id(self) -> str:
        """Refuse a VAT id with wrong check digits."""
        vat_id: str = self.cleaned_data["vat_id"]
        if vat_id and not is_valid_vat_id(vat_id):
            raise ValidationError(_("This is no valid VAT id."))
        return vat_id


class RegistrationForm(CustomerForm):
    """A new customer with a billing address."""

    street = address_field("street")
    postal_code = address_field("postal_code")
    city = address_field("city")
    country = address_field("country")

    class Meta(CustomerForm.Meta):
        fields: ClassVar[Any] = (
            "name",
            "kind",
            "vat_id",
            "language",
            "currency",
            "price_list",
            "tax_region",
            "terms",
            "external_id",
        )
        labels: ClassVar = {"name": gettext_lazy("Legal name")}

    ADDRESS: ClassVar = ("street", "postal_code", "city", "country")

    def clean(self) -> dict[str, Any]:
        """Check the address as its own model would."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not (cleaned.get("country", "").isascii() and cleaned.get("country", "").isupper()):
            self.add_error("country", _("Enter an ISO 3166-1 code, such as GB."))
        return cleaned

    @property
    def address(self) -> dict[str, str]:
        """Return the billing address."""
        return {name: self.cleaned_data[name] for name in self.ADDRESS}
