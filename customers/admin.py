"""Customers in the finance console."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from customers import services
from customers.forms import CustomerForm, RegistrationForm
from customers.models import Address, Contact, Customer, PaymentTerms
from o2c.context import actor, today
from o2c.kernel.admin import MasterDataAdmin, MasterDataInline


class AddressInline(MasterDataInline):
    """Where they are."""

    model = Address


class ContactInline(MasterDataInline):
    """Who they are."""

    model = Contact


@admin.register(Customer)
class CustomerAdmin(MasterDataAdmin):
    """Customers with their addresses and contacts."""

    form = CustomerForm
    list_display = ("number", "name", "currency", "terms", "tax_region", "active")
    list_select_related = ("terms", "tax_region")
    list_filter = ("active", "kind", "tax_region")
    search_fields = ("number", "name", "external_id", "vat_id")
    ordering = ("name",)
    autocomplete_fields = ("parent",)
    inlines = (AddressInline, ContactInline)

    def get_form(self, request: HttpRequest, obj: Any = None, change: Any = False, **kwargs: Any) -> Any:  # noqa: FBT002
        """Ask for the registration first; the rest is edited afterwards."""
        if obj is None:
            kwargs["form"] = RegistrationForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Return the fields of the form that is shown."""
        if obj is None:
            return [*RegistrationForm.Meta.fields, *RegistrationForm.ADDRESS]
        return list(super().get_fields(request, obj))

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Leave addresses and contacts until the customer exists."""
        return self.inlines if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Register a new customer through the verb that everybody uses."""
        if change:
            super().save_model(request, obj, form, change)
            return
        registered = services.register_customer(
            **{name: form.cleaned_data[name] for name in RegistrationForm.Meta.fields},
            address=form.address,
            on=today(request),
            actor=actor(request),
        )
        obj.pk, obj.number = registered.pk, registered.number


@admin.register(PaymentTerms)
class PaymentTermsAdmin(MasterDataAdmin):
    """When invoices are due."""

    list_display = ("code", "name", "net_days", "end_of_month", "discount_days", "discount_percent")
