"""What every page of the console is: for staff with a right, inside the console's frame."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from o2c.kernel.errors import DomainError

View = Callable[..., HttpResponse]


def for_any_of(*permissions: str) -> Callable[[View], View]:
    """Make a view a page of the console, for staff who have one of *permissions*."""

    def decorate(view: View) -> View:
        @wraps(view)
        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not any(request.user.has_perm(permission) for permission in permissions):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return admin.site.admin_view(run)

    return decorate


def page(
    request: HttpRequest, template: str, *, title: str, status: int = 200, **context: Any
) -> HttpResponse:
    """Return a page in the console's frame."""
    request.current_app = admin.site.name
    everywhere = admin.site.each_context(request)
    return TemplateResponse(request, template, {**everywhere, "title": title, **context}, status=status)


def tell(request: HttpRequest, verb: Callable[[], object], *, done: str) -> bool:
    """Call a verb, and say what became of it: done, or the refusal with its next step."""
    try:
        verb()
    except DomainError as refusal:
        messages.error(request, f"{refusal} ({refusal.code})")
        return False
    messages.success(request, done)
    return True
