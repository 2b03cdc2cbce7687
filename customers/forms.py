"""What the console asks for when a customer is registered or changed, checked by the rules of the verbs."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _, gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from customers import selectors
from customers.models import Address, Contact, Customer, PaymentTerms, VatCheck
from customers.rules import Person, Place, Requirements, is_valid_vat_id, normal_vat_id
from o2c.kernel.figures import formats
from o2c.kernel.formats import is_country
from o2c.kernel.masterform import (
    MasterDataForm,
    changed_meanwhile,
    ensure_currency,
    is_used,
    stamp_of,
)

LONGEST_TERM = 365  # days


def text_field(model: Any, name: str, **options: Any) -> forms.Field:
    """Return the form field of a column of *model*, as the console draws it."""
    made: forms.Field = model._meta.get_field(name).formfield(widget=UnfoldAdminTextInputWidget(), **options)
    return made


class CustomerForm(MasterDataForm):
    """A customer whose master data can be right."""

    class Meta:
        model = Customer
        fields: ClassVar[Any] = "__all__"

    def clean_vat_id(self) -> str:
        """Keep a VAT id without spaces; refuse one with wrong check digits."""
        vat_id = normal_vat_id(self.cleaned_data["vat_id"])
        if vat_id and not is_valid_vat_id(vat_id):
            raise ValidationError(_("This is no valid VAT id."))
        return vat_id

    def clean_currency(self) -> str:
        """Refuse a code that is no currency's."""
        return ensure_currency(self.cleaned_data["currency"])

    def clean_parent(self) -> Customer | None:
        """Refuse a parent that has a parent, and one for a customer who has children."""
        parent: Customer | None = self.cleaned_data["parent"]
        if parent is None:
            return None
        if parent.parent_id is not None or self.instance.children.exists():
            raise ValidationError(_("A parent has no parent: choose the customer at the top of the group."))
        return parent

    def clean(self) -> dict[str, Any]:
        """Refuse prices in another currency, and demands that nobody can meet."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("price_list", "contract_list"):
            price_list = cleaned.get(name)
            if price_list is not None and price_list.currency != cleaned.get("currency"):
                self.add_error(name, _("These prices are not in the customer's currency."))
        demands = Requirements(
            delivery_weekdays=cleaned.get("delivery_weekdays") or (),
            delivery_notice_days=cleaned.get("delivery_notice_days") or 0,
        )
        for problem in demands.problems():
            self.add_error(None, problem)
        return cleaned


class AddressForm(MasterDataForm):
    """An address in a country that exists."""

    class Meta:
        model = Address
        fields: ClassVar[Any] = "__all__"

    def clean_country(self) -> str:
        """Refuse a code that is no country's."""
        country: str = self.cleaned_data["country"]
        if not is_country(country):
            raise ValidationError(_("Enter an ISO 3166-1 code, such as GB."))
        return country


class RegistrationForm(CustomerForm):
    """A new customer with a billing address and somebody to write to."""

    street = text_field(Address, "street")
    postal_code = text_field(Address, "postal_code")
    city = text_field(Address, "city")
    country = text_field(Address, "country")
    contact_name = text_field(Contact, "name", required=False, label=gettext_lazy("Contact for orders"))
    contact_email = text_field(Contact, "email", required=False, label=gettext_lazy("Their e-mail address"))
    acknowledged = forms.BooleanField(
        required=False,
        widget=UnfoldBooleanSwitchWidget(),
        label=gettext_lazy("Another customer than those who seem to be the same"),
    )

    class Meta(CustomerForm.Meta):
        fields: ClassVar[Any] = (
            "name",
            "kind",
            "vat_id",
            "language",
            "currency",
            "price_list",
            "contract_list",
            "tax_region",
            "exemption_number",
            "exemption_until",
            "terms",
            "parent",
            "external_id",
        )
        labels: ClassVar = {"name": gettext_lazy("Legal name")}
        help_texts: ClassVar = {"tax_region": gettext_lazy("Empty: what the country and the kind make it.")}

    ADDRESS: ClassVar = ("street", "postal_code", "city", "country")
    BESIDES: ClassVar = (*ADDRESS, "contact_name", "contact_email", "acknowledged")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tax_region"].required = False

    clean_country = AddressForm.clean_country

    def clean(self) -> dict[str, Any]:
        """Name the customers who seem to be the same, unless somebody has looked at them."""
        cleaned = super().clean()
        if not self.errors and not cleaned["acknowledged"]:
            found = selectors.suspected_duplicates(
                name=cleaned["name"],
                postal_code=cleaned["postal_code"],
                vat_id=cleaned["vat_id"],
                external_id=cleaned["external_id"],
            )
            if found:
                names = ", ".join(map(str, found[:5]))
                self.add_error("acknowledged", _("This may be %s.") % names)
        return cleaned

    def registration(self) -> dict[str, Any]:
        """Return what the verb is told."""
        told = {name: self.cleaned_data[name] for name in RegistrationForm.Meta.fields}
        told["exemption"] = (told.pop("exemption_number"), told.pop("exemption_until"))
        told["address"] = {name: self.cleaned_data[name] for name in self.ADDRESS}
        told["acknowledged"] = self.cleaned_data["acknowledged"]
        if self.cleaned_data["contact_name"]:
            told["contacts"] = [
                Person(
                    role=Contact.Role.ORDERING,
                    name=self.cleaned_data["contact_name"],
                    email=self.cleaned_data["contact_email"],
                )
            ]
        return told


class VouchForm(MasterDataForm):
    """A VAT id for whose validity somebody has a document."""

    class Meta:
        model = VatCheck
        fields: ClassVar[Any] = ("customer", "valid", "reference")

    def clean(self) -> dict[str, Any]:
        """Refuse to vouch without a document, and for a customer without a VAT id."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("reference", "").strip():
            self.add_error("reference", _("Which document says so?"))
        if "customer" in cleaned and not cleaned["customer"].vat_id:
            self.add_error("customer", _("This customer has no VAT id."))
        return cleaned


class PersonForm(forms.Form):
    """Somebody at the customer, as a row of the page of contacts."""

    role = forms.ChoiceField(
        label=gettext_lazy("About"), choices=Contact.Role.choices, initial=Contact.Role.ORDERING
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=40, required=False)


def countries() -> list[tuple[str, str]]:
    """Return the countries that somebody chooses from, in their language."""
    return [("", "–"), *formats().countries()]


class PlaceForm(forms.Form):
    """An address, as a row of the page of addresses; *pk* is the one that it changes."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput())
    role = forms.ChoiceField(
        label=gettext_lazy("For"), choices=Address.Role.choices, initial=Address.Role.DELIVERY
    )
    name = forms.CharField(
        label=gettext_lazy("Addressee"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Empty: the customer's own name."),
    )
    street = forms.CharField(label=gettext_lazy("Street"), max_length=200, required=False)
    postal_code = forms.CharField(label=gettext_lazy("Postal code"), max_length=20, required=False)
    city = forms.CharField(label=gettext_lazy("City"), max_length=100, required=False)
    country = forms.ChoiceField(label=gettext_lazy("Country"), choices=countries, required=False)

    def goes(self) -> bool:
        """Say whether the row was emptied: without street, postal code and city it is no address."""
        told = getattr(self, "cleaned_data", {})
        return not any(told.get(name) for name in ("street", "postal_code", "city"))

    def clean(self) -> dict[str, Any]:
        """Refuse half an address."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("street", "city", "country"):
            if not self.goes() and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("This field is required."))
        return cleaned


class StoredRows(forms.BaseFormSet):  # type: ignore[type-arg]
    """Rows that replace what is *stored* of a customer, with room for more.

    What a colleague saved since the rows were shown is not overwritten unseen.
    """

    roles: ClassVar[Mapping[str, Any]]
    shown: ClassVar[Sequence[str]]

    def __init__(self, data: Any = None, *, stored: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(data, initial=None if data is not None else stored)
        self.stored = stored
        self.stamp = stamp_of(stored)

    def clean(self) -> None:
        """Say what is stored by now where that was not shown; sent again, the rows replace it."""
        if self.data.get("stamp", self.stamp) != self.stamp:
            raise changed_meanwhile(
                [
                    _("%(field)s: %(value)s")
                    % {
                        "field": self.roles[one["role"]],
                        "value": ", ".join(str(one[name]) for name in self.shown if one[name]),
                    }
                    for one in self.stored
                ]
            )


class PeopleForms(StoredRows):
    """The people at a customer; a row without a name goes."""

    roles: ClassVar = dict(Contact.Role.choices)
    shown = ("name", "email", "phone")

    def told(self) -> list[Person]:
        """Return the people that the rows say."""
        return [Person(**told) for told in self.cleaned_data if told.get("name")]


class PlaceForms(StoredRows):
    """The addresses of a customer; an emptied row goes."""

    roles: ClassVar = dict(Address.Role.choices)
    shown = ("name", "street", "postal_code", "city", "country")

    def clean(self) -> None:
        """Refuse to leave a customer without a billing address."""
        super().clean()
        if not any(self.errors) and all(place.role != Address.Role.BILLING for place in self.told()):
            raise ValidationError(_("A customer needs a billing address."))

    def told(self) -> list[Place]:
        """Return the addresses that the rows say."""
        return [Place(**form.cleaned_data) for form in self.forms if not form.goes()]


class PaymentTermsForm(MasterDataForm):
    """Terms that an invoice can be due by."""

    class Meta:
        model = PaymentTerms
        fields: ClassVar[Any] = "__all__"

    def clean(self) -> dict[str, Any]:
        """Refuse days that contradict each other, more than a year, and other terms than were agreed."""
        cleaned = super().clean()
        if self.instance.pk and set(self.changed_data) - {"name"} and is_used(self.instance):
            self.add_error(
                None,
                _(
                    "Customers or orders have these terms: what was agreed is not changed. "
                    "Add other terms, and give the customers those."
                ),
            )
        net, early = cleaned.get("net_days") or 0, cleaned.get("discount_days") or 0
        if net > LONGEST_TERM:
            self.add_error("net_days", _("Terms are a year long at most."))
        if cleaned.get("is_prepayment") and net:
            self.add_error("net_days", _("What is paid in advance has no days: enter 0."))
        elif early > net and not cleaned.get("end_of_month"):
            self.add_error("discount_days", _("The discount would last longer than the days to pay."))
        return cleaned
