"""A form that a clerk fills in: what a verb refuses is said on it, beside everything that was typed."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest

from o2c.kernel.errors import DomainError

Result = TypeVar("Result")


def posted(request: HttpRequest) -> Any:
    """Return what was posted, be it nothing at all; None where the form is only shown."""
    return request.POST if request.method == "POST" else None


class DeskForm(forms.Form):
    """A form whose verb may be refused; *refusal* is what it said."""

    refusal: DomainError | None = None

    def hears(self, verb: Callable[..., Result], **arguments: object) -> Result | None:
        """Return what *verb* returns; None when it refuses, which the form then says."""
        try:
            return verb(**arguments)
        except DomainError as refusal:
            self.refusal = refusal
            return None

    @property
    def status(self) -> int:
        """Return the HTTP status of a page that shows this form."""
        if self.refusal is not None:
            return self.refusal.status
        return 422 if self.is_bound and not self.is_valid() else 200
