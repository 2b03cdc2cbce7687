"""What a desk asks of credit."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from credit import services
from credit.forms import LimitWishForm
from credit.selectors import account_of, open_limit_requests
from customers.models import Customer
from o2c.kernel.deskform import posted
from o2c.kernel.requests import actor, today


@require_http_methods(["GET", "POST"])
@permission_required("credit.request_limit", raise_exception=True)
def request_limit(request: HttpRequest, number: str) -> HttpResponse:
    """Ask which limit a customer should have and why, and hand that to a second person."""
    customer = get_object_or_404(Customer, number=number)
    form = LimitWishForm(posted(request))
    if form.is_valid():
        made = form.hears(
            services.request_limit,
            customer_id=customer.pk,
            on=today(request),
            actor=actor(request),
            **form.cleaned_data,
        )
        if made is not None:
            messages.success(request, _("The limit is requested; a finance manager decides."))
            return redirect("customer", number=customer.number)
    waiting = open_limit_requests().filter(account__customer=customer).first()
    context = {"customer": customer, "account": account_of(customer.pk), "form": form, "waiting": waiting}
    return render(request, "credit/limit.html", context, status=form.status)
