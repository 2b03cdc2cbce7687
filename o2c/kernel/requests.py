"""What a page knows of its request: who asks, of which company, on which business date."""

from datetime import date

from django.http import HttpRequest

from o2c.kernel import clock
from o2c.kernel.models import Company, User


def actor(request: HttpRequest) -> User:
    """Return who asks, as the verbs want it. Every page but the sign-in asks for one."""
    assert isinstance(request.user, User)
    return request.user


def company(request: HttpRequest) -> Company:
    """Return the selling company, asked for once per request.

    :raises NotSetUp: there is none yet.
    """
    known: Company | None = getattr(request, "_company", None)
    if known is None:
        known = Company.objects.current()
        request._company = known  # type: ignore[attr-defined]
    return known


def today(request: HttpRequest) -> date:
    """Return the company's business date."""
    return clock.today(company(request).time_zone)
