"""A form that a clerk fills in: what a verb refuses is said on it, beside everything that was typed."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from o2c.kernel.errors import DomainError
from o2c.kernel.fsm import ensure_can
from o2c.kernel.requests import actor

Result = TypeVar("Result")


def posted(request: HttpRequest) -> Any:
    """Return what was posted, be it nothing at all; None where the form is only shown."""
    return request.POST if request.method == "POST" else None


def leads_away(
    request: HttpRequest, transition: Callable[..., Any], *, otherwise: type[DomainError], to: str
) -> HttpResponse | None:
    """Return the way to a document, with the reason, where its form could only be refused; None where it opens."""
    try:
        ensure_can(transition, by=actor(request), otherwise=otherwise)
    except otherwise as refusal:
        messages.warning(request, refusal.message)
        return redirect(to)
    return None


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
