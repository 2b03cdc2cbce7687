"""What the order desk changes of a customer; the page itself reads over all stages (`reporting.customer_page`)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from customers import services
from customers.forms import PeopleForms, PersonForm
from customers.models import Customer
from customers.rules import Person
from o2c.kernel.db import verb
from o2c.kernel.requests import actor, today

EXTRA = 2  # rows for people who come


@require_http_methods(["GET", "POST"])
@permission_required("customers.change_contact", raise_exception=True)
def contacts(request: HttpRequest, number: str) -> HttpResponse:
    """Show the people at a customer as rows, and let those that were sent be the people; an empty name goes."""
    customer = get_object_or_404(Customer, number=number)
    formset = _saved(request, customer) if request.method == "POST" else _people_at(customer)
    if formset.is_valid():
        messages.success(request, _("The contacts are saved."))
        return redirect("customer", number=customer.number)
    status = 422 if formset.is_bound else 200
    return render(
        request, "customers/contacts.html", {"customer": customer, "formset": formset}, status=status
    )


def _people_at(customer: Customer, data: Any = None) -> Any:
    """Return the rows of a customer's contacts, with what was sent."""
    people_forms: Any = forms.formset_factory(PersonForm, formset=PeopleForms, extra=EXTRA)
    stored = customer.contacts.order_by("role", "pk").values("role", "name", "email", "phone")
    return people_forms(data, stored=list(stored))


@verb
def _saved(request: HttpRequest, customer: Customer) -> Any:
    """Save the rows that were sent, unless they are wrong or a colleague's were not shown; return them."""
    formset = _people_at(Customer.objects.lock(customer.pk), request.POST)
    if formset.is_valid():
        people = [Person(**told) for told in formset.cleaned_data if told.get("name")]
        services.set_contacts(customer_id=customer.pk, people=people, on=today(request), actor=actor(request))
    return formset


@require_POST
@permission_required("customers.add_vatcheck", raise_exception=True)
def check_vat_id(request: HttpRequest, number: str) -> HttpResponse:
    """Have the customer's VAT id checked."""
    customer = get_object_or_404(Customer, number=number)
    services.request_vat_check(customer_id=customer.pk, on=today(request), actor=actor(request))
    messages.info(request, _("The VAT id is being checked; the answer stands in the history."))
    return redirect("customer", number=customer.number)
