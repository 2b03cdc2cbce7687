"""What can be done with many rows at once: looked at first, then row by row, each with its own outcome."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from o2c.kernel.errors import DomainError, NotPermitted
from o2c.kernel.models import User

Do = Callable[..., str | None]
Blocked = Callable[[Any], str]
Opens = Callable[[Sequence[Any]], str]
Papers = Callable[[Sequence[Any]], Mapping[int, bytes]]


def never(_row: Any) -> str:
    """Block nothing."""
    return ""


def nothing(**_arguments: Any) -> None:
    """Do nothing: the page that the action opens does it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAction:
    """A verb for the rows that somebody ticked.

    *do* is called with ``row``, ``desk`` and the fields of *form*, once for each row and in a transaction of
    its own; what it returns is told beside the row. *blocked* says why a row cannot have it, before anything
    is tried; *permission* is what it takes. *opens* makes it a link instead of a verb: it returns the address of
    the page on which somebody goes on with the ticked rows, such as a sheet to print. *papers* makes it a job that
    prints: it returns the PDFs of some rows by their ids, and the job puts all of them together.
    """

    name: str
    label: Any
    permission: str
    do: Do = nothing
    opens: Opens | None = None
    papers: Papers | None = None
    blocked: Blocked = never
    form: type[forms.Form] | None = None
    is_primary: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """A row with what stands against the action, or what came of it."""

    row: Any
    blocked: str = ""
    code: str = ""
    next_step: str = ""
    done: bool = False
    note: str = ""


def looked_at(action: BulkAction, rows: Iterable[Any]) -> list[Chosen]:
    """Return each row with what stands against the action now."""
    return [Chosen(row, action.blocked(row)) for row in rows]


def done(action: BulkAction, chosen: Sequence[Chosen], **arguments: Any) -> list[Chosen]:
    """Have the action for every row that nothing stands against; a refusal of one stops no other."""
    return [row if row.blocked else _outcome(action, row.row, arguments) for row in chosen]


def _outcome(action: BulkAction, row: Any, arguments: dict[str, Any]) -> Chosen:
    try:
        note = action.do(row=row, **arguments)
    except DomainError as refusal:
        return Chosen(row, refusal.message, refusal.code, refusal.next_step)
    return Chosen(row, done=True, note=note or "")


def ensure_may(action: BulkAction, actor: User) -> None:
    """Refuse who may not.

    :raises NotPermitted: the role of *actor* lacks the permission.
    """
    if not actor.has_perm(action.permission):
        raise NotPermitted(
            _("%(actor)s may not do this: %(action)s.") % {"actor": actor, "action": action.label}
        )
