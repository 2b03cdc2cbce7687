"""How delegation says no."""

from o2c.kernel.errors import DomainError, InvalidInput


class InvalidAssignment(InvalidInput):
    """The assignment says not what to do, or is given to nobody who could do it."""

    code = "invalid-assignment"
    hint = "Say what is to be done, and give it to an active colleague or to a department."


class AssignmentDone(DomainError):
    """Somebody has finished it already."""

    code = "assignment-done"
    hint = "Give a new one if there is more to do."
