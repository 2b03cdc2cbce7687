"""The query strings of lists. A parameter that a list does not know is refused."""

from rest_framework import serializers

from o2c.kernel.api.pages import MOST, USUAL
from o2c.kernel.api.serializers import Input


class ListQuery(Input):
    """What every list understands."""

    limit = serializers.IntegerField(
        min_value=1, max_value=MOST, default=USUAL, help_text="How many rows, at most 100."
    )
    cursor = serializers.CharField(
        max_length=240, default="", allow_blank=True, help_text="`next_cursor` of the page before."
    )
