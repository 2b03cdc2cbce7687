"""Giving work, handing it on, and saying that it is done."""

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _

from o2c.kernel.assignments.errors import AssignmentDone, InvalidAssignment
from o2c.kernel.assignments.events import AssignmentFinished, AssignmentGiven
from o2c.kernel.db import verb
from o2c.kernel.errors import NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.models import Assignment, User


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The document that an assignment is about: its type as in the events (``order``), its id and its number."""

    type: str
    id: int
    number: str


@verb
def give_assignment(
    *,
    about: About,
    title: str,
    due_on: date,
    on: date,
    actor: User,
    role: Group | None = None,
    assignee: User | None = None,
) -> Assignment:
    """Ask a colleague, or whoever of a department comes first, to do something about a document.

    :raises InvalidAssignment: it says not what to do, is due before *on*, or has nobody active to do it.
    :raises NotPermitted: *actor* may not give assignments.
    """
    if not actor.has_perm("kernel.add_assignment"):
        raise NotPermitted(_("%(actor)s may not give assignments.") % {"actor": actor})
    if not title.strip() or due_on < on:
        raise InvalidAssignment(_("An assignment says what to do, and is due today or later."))
    _ensure_somebody(role, assignee)
    assignment = Assignment.objects.create(
        document_type=about.type,
        document_id=about.id,
        document_number=about.number,
        role=role,
        assignee=assignee,
        title=title.strip()[:200],
        due_on=due_on,
        given_by=actor,
    )
    announce(
        AssignmentGiven(
            document_id=assignment.pk,
            number=about.number,
            on=on,
            actor_id=actor.pk,
            document_type=about.type,
            about_id=about.id,
            title=assignment.title,
            due_on=due_on,
        )
    )
    return assignment


def _ensure_somebody(role: Group | None, assignee: User | None) -> None:
    if role is None and assignee is None:
        raise InvalidAssignment(_("An assignment is given to somebody."))
    if assignee is not None and not assignee.is_active:
        raise InvalidAssignment(_("%(assignee)s does not work here any more.") % {"assignee": assignee})


@verb
def reassign(
    *, assignment_id: int, actor: User, role: Group | None = None, assignee: User | None = None
) -> Assignment:
    """Hand an open assignment on to somebody else.

    :raises AssignmentDone: it is finished.
    :raises InvalidAssignment: there is nobody active to do it.
    :raises NotPermitted: *actor* neither gave it nor has it.
    """
    assignment = _open_for(assignment_id, actor)
    _ensure_somebody(role, assignee)
    assignment.role, assignment.assignee = role, assignee
    assignment.save(update_fields=["role", "assignee"])
    return assignment


@verb
def finish_assignment(*, assignment_id: int, outcome: str, at: datetime, on: date, actor: User) -> Assignment:
    """Say that it is done, and with what outcome.

    :raises AssignmentDone: somebody was faster.
    :raises NotPermitted: *actor* neither gave it nor has it, by name or by department.
    """
    assignment = _open_for(assignment_id, actor)
    assignment.done_at, assignment.done_by, assignment.outcome = at, actor, outcome.strip()[:200]
    assignment.save(update_fields=["done_at", "done_by", "outcome"])
    announce(
        AssignmentFinished(
            document_id=assignment.pk,
            number=assignment.document_number,
            on=on,
            actor_id=actor.pk,
            document_type=assignment.document_type,
            about_id=assignment.document_id,
            outcome=assignment.outcome,
        )
    )
    return assignment


def _open_for(assignment_id: int, actor: User) -> Assignment:
    """Return the locked assignment, if it is open and *actor* has to do with it."""
    assignment = Assignment.objects.lock(assignment_id)
    has_it = actor.pk in {assignment.given_by_id, assignment.assignee_id} or (
        assignment.role_id is not None and actor.groups.filter(pk=assignment.role_id).exists()
    )
    if not has_it or not actor.has_perm("kernel.add_assignment"):
        raise NotPermitted(_("%(actor)s neither gave this assignment nor has it.") % {"actor": actor})
    if assignment.done_at is not None:
        raise AssignmentDone(_("%(assignment)s is done.") % {"assignment": assignment})
    return assignment
