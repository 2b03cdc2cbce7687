"""The endpoint of credit: whether this customer may buy on account, and if not, what would help."""

from decimal import Decimal
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from credit.api.reasons import TOLD, told_once
from credit.rules import PayOnAccount
from credit.selectors import Outlook, outlook
from customers.api.lookup import named_customer
from customers.models import Customer
from o2c.kernel.api.endpoints import Endpoint
from o2c.kernel.api.serializers import DecimalText, Input, MoneyField, Output, PublicIdField, money
from o2c.kernel.money import minor_unit

# By the code of the first cure; *amount* is in the customer's currency.
NEXT_STEPS: dict[str, Promise] = {
    "unblock": _("Ask the credit desk; nothing can be ordered until they lift the block."),
    "pay": _("Have {amount} {currency} paid first."),
    "allocate": _("The money is there: ask for {amount} {currency} of it to be allocated."),
    "raise-limit": _("Order less, pay in advance, or ask the credit desk for a higher limit."),
    "add-exchange-rate": _("Ask the finance desk to enter the exchange rate of {currency}."),
    "first-order-up-to": _("Order up to {amount} {currency} first, or pay in advance."),
    "pay-in-advance": _("Pay in advance."),
}
PREPAY = _("Take the money with the order.")


class CreditQuery(Input):
    """How much is to be bought."""

    amount = DecimalText(
        positive=True,
        required=False,
        help_text="Gross, in the customer's currency. Without it: whether anything may be bought.",
    )


class CreditReasonOut(Output):
    """A reason that stands against it, with the figures that were compared and what would cure it."""

    code = serializers.CharField()
    text = serializers.CharField()
    figures = serializers.DictField(child=serializers.CharField())
    cure = serializers.DictField(child=serializers.CharField())
    next_step = serializers.CharField()


class CreditOut(Output):
    """What a customer may owe, owes and has left, and whether they may pay on account."""

    customer = PublicIdField("cus", source="customer.public_id")
    limit = MoneyField("facts.limit", currency="customer.currency")
    receivables = MoneyField("facts.receivables", currency="customer.currency")
    committed = MoneyField(
        "facts.committed", currency="customer.currency", help_text="On order, not invoiced."
    )
    exposure = MoneyField("facts.exposure", currency="customer.currency")
    available = MoneyField("facts.available", currency="customer.currency")
    overdue = MoneyField("facts.overdue", currency="customer.currency")
    days_overdue = serializers.IntegerField(source="facts.days_overdue", help_text="Of the oldest.")
    on_account = MoneyField(
        "facts.on_account", currency="customer.currency", help_text="Paid, not allocated."
    )
    pay_on_account = serializers.ChoiceField([one.value for one in PayOnAccount])
    reasons = serializers.SerializerMethodField()
    next_step = serializers.SerializerMethodField(help_text="Empty where they may pay on account.")

    @extend_schema_field(CreditReasonOut(many=True))
    def get_reasons(self, found: Outlook) -> Any:
        """Return what stands against it, as far as a shop may know."""
        against = [outcome.as_record() | {"code": f"credit-{outcome.rule}"} for outcome in found.against]
        told = [record | {"text": record["reason"]} for record in against]
        return CreditReasonOut(told_once(told, tellings=TOLD), many=True).data

    def get_next_step(self, found: Outlook) -> str:
        """Return what would help first."""
        for outcome in found.against:
            told = {"currency": found.customer.currency} | outcome.cure
            amount = money(Decimal(told.get("amount", "0")), found.customer.currency)["amount"]
            return str(NEXT_STEPS[outcome.cure["code"]]).format(**told | {"amount": amount})
        return "" if found.pay_on_account == PayOnAccount.ALLOWED else str(PREPAY)


class CreditView(Endpoint):
    """The credit of a customer."""

    scopes: ClassVar = {"GET": "credit:read"}
    query = CreditQuery

    @extend_schema(operation_id="getCredit", responses={200: CreditOut})
    def get(self, request: Request, customer_id: str) -> Response:
        """Show a customer's credit, and whether they may buy on account. Nothing is reserved: orders do that."""
        asked = self.asked()
        known = Customer.objects.for_principal(self.principal).select_related("terms")
        customer = named_customer(known, customer_id)
        amount = asked.get("amount", minor_unit(customer.currency))
        found = outlook(customer=customer, requested=amount, on=self.today)
        return Response(CreditOut(found).data)
