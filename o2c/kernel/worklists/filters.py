"""What lists are usually narrowed by."""

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

import django_filters
from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy
from django_filters.widgets import DateRangeWidget

ANY = gettext_lazy("Any")


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


class YesNo(django_filters.widgets.BooleanWidget):
    """Yes, no, or either."""

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs)
        self.choices = [("", ANY), ("true", gettext_lazy("Yes")), ("false", gettext_lazy("No"))]


class Currency(django_filters.ChoiceFilter):
    """One of the currencies that *in_use* returns, which is asked once for a page, and only if they are looked at."""

    def __init__(self, *, in_use: Callable[[], list[str]], **options: Any) -> None:
        super().__init__(label=gettext_lazy("Currency"), choices=[], **options)
        self.in_use = in_use

    @property
    def field(self) -> Any:
        """Return the field with the currencies of now."""
        if not hasattr(self, "_field"):
            self.extra["choices"] = cache(lambda: [(code, code) for code in self.in_use()])
        return super().field


def whether(label: Any, **options: Any) -> Any:
    """Return the filter for what is so or is not."""
    return django_filters.BooleanFilter(label=label, widget=YesNo, **options)


def any_of(label: Any, choices: Any, **options: Any) -> Any:
    """Return the filter for one or more of some *choices*."""
    return django_filters.MultipleChoiceFilter(label=label, choices=choices, widget=Choices, **options)


def between(label: Any, **options: Any) -> Any:
    """Return the filter for a stretch of days."""
    return django_filters.DateFromToRangeFilter(label=label, widget=Days, **options)
