"""How delegation says no."""

from django.utils.translation import gettext_lazy

from o2c.kernel.errors import DomainError, InvalidInput


class InvalidAssignment(InvalidInput):
    """The assignment says not what to do, or is given to nobody who could do it."""

    code = "invalid-assignment"
    hint = gettext_lazy("Say what is to be done, and give it to an active colleague or to a department.")


class AssignmentDone(DomainError):
    """Somebody has finished it already."""

    code = "assignment-done"
    hint = gettext_lazy("Give a new one if there is more to do.")
