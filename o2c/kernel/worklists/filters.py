"""What lists are usually narrowed by."""

from datetime import date
from typing import Any

import django_filters
from django.forms import CheckboxSelectMultiple
from django_filters.widgets import DateRangeWidget


class Filters(django_filters.FilterSet):
    """What a list can be narrowed to; ``today`` is the business date."""

    today: date


class Choices(CheckboxSelectMultiple):
    """Boxes to tick, in columns."""

    template_name = "worklists/choices.html"


class Days(DateRangeWidget):
    """Two days, as the browser asks for days."""

    template_name = "worklists/days.html"

    def __init__(self) -> None:
        super().__init__(attrs={"type": "date"})


def any_of(label: Any, choices: Any, **options: Any) -> Any:
    """Return the filter for one or more of some *choices*."""
    return django_filters.MultipleChoiceFilter(label=label, choices=choices, widget=Choices, **options)


def between(label: Any, **options: Any) -> Any:
    """Return the filter for a stretch of days."""
    return django_filters.DateFromToRangeFilter(label=label, widget=Days, **options)
