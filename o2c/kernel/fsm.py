"""Guarding a state change: the state machine and the permission, answered by a named refusal."""

from collections.abc import Callable
from typing import Any

from django_fsm import can_proceed, has_transition_perm

from o2c.kernel.errors import DomainError, NotPermitted
from o2c.kernel.models import User


def ensure_can(transition: Callable[..., Any], *, by: User, otherwise: type[DomainError]) -> None:
    """Refuse unless the document's state allows *transition* and *by* may do it.

    :raises DomainError: of class *otherwise*, when the state forbids it.
    :raises NotPermitted: when the role of *by* lacks the permission.
    """
    document: Any = getattr(transition, "__self__")  # noqa: B009 - a bound method
    name = transition.__name__.removeprefix("mark_").replace("_", " ")
    label = _label(document)
    if not can_proceed(transition):
        raise otherwise(
            f"The {label} is {document.get_state_display().lower()}, so it cannot become {name}.",
            state=str(document.state),
        )
    if not has_transition_perm(transition, by):
        raise NotPermitted(f"{by} may not make the {label} {name}.")


def _label(document: Any) -> str:
    kind = document._meta.verbose_name
    if document._state.adding:  # the database gives it its number
        return f"new {kind}"
    return f"{kind} {getattr(document, 'number', None) or document.pk}"
