"""The shapes of what comes in and goes out: unknown members are refused, money is text with its currency."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar, TypeVar, cast

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.utils import extend_schema_field, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.fields import empty

from o2c.kernel import public_ids
from o2c.kernel.money import is_currency, round_money

# Plain ASCII digits: no sign that would change the meaning, no exponent, no NaN.
DECIMAL = re.compile(r"(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,6})?")

MONEY = {
    "type": "object",
    "required": ["amount", "currency"],
    "additionalProperties": False,
    "properties": {
        "amount": {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$", "examples": ["123.45"]},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "examples": ["EUR"]},
    },
}


class Input(serializers.Serializer[Any]):
    """What a caller sends. A member that the shape does not have is an error, never ignored."""

    def to_internal_value(self, data: Any) -> Any:
        """Check the members' names, then their values.

        :raises ValidationError: for all that is wrong.
        """
        if isinstance(data, Mapping):
            writable = {name for name, field in self.fields.items() if not field.read_only}
            unknown = {str(name): [UNKNOWN] for name in data if name not in writable}
            if unknown:
                raise ValidationError(unknown)
        return super().to_internal_value(data)


UNKNOWN = serializers.ErrorDetail("There is no such member, or it cannot be set.", code="unknown-field")


class NothingIn(Input):
    """Nothing needs to be said."""


class Output(serializers.Serializer[Any]):
    """What we answer.

    A serializer copies its fields when it is made, which costs more than showing a row. `of` and `each` show
    rows by one that is made once: a shape keeps nothing of a row or of a request.
    """

    @classmethod
    def of(cls, row: Any) -> dict[str, Any]:
        """Return one row as the API shows it."""
        return cast("dict[str, Any]", made_once(cls).to_representation(row))

    @classmethod
    def each(cls, rows: Iterable[Any]) -> list[dict[str, Any]]:
        """Return rows as the API shows them."""
        shape = made_once(cls)
        return [shape.to_representation(row) for row in rows]


Shape = TypeVar("Shape", bound=serializers.Serializer[Any])


@cache
def made_once(shape: type[Shape]) -> Shape:
    """Return the one serializer of a *shape*, to show rows or to check what came in by `run_validation`."""
    return shape()


class DecimalText(serializers.Field):  # type: ignore[type-arg]
    """A number that is counted or paid, as text; whole numbers may come as JSON numbers.

    *places* is how many decimals may follow the point; *positive* refuses zero.
    """

    default_error_messages: ClassVar = {
        "invalid": "Send a plain decimal number as a string, such as “12.50”.",
        "places": "At most {places} decimals.",
        "positive": "Must be more than zero.",
        "largest": "Must be less than {largest}.",
    }

    def __init__(self, *, places: int = 4, positive: bool = False, digits: int = 11, **options: Any) -> None:
        super().__init__(**options)
        self.places, self.positive, self.largest = places, positive, Decimal(10) ** digits

    def to_internal_value(self, data: Any) -> Decimal:
        """Return the exact number."""
        text = str(data) if isinstance(data, int) and not isinstance(data, bool) else data
        if not isinstance(text, str) or not DECIMAL.fullmatch(text):
            self.fail("invalid")
        number = Decimal(text)
        if -int(number.as_tuple().exponent) > self.places:
            self.fail("places", places=self.places)
        if number >= self.largest:
            self.fail("largest", largest=f"{self.largest:f}")
        if self.positive and number == 0:
            self.fail("positive")
        return number

    def to_representation(self, value: Decimal) -> str:
        """Return the number without trailing zeros."""
        return plain(value)


class DecimalTextSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """How `DecimalText` is documented: as narrow as it is."""

    target_class = DecimalText

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return what goes out, and of what comes in what can be taken."""
        if direction == "response":
            return {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$", "examples": ["2.5"]}
        field: DecimalText = self.target
        return {
            "type": ["string", "integer"],
            "pattern": f"^{_pattern(field)}$",
            "minimum": int(field.positive),
            "maximum": int(field.largest) - 1,
            "examples": ["2.5"],
        }


def _pattern(field: DecimalText) -> str:
    some = "(?=[0.]*[1-9])" if field.positive else ""
    whole = f"(0|[1-9][0-9]{{0,{field.largest.adjusted() - 1}}})"
    return f"{some}{whole}(\\.[0-9]{{1,{field.places}}})?"


class Separated(serializers.ListField):
    """Several values in one parameter of a query, separated by commas."""

    def get_value(self, dictionary: Any) -> Any:
        """Return the parameter's text."""
        return dictionary.get(self.field_name, empty)

    def to_internal_value(self, data: Any) -> list[Any]:
        """Return the values, each checked by the child."""
        return super().to_internal_value([one.strip() for one in str(data).split(",")])


class SeparatedSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """How `Separated` is documented: the child's values with commas between them."""

    target_class = Separated

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return the pattern of the whole text."""
        child = self.target.child
        one = _pattern(child) if isinstance(child, DecimalText) else r"[^,\s][^,]*"
        return {"type": "string", "pattern": f"^{one}(,{one})*$"}


class MoneyIn(Input):
    """An amount above zero with its currency."""

    amount = DecimalText(places=4, digits=15, positive=True)
    currency = serializers.RegexField(r"^[A-Z]{3}$", help_text="ISO 4217, such as EUR.")

    def validate_currency(self, value: str) -> str:
        """Return the currency.

        :raises ValidationError: nobody can pay in it today.
        """
        if not is_currency(value):
            raise ValidationError("There is no such currency.", code="currency-unknown")
        return value


def plain(number: Decimal) -> str:
    """Return a number as text, without an exponent and without zeros that say nothing."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(amount: Decimal, currency: str) -> dict[str, str]:
    """Return an amount as the API writes it, in the decimals of its currency."""
    return {"amount": f"{round_money(amount, currency):f}", "currency": currency}


def listed(shape: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """Return the shape of a page of a list whose rows have *shape*, for the documentation."""
    return inline_serializer(
        name=f"{shape.__name__.removesuffix('Out')}List",
        fields={
            "data": shape(many=True),
            "has_more": serializers.BooleanField(),
            "next_cursor": serializers.CharField(allow_null=True),
        },
    )


@extend_schema_field(MONEY)
class MoneyField(serializers.Field):  # type: ignore[type-arg]
    """An amount of the row, with the currency that another attribute of the row names."""

    def __init__(self, amount: str = "", *, currency: str = "currency", **options: Any) -> None:
        super().__init__(read_only=True, **options)
        self.amount, self.currency = amount, currency

    def get_attribute(self, instance: Any) -> Any:
        """Return amount and currency, or None."""
        amount = _attribute(instance, self.amount or str(self.field_name))
        return None if amount is None else (amount, _attribute(instance, self.currency))

    def to_representation(self, value: tuple[Decimal, str]) -> dict[str, str]:
        """Return both as text."""
        return money(*value)


def _attribute(instance: Any, path: str) -> Any:
    for name in path.split("."):
        instance = instance[name] if isinstance(instance, dict) else getattr(instance, name)
    return instance


class PublicIdField(serializers.Field):  # type: ignore[type-arg]
    """The id of a row, or of the row that *source* names, as the API writes it."""

    default_error_messages: ClassVar = {"invalid": "This is no id that begins with “{prefix}_”."}

    def __init__(self, prefix: str, **options: Any) -> None:
        super().__init__(**options)
        self.prefix = prefix

    def to_internal_value(self, data: Any) -> Any:
        """Return the UUID."""
        found = public_ids.read(self.prefix, data) if isinstance(data, str) else None
        if found is None:
            self.fail("invalid", prefix=self.prefix)
        return found

    def to_representation(self, value: Any) -> str:
        """Return prefix and UUID."""
        return public_ids.written(self.prefix, value)


class PublicIdFieldSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """How `PublicIdField` is documented: each kind of id by its own prefix."""

    target_class = PublicIdField

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return the pattern of this kind."""
        return {"type": "string", "pattern": f"^{self.target.prefix}_[0-9a-f]{{32}}$"}
