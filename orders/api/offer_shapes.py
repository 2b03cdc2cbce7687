"""The shapes of quotes and previews in the API."""

from rest_framework import serializers

from credit.rules import PayOnAccount
from o2c.kernel.api.serializers import DecimalText, Input, MoneyField, Output, PublicIdField
from orders.api.serializers import AddressIn, AddressOut, LineIn, ReasonOut
from orders.models.order import CancelCode, Incoterm
from orders.specification import MAX_LINES

QUOTE_STATES = ["quoted", "expired", "lost", "accepted"]


class PreviewIn(Input):
    """What a customer would order."""

    customer = PublicIdField("cus", required=False, help_text="Not needed with a key bound to a customer.")
    po_number = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    requested_on = serializers.DateField(required=False, allow_null=True, default=None)
    delivery_address = AddressIn(required=False, allow_null=True, default=None)
    incoterm = serializers.ChoiceField(Incoterm.values, required=False, default="")
    ships_complete = serializers.BooleanField(required=False, allow_null=True, default=None)
    lines = serializers.ListField(child=LineIn(), allow_empty=False, max_length=MAX_LINES)


class QuoteIn(PreviewIn):
    """What a customer wants quoted."""

    external_id = serializers.CharField(
        max_length=80, required=False, allow_null=True, default=None, help_text="Your own id, used once."
    )
    valid_until = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="Without it, for as long as is usual."
    )


class AcceptanceIn(Input):
    """That the customer takes the quote."""

    po_number = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")


class DeclineIn(Input):
    """Why the customer does not take the quote."""

    code = serializers.ChoiceField(CancelCode.values)
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class PortionOut(Output):
    """How much of a line can leave on which day; nobody knows yet if there is none."""

    quantity = DecimalText()
    on = serializers.DateField(allow_null=True)


class OfferLineOut(Output):
    """A line: its price and why, and when it can leave."""

    position = serializers.IntegerField()
    sku = serializers.CharField(source="product.sku")
    description = serializers.CharField()
    unit = serializers.CharField(help_text="UN/ECE Recommendation 20, such as C62 for one piece.")
    quantity = DecimalText(source="ordered")
    unit_price = DecimalText(help_text="In the offer's currency.")
    price_rule = serializers.CharField(help_text="Why this price.")
    discount_percent = DecimalText()
    net = MoneyField()
    tax_code = serializers.CharField(help_text="UN/ECE 5305, as EN 16931 uses it.")
    tax_rate = DecimalText(help_text="Percent.")
    promised_on = serializers.DateField(allow_null=True, help_text="When all of it can leave.")
    promise = serializers.CharField(help_text="Why then; empty for what does not leave a warehouse.")
    splits = PortionOut(many=True, help_text="What could leave before.")
    alternative = serializers.CharField(
        allow_null=True, help_text="The SKU of what could be ordered instead."
    )


class OfferDiscountOut(Output):
    """The discount on the whole order, which is part of each line's."""

    percent = DecimalText()
    rule = serializers.CharField()


class OfferTaxOut(Output):
    """The tax of one rate."""

    code = serializers.CharField()
    rate = DecimalText()
    text = serializers.CharField(help_text="What the law wants printed.")
    base = MoneyField()
    tax = MoneyField()


class OfferTermsOut(Output):
    """How it is to be paid."""

    code = serializers.CharField()
    name = serializers.CharField()
    net_days = serializers.IntegerField()
    end_of_month = serializers.BooleanField()
    is_prepayment = serializers.BooleanField()
    discount_days = serializers.IntegerField()
    discount_percent = DecimalText()
    due_on = serializers.DateField(allow_null=True, help_text="If it is invoiced on the promised day.")


class OfferCreditOut(Output):
    """Whether it may be paid on account."""

    pay_on_account = serializers.ChoiceField([one.value for one in PayOnAccount])
    limit = MoneyField()
    exposure = MoneyField(help_text="Owed and on order, without this.")
    available = MoneyField()
    required = MoneyField(help_text="What this would take.")  # type: ignore[assignment]
    reasons = ReasonOut(many=True)
    next_step = serializers.CharField()


class OfferProblemOut(Output):
    """Something to mend before it is ordered, or to think of."""

    pointer = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()
    who = serializers.CharField(help_text="Who can mend it.")


class RepeatedOut(Output):
    """The order that this one repeats."""

    number = serializers.CharField()
    ordered_on = serializers.DateField()


class PreviewOut(Output):
    """What it would cost, when it would come, and whether it may be paid on account: as of now, not kept."""

    customer = PublicIdField("cus", source="order.customer.public_id")
    currency = serializers.CharField(source="order.currency")
    requested_on = serializers.DateField(source="order.requested_on", allow_null=True)
    promised_on = serializers.DateField(
        source="order.promised_on", allow_null=True, help_text="When everything can leave."
    )
    delivery_address = AddressOut(source="order.delivery_address")
    lines = OfferLineOut(many=True)
    discount = OfferDiscountOut(allow_null=True)
    net = MoneyField("order.net", currency="order.currency")
    taxes = OfferTaxOut(many=True)
    tax = MoneyField("order.tax", currency="order.currency")
    gross = MoneyField("order.gross", currency="order.currency")
    terms = OfferTermsOut()
    credit = OfferCreditOut(allow_null=True, help_text="Null once the quote is answered.")
    problems = OfferProblemOut(many=True, help_text="What would refuse the order.")
    warnings = OfferProblemOut(many=True)
    repeats = RepeatedOut(allow_null=True)


class QuoteOut(PreviewOut):
    """Prices that hold until a day. Promise and credit are as of now."""

    id = PublicIdField("ord", source="order.public_id", help_text="The order's too, once it is accepted.")
    number = serializers.CharField(source="order.number")
    state = serializers.ChoiceField(QUOTE_STATES)
    version = serializers.IntegerField(source="order.version")
    external_id = serializers.CharField(source="order.external_id", allow_null=True)
    quoted_on = serializers.DateField(source="order.ordered_on")
    valid_until = serializers.DateField(source="order.valid_until")
