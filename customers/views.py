"""What the order desk changes of a customer; the page itself reads over all stages (`reporting.customer_page`)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from customers import services
from customers.forms import PeopleForms, PersonForm, PlaceForm, PlaceForms, StoredRows
from customers.models import Customer
from o2c.kernel.db import verb
from o2c.kernel.requests import actor, today

EXTRA = 2  # rows for people who come


@dataclass(frozen=True, slots=True)
class RowsPage:
    """A page on which what a customer has of one kind is shown as rows, and replaced by those that are sent."""

    title: Any
    hint: Any
    saved: Any
    row: type[forms.Form]
    rows: type[StoredRows]
    stored: Callable[[Customer], Sequence[Mapping[str, Any]]]
    replace: Callable[..., object]  # the verb, asked for when it is needed

    def shown(self, customer: Customer, data: Any = None) -> Any:
        """Return the rows that are stored, with what was sent."""
        made: Any = forms.formset_factory(self.row, formset=self.rows, extra=EXTRA)
        return made(data, stored=self.stored(customer))

    @verb
    def taken(self, request: HttpRequest, customer: Customer) -> Any:
        """Save the rows that were sent, unless they are wrong or a colleague's were not shown; return them."""
        formset = self.shown(Customer.objects.lock(customer.pk), request.POST)
        if formset.is_valid():
            self.replace(customer.pk, formset.told(), on=today(request), actor=actor(request))
        return formset

    def answer(self, request: HttpRequest, number: str) -> HttpResponse:
        """Show the rows, or let those that were sent be what the customer has."""
        customer = get_object_or_404(Customer, number=number)
        formset = self.taken(request, customer) if request.method == "POST" else self.shown(customer)
        if formset.is_valid():
            messages.success(request, self.saved)
            return redirect("customer", number=customer.number)
        context = {"customer": customer, "formset": formset, "rows": self}
        return render(request, "customers/rows.html", context, status=422 if formset.is_bound else 200)


CONTACTS = RowsPage(
    title=gettext_lazy("Whom we write to"),
    hint=gettext_lazy("A row without a name goes."),
    saved=gettext_lazy("The contacts are saved."),
    row=PersonForm,
    rows=PeopleForms,
    stored=lambda customer: list(
        customer.contacts.order_by("role", "pk").values("role", "name", "email", "phone")
    ),
    replace=lambda customer_id, people, **by: services.set_contacts(
        customer_id=customer_id, people=people, **by
    ),
)
ADDRESSES = RowsPage(
    title=gettext_lazy("Addresses"),
    hint=gettext_lazy("Used from the next document on. A row without street, postal code and city goes."),
    saved=gettext_lazy("The addresses are saved."),
    row=PlaceForm,
    rows=PlaceForms,
    stored=lambda customer: list(
        customer.addresses.order_by("role", "pk").values(
            "pk", "role", "name", "street", "postal_code", "city", "country"
        )
    ),
    replace=lambda customer_id, places, **by: services.set_addresses(
        customer_id=customer_id, places=places, **by
    ),
)


@require_http_methods(["GET", "POST"])
@permission_required("customers.change_contact", raise_exception=True)
def contacts(request: HttpRequest, number: str) -> HttpResponse:
    """Show the people at a customer as rows, and let those that were sent be the people; an empty name goes."""
    return CONTACTS.answer(request, number)


@require_http_methods(["GET", "POST"])
@permission_required("customers.change_address", raise_exception=True)
def addresses(request: HttpRequest, number: str) -> HttpResponse:
    """Show the addresses of a customer as rows, and let those that were sent be theirs; an empty row goes."""
    return ADDRESSES.answer(request, number)


@require_POST
@permission_required("customers.add_vatcheck", raise_exception=True)
def check_vat_id(request: HttpRequest, number: str) -> HttpResponse:
    """Have the customer's VAT id checked."""
    customer = get_object_or_404(Customer, number=number)
    services.request_vat_check(customer_id=customer.pk, on=today(request), actor=actor(request))
    messages.info(request, _("The VAT id is being checked; the answer stands in the history."))
    return redirect("customer", number=customer.number)
