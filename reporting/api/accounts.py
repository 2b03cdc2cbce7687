"""The endpoints of customers' accounts: statements and ageing."""

from datetime import timedelta
from typing import Any, ClassVar, cast

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from customers.api.lookup import named_customer
from customers.models import Customer
from o2c.kernel import public_ids
from o2c.kernel.api.endpoints import Endpoint
from o2c.kernel.api.errors import CursorInvalid
from o2c.kernel.api.pages import Page
from o2c.kernel.api.queries import ListQuery
from o2c.kernel.api.serializers import MONEY, Input, MoneyField, Output, PublicIdField, money
from o2c.kernel.money import is_currency
from reporting.selectors.aging import Ages, Aging, aging
from reporting.selectors.statement import Movement, OpenItem, Statement, statement

PREFIXES = {"invoice": "inv", "credit_note": "crn", "payment": "pay", "payment_reversed": "pay"}
LONGEST = timedelta(days=366)


class StatementQuery(Input):
    """From when until when, and in which currency."""

    currency = serializers.CharField(
        max_length=3, required=False, help_text="The customer's, if it is not said."
    )

    def get_fields(self) -> Any:
        """Return the parameters; *from* is no name in Python."""
        return super().get_fields() | {
            "from": serializers.DateField(),
            "to": serializers.DateField(help_text="That day included."),
        }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return what was asked.

        :raises ValidationError: it ends before it begins, or is longer than a year.
        """
        if not attrs["from"] <= attrs["to"] <= attrs["from"] + LONGEST:
            raise ValidationError({"to": [_("A year at most, from the first day on.")]}, code="range")
        return attrs

    def validate_currency(self, value: str) -> str:
        """Return the currency.

        :raises ValidationError: there is none such.
        """
        if not is_currency(value):
            raise ValidationError(_("There is no such currency."), code="currency-unknown")
        return value


class EntryOut(Output):
    """A document on an account; positive is what the customer owes."""

    type = serializers.ChoiceField(list(PREFIXES), source="kind")
    id = serializers.SerializerMethodField(allow_null=True)
    number = serializers.CharField()
    on = serializers.DateField()
    due_on = serializers.DateField(allow_null=True)
    amount = serializers.SerializerMethodField()

    def get_id(self, entry: Movement | OpenItem) -> str | None:
        """Return the id of the document."""
        if entry.public_id is None:
            return None
        return public_ids.written(PREFIXES[entry.kind], entry.public_id)

    @extend_schema_field(MONEY)
    def get_amount(self, entry: Movement | OpenItem) -> dict[str, str]:
        """Return the amount."""
        return money(entry.amount, self.context["currency"])


class StatementMovementOut(EntryOut):
    """A document on an account, and what the customer owed after it."""

    balance = serializers.SerializerMethodField()

    @extend_schema_field(MONEY)
    def get_balance(self, entry: Movement) -> dict[str, str]:
        """Return the balance."""
        return money(entry.balance, self.context["currency"])


class OpenItemOut(EntryOut):
    """What was open of a document at the end; negative for credit notes and money that is not allocated."""


class StatementOut(Output):
    """A customer's account in one currency. Opening balance and movements make the closing one: what was open."""

    customer = PublicIdField("cus", source="customer.public_id")
    currency = serializers.CharField()
    opening = MoneyField()
    movements = StatementMovementOut(many=True)
    closing = MoneyField()
    open_items = OpenItemOut(many=True)

    def get_fields(self) -> Any:
        """Return the members; *from* is no name in Python."""
        return super().get_fields() | {
            "from": serializers.DateField(source="since"),
            "to": serializers.DateField(source="until"),
        }


class StatementView(Endpoint):
    """The account of a customer."""

    scopes: ClassVar = {"GET": "invoices:read"}
    query = StatementQuery

    @extend_schema(operation_id="getStatement", responses={200: StatementOut})
    def get(self, request: Request, customer_id: str) -> Response:
        """Show a customer's account between two days: balances, movements, and what was open at the end."""
        asked = self.asked()
        customer = named_customer(Customer.objects.for_principal(self.principal), customer_id)
        currency = asked.get("currency", customer.currency)
        found: Statement = statement(
            customer=customer, currency=currency, since=asked["from"], until=asked["to"]
        )
        return Response(StatementOut(found, context={"currency": currency}).data)


class AgesOut(Output):
    """What was open in a currency, by how many days it was overdue. Credits and money on account are negative."""

    currency = serializers.CharField()
    not_due = MoneyField()
    days_1_to_30 = MoneyField()
    days_31_to_60 = MoneyField()
    days_61_to_90 = MoneyField()
    over_90 = MoneyField()
    credits = MoneyField()
    on_account = MoneyField()
    balance = MoneyField()
    base_balance = serializers.SerializerMethodField(
        help_text="At the documents' rates, as the ledger has it."
    )

    @extend_schema_field(MONEY)
    def get_base_balance(self, ages: Ages) -> dict[str, str]:
        """Return the balance in base currency."""
        return money(ages.base_balance, self.context["base_currency"])


class CustomerAgesOut(Output):
    """What was open of a customer in one currency."""

    customer = PublicIdField("cus")
    number = serializers.CharField()
    name = serializers.CharField()
    ages = AgesOut()


class AgingOut(Output):
    """Who owed how much on a day. The totals are of all customers, on every page."""

    as_of = serializers.DateField()
    data = CustomerAgesOut(many=True)  # type: ignore[assignment] # a member of the shape
    has_more = serializers.BooleanField()
    next_cursor = serializers.CharField(allow_null=True)
    totals = AgesOut(many=True)


class AgingQuery(ListQuery):
    """Of which day, and of whom."""

    as_of = serializers.DateField(required=False, help_text="Today, if it is not said.")
    customer = PublicIdField("cus", required=False)


class AgingView(Endpoint):
    """Who owes how much, by age."""

    scopes: ClassVar = {"GET": "ledger:read"}
    query = AgingQuery

    @extend_schema(operation_id="getAging", responses={200: AgingOut})
    def get(self, request: Request) -> Response:
        """Show who owed how much on a day, by how long it was overdue; exact for days that are past, too."""
        asked = self.asked()
        found = aging(
            as_of=asked.get("as_of", self.today),
            customers=self._customers(asked),
            after=_after(asked["cursor"]),
            limit=asked["limit"],
        )
        return Response(self._told(found))

    def _customers(self, asked: dict[str, Any]) -> list[int] | None:
        """Return the only customers to look at, None for all."""
        known = Customer.objects.for_principal(self.principal)
        if "customer" in asked:
            known = known.filter(public_id=asked["customer"])
        elif self.principal.sees_all and self.principal.customer_id is None:
            return None
        return list(known.values_list("pk", flat=True))

    def _told(self, found: Aging) -> dict[str, Any]:
        context = {"base_currency": self.company.base_currency}
        last = found.next_customer
        page = Page([], public_ids.written("cus", last) if last else None)
        rows = cast("list[Any]", CustomerAgesOut(found.rows, many=True, context=context).data)
        totals = AgesOut(found.totals, many=True, context=context).data
        return {"as_of": found.as_of, **page.body(rows), "totals": totals}


def _after(cursor: str) -> Any:
    """Return the last customer of the page before.

    :raises CursorInvalid: the cursor is none that this report gave.
    """
    after = public_ids.read("cus", cursor) if cursor else None
    if cursor and after is None:
        raise CursorInvalid(_("The cursor is none that this list gave."))
    return after
