"""The endpoints of payments. They stand here, as what money settles are invoices, which receivables do not know."""

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, cast
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from customers.api.lookup import customer_of
from invoicing import selectors
from invoicing.api.serializers import SettlementOut
from invoicing.api.views import ALLOCATIONS
from invoicing.models import Invoice
from o2c.kernel import public_ids
from o2c.kernel.api.endpoints import Endpoint, once_only
from o2c.kernel.api.errors import ResourceNotFound, ValidationFailed
from o2c.kernel.api.queries import ListQuery
from o2c.kernel.api.serializers import (
    DecimalText,
    Input,
    MoneyField,
    MoneyIn,
    Output,
    PublicIdField,
    listed,
)
from o2c.kernel.public_ids import NOBODY
from orders.models import Order
from receivables import services
from receivables.errors import PaymentRecorded
from receivables.models import Payment

PREFIX = "pay"
MOST = 100
SETTLED = Prefetch("allocations", queryset=ALLOCATIONS.order_by("pk"))


class ShareIn(Input):
    """An invoice that the money is for."""

    invoice = PublicIdField("inv")
    amount = DecimalText(
        positive=True,
        required=False,
        allow_null=True,
        default=None,
        help_text="In the payment's currency; without it as much as is open and left.",
    )


class PaymentIn(Input):
    """Money that a shop has received for us."""

    customer = PublicIdField("cus", required=False, help_text="Not needed with a key bound to a customer.")
    amount = MoneyIn()
    received_on = serializers.DateField(required=False, help_text="Today, if it is not said.")
    method = serializers.ChoiceField(Payment.Method.values, default=Payment.Method.GATEWAY)
    provider = serializers.CharField(max_length=30, help_text="The gateway or bank account.")
    provider_reference = serializers.CharField(
        max_length=120, help_text="The provider's own id of this payment, used once."
    )
    reference = serializers.CharField(
        max_length=200, default="", allow_blank=True, help_text="What the payer wrote."
    )
    invoices = serializers.ListField(
        child=ShareIn(), max_length=MOST, default=list, help_text="What it is for, in this order."
    )
    order = PublicIdField(
        "ord",
        required=False,
        allow_null=True,
        default=None,
        help_text="Or the order whose open invoices it is for.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return what was sent.

        :raises ValidationError: it is for invoices and for an order, or for an invoice twice.
        """
        named = [share["invoice"] for share in attrs["invoices"]]
        if named and attrs["order"] is not None:
            raise ValidationError({"order": [_("Name invoices or an order.")]}, code="conflict")
        if len(set(named)) != len(named):
            raise ValidationError({"invoices": [_("Name each invoice once.")]}, code="repeated")
        return attrs


class PaymentOut(Output):
    """Money received: what of it settles which invoice, and what is left on the customer's account."""

    id = PublicIdField("pay", source="public_id")
    number = serializers.CharField()
    customer = PublicIdField("cus", source="customer.public_id")
    state = serializers.ChoiceField(Payment.State.values)
    method = serializers.ChoiceField(Payment.Method.values)
    provider = serializers.CharField()
    provider_reference = serializers.CharField(allow_null=True)
    reference = serializers.CharField()
    received_on = serializers.DateField()
    amount = MoneyField()
    allocated = MoneyField()
    on_account = MoneyField("unallocated")
    allocations = SettlementOut(many=True, required=False, help_text="In lists if expanded.")

    def __init__(self, *args: Any, with_allocations: bool = True, **options: Any) -> None:
        super().__init__(*args, **options)
        if not with_allocations:
            del self.fields["allocations"]


class PaymentsQuery(ListQuery):
    """Which payments to list."""

    customer = PublicIdField("cus", required=False)
    number = serializers.CharField(max_length=20, required=False)
    state = serializers.ChoiceField(Payment.State.values, required=False)
    provider = serializers.CharField(max_length=30, required=False)
    provider_reference = serializers.CharField(max_length=120, required=False)
    received_from = serializers.DateField(required=False)
    received_to = serializers.DateField(required=False, help_text="That day included.")


FILTERS = {
    "customer": "customer__public_id",
    "number": "number",
    "state": "state",
    "provider": "provider",
    "provider_reference": "provider_reference",
    "received_from": "received_on__gte",
    "received_to": "received_on__lte",
}


class PaymentEndpoint(Endpoint):
    """What the endpoints of payments share."""

    prefix = PREFIX

    def known(self) -> QuerySet[Payment]:
        """Return the payments that the key may know."""
        return Payment.objects.for_principal(self.principal).select_related("customer")


class PaymentsView(PaymentEndpoint):
    """All payments of the key's customers."""

    scopes: ClassVar = {"GET": "payments:read", "POST": "payments:write"}
    query = PaymentsQuery
    expandable = frozenset({"allocations"})

    @extend_schema(operation_id="listPayments", responses={200: listed(PaymentOut)})
    def get(self, request: Request) -> Response:
        """List payments, newest first."""
        asked, expanded = self.asked(), "allocations" in self.expansion()
        found = self.known().filter(**{path: asked[name] for name, path in FILTERS.items() if name in asked})
        page = self.page(found.prefetch_related(SETTLED) if expanded else found, asked)
        shape = PaymentOut(page.rows, many=True, with_allocations=expanded)
        return Response(page.body(cast("list[Any]", shape.data)))

    @extend_schema(operation_id="recordPayment", request=PaymentIn, responses={201: PaymentOut})
    @once_only
    def post(self, request: Request) -> Response:
        """Record money that you received, and use it for invoices; what is left stays on the customer's account."""
        given = self.given(PaymentIn)
        amount, currency = given["amount"]["amount"], given["amount"]["currency"]
        recorded = services.receive_payment(
            company=self.company,
            customer_id=customer_of(self.principal, given.get("customer")),
            amount=amount,
            currency=currency,
            received_on=_received_on(given, today=self.today),
            shares=self._shares(given, amount=amount, currency=currency),
            actor=self.actor,
            today=self.today,
            **{name: given[name] for name in ("method", "provider", "provider_reference", "reference")},
        )
        payment = self.known().prefetch_related(SETTLED).get(pk=recorded.pk)
        data = PaymentOut(payment).data
        location = reverse("api-payment", args=[data["id"]])
        return Response(data, status=status.HTTP_201_CREATED, headers={"Location": location})

    def _shares(self, given: dict[str, Any], *, amount: Decimal, currency: str) -> dict[int, Decimal]:
        """Return what of the money is for which open item.

        :raises ResourceNotFound: an invoice or the order is none that the key may know.
        """
        known = Invoice.objects.for_principal(self.principal)
        if given["order"] is not None:
            order_id = self._order(given["order"])
            return selectors.shares_of_order(order_id, amount=amount, currency=currency)
        wanted: dict[UUID, Decimal | None] = {one["invoice"]: one["amount"] for one in given["invoices"]}
        found = selectors.shares_of_invoices(known, wanted=wanted, amount=amount)
        if found is None:
            raise ResourceNotFound
        return found

    def _order(self, public_id: UUID) -> int:
        orders = Order.objects.for_principal(self.principal).filter(public_id=public_id)
        pk = orders.values_list("pk", flat=True).first()
        if pk is None:
            raise ResourceNotFound
        return pk

    def handle_exception(self, exc: Exception) -> Response:
        """Point a repeated payment to the first of its reference, if the key may know it."""
        if isinstance(exc, PaymentRecorded):
            named = {name: exc.details[name] for name in ("provider", "provider_reference")}
            first = self.known().filter(**named).first()
            if first is not None:
                public_id = public_ids.written(PREFIX, first.public_id)
                exc.details |= {"payment": public_id, "url": reverse("api-payment", args=[public_id])}
        return super().handle_exception(exc)


def _received_on(given: dict[str, Any], *, today: date) -> date:
    """Return when the money came in.

    :raises ValidationFailed: that is still to come.
    """
    told: date = given.get("received_on", today)
    if told > today:
        found = {"pointer": "/received_on", "code": "future", "detail": _("That day is still to come.")}
        raise ValidationFailed(_("The request does not fit: /received_on."), errors=[found])
    return told


class PaymentView(PaymentEndpoint):
    """One payment."""

    scopes: ClassVar = {"GET": "payments:read"}

    @extend_schema(operation_id="getPayment", responses={200: PaymentOut})
    def get(self, request: Request, payment_id: str) -> Response:
        """Show a payment with the invoices that it settles."""
        known = self.known().prefetch_related(SETTLED)
        found = known.filter(public_id=public_ids.read(PREFIX, payment_id) or NOBODY).first()
        if found is None:
            raise ResourceNotFound
        return Response(PaymentOut(found).data)
