"""How orders say no."""

from o2c.kernel.errors import DomainError, InvalidInput


class InvalidOrder(InvalidInput):
    """The order cannot be right as entered; the details list every problem."""

    code = "invalid-order"
    hint = "Correct the lines named."


class DuplicateExternalId(DomainError):
    """The sender's id was used before: the order is in the system once."""

    code = "duplicate-external-id"
    hint = "Open the order that has this id."


class OrderNotSubmittable(DomainError):
    """The order is past the point where it can be submitted."""

    code = "order-not-submittable"


class OrderNotConfirmable(DomainError):
    """The order cannot be confirmed from where it is."""

    code = "order-not-confirmable"


class OrderNotHeld(DomainError):
    """The order is not on hold."""

    code = "order-not-held"


class ReleaseNotPermitted(DomainError):
    """The person who entered an order may not release it: four eyes."""

    code = "four-eyes"
    status = 403
    hint = "Ask a colleague with the right to release orders."


class OrderNotCancellable(DomainError):
    """The order is closed, cancelled, or partly shipped."""

    code = "order-not-cancellable"
    hint = "If something has shipped, cancel what is left instead."


class OrderNotShippable(DomainError):
    """The order is not confirmed, or has less left to ship."""

    code = "order-not-shippable"


class OrderNotInvoiceable(DomainError):
    """More would be invoiced than was shipped."""

    code = "order-not-invoiceable"
