"""Guarding a state change: the state machine and the permission, answered by a named refusal."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django_fsm import can_proceed, has_transition_perm

from o2c.kernel.errors import DomainError, NotPermitted
from o2c.kernel.models import User


def ensure_can(transition: Callable[..., Any], *, by: User, otherwise: type[DomainError]) -> None:
    """Refuse unless the document's state allows *transition* and *by* may do it.

    :raises DomainError: of class *otherwise*, when the state forbids it.
    :raises NotPermitted: when the role of *by* lacks the permission.
    """
    document: Any = getattr(transition, "__self__")  # noqa: B009 - a bound method
    if not can_proceed(transition):
        told = _told(document, transition, by)
        words = (
            _("The %(document)s is %(state)s already.")
            if told["state"] == told["becomes"]
            else _("The %(document)s is %(state)s, so it cannot become %(becomes)s.")
        )
        raise otherwise(words % told, state=str(document.state))
    if not has_transition_perm(transition, by):
        words = _("%(by)s may not make the %(document)s %(becomes)s.")
        raise NotPermitted(words % _told(document, transition, by))


def _told(document: Any, transition: Callable[..., Any], by: User) -> dict[str, Any]:
    """Return what a refusal names: whose, the document, the state it is in and the one it would come to."""
    states = dict(document._meta.get_field("state").flatchoices)
    [target] = {one.target for one in getattr(transition, "_django_fsm").transitions.values()}  # noqa: B009
    return {
        "by": by,
        "document": _label(document),
        "state": document.get_state_display().lower(),
        "becomes": str(states[target]).lower(),
    }


def _label(document: Any) -> str:
    kind = document._meta.verbose_name
    if document._state.adding:  # the database gives it its number
        return _("new %(kind)s") % {"kind": kind}
    number = getattr(document, "number", None) or getattr(document, "name", None) or document.pk
    return _("%(kind)s %(number)s") % {"kind": kind, "number": number}
