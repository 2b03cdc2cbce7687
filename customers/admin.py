"""Customers in the finance console."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy as _

from customers import letters, selectors, services
from customers.forms import AddressForm, CustomerForm, PaymentTermsForm, RegistrationForm, VouchForm
from customers.models import Address, Contact, Customer, Message, PaymentTerms, VatCheck
from customers.vat import Answer
from o2c.kernel.admin import (
    ConsoleAdmin,
    DocumentAdmin,
    DocumentInline,
    MasterDataAdmin,
    MasterDataInline,
    among,
)
from o2c.kernel.errors import DomainError
from o2c.kernel.requests import actor, today


class AddressInline(MasterDataInline):
    """Where they are."""

    model = Address
    form = AddressForm


class ContactInline(MasterDataInline):
    """Who they are."""

    model = Contact


class VatCheckInline(DocumentInline):
    """What was answered about their VAT ids."""

    model = VatCheck
    fk_name = "customer"
    fields = ("vat_id", "valid", "source", "reference", "on", "actor")


class VatIdFilter(admin.SimpleListFilter):
    """Narrows the list to the VAT ids that tax depends on and nobody answered for lately."""

    title = _("VAT id")
    parameter_name = "vat_id"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the one choice."""
        return [("to-check", _("To be checked"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Customer]) -> QuerySet[Customer]:
        """Return those on the due list, or all."""
        if self.value() != "to-check":
            return queryset
        return queryset.filter(pk__in=selectors.vat_ids_to_check(on=today(request)).values("pk"))


@admin.register(Customer)
class CustomerAdmin(MasterDataAdmin):
    """Customers with their addresses and contacts."""

    form = CustomerForm
    list_display = ("number", "name", "currency", "terms", "tax_region", "vat_checked_on", "active")
    list_select_related = ("terms", "tax_region")
    list_filter = ("active", "kind", "tax_region", VatIdFilter)
    search_fields = ("number", "name", "external_id", "vat_id")
    ordering = ("name",)
    autocomplete_fields = ("parent",)
    readonly_fields = ("vat_checked_on", "registered_on")
    inlines = (AddressInline, ContactInline, VatCheckInline)
    desk_page = ("customer", "number")
    actions = ("check_vat_ids",)

    def get_form(self, request: HttpRequest, obj: Any = None, change: Any = False, **kwargs: Any) -> Any:  # noqa: FBT002
        """Ask for the registration first; the rest is edited afterwards."""
        if obj is None:
            kwargs["form"] = RegistrationForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Return the fields of the form that is shown."""
        if obj is None:
            return [*RegistrationForm.Meta.fields, *RegistrationForm.BESIDES]
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
            **form.registration(), on=today(request), actor=actor(request)
        )
        obj.pk, obj.number = registered.pk, registered.number

    def has_check_vat_permission(self, request: HttpRequest) -> bool:
        """Say whether this person may have VAT ids checked."""
        return request.user.has_perm("customers.add_vatcheck")

    @admin.action(description=_("Check the VAT ids"), permissions=["check_vat"])
    def check_vat_ids(self, request: HttpRequest, customers: QuerySet[Customer]) -> None:
        """Have them checked in the background; the answers appear on the customers."""
        for customer in customers:
            services.request_vat_check(customer_id=customer.pk, on=today(request), actor=actor(request))
        self.message_user(request, _("The VAT ids are being checked."))


@admin.register(VatCheck)
class VatCheckAdmin(ConsoleAdmin):
    """The answers about VAT ids; a new one is somebody's word, with a document."""

    form = VouchForm
    list_display = ("vat_id", "customer", "valid", "source", "on", "actor")
    list_select_related = ("customer", "actor")
    list_filter = ("valid", "source")
    search_fields = ("vat_id", "customer__name", "reference")
    ordering = ("-id",)
    autocomplete_fields = ("customer",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let those vouch who may."""
        return request.user.has_perm("customers.vouch_vatcheck")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: an answer stays what it was."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: an answer stays what it was."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Record the answer through the verb."""
        customer = form.cleaned_data["customer"]
        check = services.check_vat_id(
            customer_id=customer.pk,
            answer=Answer(
                customer.vat_id,
                form.cleaned_data["valid"],
                VatCheck.Source.PERSON,
                form.cleaned_data["reference"],
            ),
            on=today(request),
            actor=actor(request),
        )
        obj.pk, obj.vat_id = check.pk, check.vat_id


@admin.register(PaymentTerms)
class PaymentTermsAdmin(MasterDataAdmin):
    """When invoices are due, and which orders wait for the money."""

    form = PaymentTermsForm

    list_display = (
        "code",
        "name",
        "net_days",
        "end_of_month",
        "is_prepayment",
        "discount_days",
        "discount_percent",
    )
    list_filter = ("is_prepayment",)
    search_fields = ("code", "name")


class ReachedFilter(admin.SimpleListFilter):
    """Narrows the list to the notices that reached nobody and wait for a person."""

    title = _("reached")
    parameter_name = "reached"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the one choice."""
        return [("nobody", _("Nobody"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        """Return those that wait for a person, or all."""
        if self.value() != "nobody":
            return queryset
        return queryset.filter(pk__in=Message.objects.undelivered().values("pk"))


@admin.register(Message)
class MessageAdmin(DocumentAdmin):
    """What was written to customers, and how far it has come; what reached nobody is sent again from here."""

    list_display = ("queued_at", "customer", "about", "document_number", "state", "recipient_email", "error")
    list_select_related = ("customer",)
    list_filter = (ReachedFilter, "state", ("kind", among(letters.KINDS.items)), "language")
    search_fields = ("document_number", "customer__name", "recipient_email", "subject")
    ordering = ("-id",)
    fields = (
        "customer", "document_number", "about", "language", "recipient_name", "recipient_email", "subject", "text",
        "state", "attempts", "error", "queued_at", "claimed_at", "sent_at", "retry_at", "message_id",
    )  # fmt: skip
    actions: ClassVar = ["resend", "settle"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        """Leave the page that mail programs show where it is."""
        found: QuerySet[Message] = super().get_queryset(request)
        return found.defer("html")

    @admin.display(description=_("kind"), ordering="kind")
    def about(self, message: Message) -> str:
        """Return what it tells, in words: ``Order confirmed``."""
        return str(letters.KINDS[message.kind])

    @admin.display(description=_("text"))
    def text(self, message: Message) -> str:
        """Return the text with its lines."""
        return format_html('<div class="cs-text">{}</div>', message.body)

    def has_resend_permission(self, request: HttpRequest) -> bool:
        """Say whether the role sends notices again, and settles what is in doubt."""
        return request.user.has_perm("customers.resend_message")

    @admin.action(description=_("Send again"), permissions=["resend"])
    def resend(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        """Queue the chosen notices again."""
        self._for_each(request, queryset, services.resend_message, gettext("%(message)s is sent again."))

    @admin.action(description=_("Mark as sent: it was found to have arrived"), permissions=["resend"])
    def settle(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        """Settle the chosen notices that are in doubt."""
        self._for_each(request, queryset, services.settle_uncertain, gettext("%(message)s was sent."))

    def _for_each(
        self, request: HttpRequest, queryset: QuerySet[Message], verb: Callable[..., Message], done: str
    ) -> None:
        """Do the verb to each, and say of each what became of it."""
        for message in queryset.order_by("pk"):
            try:
                verb(message_id=message.pk, on=today(request), actor=actor(request))
            except DomainError as refusal:
                messages.error(request, f"{refusal} ({refusal.code})")
            else:
                messages.success(request, done % {"message": message})
