"""What a field for a number says of what was typed, in the words and figures of the reader."""

from decimal import Decimal

import pytest
from django import forms
from django.utils.translation import override

from o2c.kernel.fields import LocalDecimalField


@pytest.mark.parametrize(
    ("language", "typed", "says"),
    [
        ("en", "12,5", "Enter a number."),
        ("en", "1e30", "Write the number out in digits."),
        ("en", "9" * 30, "The number is too large."),
        ("en", "1000000", "Enter 999,999.999 at most."),
        ("en", "-1", "Enter 0 or more."),
        ("en", "1.23456", "Enter 4 decimals at most."),
        ("nb", "1000000", "999\u00a0999,999"),
    ],
)
def test_a_number_that_cannot_be_right_is_answered_in_the_readers_words(
    language: str, typed: str, says: str
) -> None:
    field = LocalDecimalField(min_value=0, max_value=Decimal("999999.999"))
    with override(language), pytest.raises(forms.ValidationError) as refusal:
        field.clean(typed)
    [words] = [message for message in refusal.value.messages if says in message]
    assert words == says or language != "en"
