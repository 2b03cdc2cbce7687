"""Which documents can carry notes and files, who may see them, and where they are."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from o2c.kernel.errors import NotFound, NotPermitted
from o2c.kernel.models import User


@dataclass(frozen=True, slots=True)
class Place:
    """A document's number and the address of its page."""

    number: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A kind of document: *type* as in the events, *permission* to see it, *find* its place by id."""

    type: str
    permission: str
    find: Callable[[int], Place | None]


_subjects: dict[str, Subject] = {}


def carries(subject: Subject) -> None:
    """Let the documents of a kind carry notes and files."""
    _subjects[subject.type] = subject


def place_of(*, type: str, id: int, reader: User) -> Place:
    """Return where a document is, for whoever may see it.

    :raises NotPermitted: *reader* may not see such documents.
    :raises NotFound: there is no such document.
    """
    subject = _subjects.get(type)
    if subject is None:
        raise NotFound(_("There is no such document."))
    if not reader.has_perm(subject.permission):
        raise NotPermitted(_("%(person)s may not see this.") % {"person": reader})
    place = subject.find(id)
    if place is None:
        raise NotFound(_("There is no such document."))
    return place
