"""Form fields that take what people type: numbers the local way."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy as _, ngettext_lazy

from o2c.kernel.formats import Formats, formats_for


def _formats() -> Formats:
    return formats_for(get_language() or "en")


def _what_is_wrong(text: str) -> str:
    """Return the code of what keeps a text from being a number."""
    if re.fullmatch(r"\s*[-+]?[0-9.,]+[eE][-+]?[0-9]+\s*", text):
        return "exponent"
    return "max_digits" if re.fullmatch(r"\s*-?[0-9]{19,}\s*", text) else "invalid"


class NumberInput(forms.TextInput):
    """A field for a number: a keypad on a phone, figures to the right."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", "class": "num", **(attrs or {})})


class LocalDecimalField(forms.DecimalField):
    """A decimal as the reader's language writes it: ``1,234.56`` in English, ``1 234,56`` in French."""

    widget = NumberInput
    default_error_messages = {  # noqa: RUF012 - as Django declares it
        "invalid": _("Enter a number."),
        "exponent": _("Write the number out in digits."),
        "max_value": _("Enter %(limit_value)s at most."),
        "min_value": _("Enter %(limit_value)s or more."),
        "max_digits": _("The number is too large."),
        "max_whole_digits": _("The number is too large."),
        "max_decimal_places": ngettext_lazy(
            "Enter %(max)d decimal at most.", "Enter %(max)d decimals at most.", "max"
        ),
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_digits": 19, "decimal_places": 4, **options})

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override] # as DecimalField does
        """Return the number that was typed; None for nothing."""
        if value in self.empty_values:
            return None
        if isinstance(value, Decimal):
            return value
        number = _formats().parse(str(value))
        if number is None:
            code = _what_is_wrong(str(value))
            raise forms.ValidationError(self.error_messages[code], code=code)
        return number

    def run_validators(self, value: Any) -> None:
        """Say what is wrong with limits written the local way.

        :raises ValidationError: the number is out of bounds, or too fine.
        """
        try:
            super().run_validators(value)
        except forms.ValidationError as refusal:
            for error in refusal.error_list:
                if error.params and "limit_value" in error.params:
                    error.params["limit_value"] = _formats().quantity(Decimal(error.params["limit_value"]))
            raise

    def prepare_value(self, value: Any) -> Any:
        """Return what the field shows: a number the local way, what was typed as it was typed."""
        return _formats().entered(value) if isinstance(value, Decimal) else value


class DayField(forms.DateField):
    """A day, chosen from the browser's own calendar, which writes it as the person's system does."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(**{"widget": widget, "input_formats": ["%Y-%m-%d"], **options})
