"""The list of customers."""

from typing import Any, ClassVar

import django_filters
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy

from catalog.selectors import currencies_in_use
from customers.models import Address, Customer, PaymentTerms
from o2c.kernel.worklists import Column, Currency, Filters, Kind, Tag, Worklist, whether


class CustomerFilters(Filters):
    """By what customers are looked for."""

    active = whether(gettext_lazy("Active"))
    terms = django_filters.ModelMultipleChoiceFilter(
        label=gettext_lazy("Terms"), queryset=PaymentTerms.objects.order_by("name")
    )
    country = django_filters.CharFilter(label=gettext_lazy("Country"), lookup_expr="iexact")
    currency = Currency(in_use=currencies_in_use)


def standing(customer: Any) -> Tag | None:
    """Return that nobody sells to them any more."""
    return None if customer.active else Tag(str(gettext_lazy("inactive")))


class CustomerList(Worklist):
    """Everybody who buys, by name."""

    key = "customers"
    title = gettext_lazy("Customers")
    permission = "customers.view_customer"
    order = "name pk"
    search_hint = gettext_lazy("Number, name, VAT id or id in the shop")
    nothing = gettext_lazy("There is no customer yet.")
    filters = CustomerFilters
    columns: ClassVar = [
        Column(
            name="number",
            label=gettext_lazy("Number"),
            kind=Kind.LINK,
            sort="number",
            url=lambda customer: reverse("customer", args=[customer.number]),
        ),
        Column(name="name", label=gettext_lazy("Name"), sort="name", grows=True),
        Column(name="city", label=gettext_lazy("City"), sort="city"),
        Column(name="country", label=gettext_lazy("Country"), sort="country", shown=False),
        Column(name="terms.name", label=gettext_lazy("Terms"), sort="terms__name"),
        Column(name="standing", label=gettext_lazy("State"), kind=Kind.TAG, value=standing, shown=False),
    ]

    def rows(self) -> QuerySet[Customer]:
        """Return the customers with their terms and the town they are billed in."""
        billing = Address.objects.filter(customer=OuterRef("pk"), role=Address.Role.BILLING).order_by("pk")
        return Customer.objects.select_related("terms").annotate(
            city=Subquery(billing.values("city")[:1]), country=Subquery(billing.values("country")[:1])
        )

    def found(self, rows: QuerySet[Customer], words: str) -> QuerySet[Customer]:
        """Return those of this number, name or id."""
        return rows.filter(
            Q(number__iexact=words)
            | Q(name__icontains=words)
            | Q(vat_id__iexact=words)
            | Q(external_id=words)
        )
