"""How orders say no."""

from django.utils.translation import gettext_lazy

from o2c.kernel.errors import DomainError, InvalidInput


class InvalidOrder(InvalidInput):
    """The order cannot be right as entered; the details list every problem."""

    code = "invalid-order"
    hint = gettext_lazy("Correct what is named; the details say who can.")


class DuplicateExternalId(DomainError):
    """The sender's id was used before: the order is in the system once."""

    code = "duplicate-external-id"
    hint = gettext_lazy("Open the order that has this id.")


class DuplicateSuspected(DomainError):
    """The customer ordered the same lines a short while ago."""

    code = "duplicate-suspected"
    hint = gettext_lazy(
        "Ask the customer; if they want it again, acknowledge the duplicate and submit the order."
    )


class PriceUnusual(DomainError):
    """A person typed a price far below the price list, or below what the product costs."""

    code = "price-unusual"
    hint = gettext_lazy("Correct the price, or say that it is meant.")


class QuoteExpired(DomainError):
    """The quote's validity is over."""

    code = "quote-expired"
    hint = gettext_lazy("Renew the quote, or quote again at today's prices.")


class QuoteNotOpen(DomainError):
    """The quote is not waiting for an answer (any more), or it never was a quote."""

    code = "quote-not-open"


class QuoteNotExpired(DomainError):
    """Only an expired quote is renewed."""

    code = "quote-not-expired"
    hint = gettext_lazy("An open quote's validity is changed by revising it.")


class OrderChanged(DomainError):
    """Somebody else changed the order since it was read; nothing is lost."""

    code = "order-changed"
    hint = gettext_lazy("Look at the order as it is now, then make your change again.")


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
    hint = gettext_lazy("Ask a colleague with the right to release orders.")


class OrderNotCancellable(DomainError):
    """The order is closed, cancelled, or partly shipped."""

    code = "order-not-cancellable"
    hint = gettext_lazy("If something has shipped, cancel what is left instead.")


class OrderNotShippable(DomainError):
    """The order is not confirmed, or has less left to ship."""

    code = "order-not-shippable"


class OrderNotInvoiceable(DomainError):
    """More would be invoiced than was shipped."""

    code = "order-not-invoiceable"


class OrderNotReturnable(DomainError):
    """More would come back than was shipped."""

    code = "order-not-returnable"


class PromiseRenewed(DomainError):
    """The order has another promise by now, or the customer knows that this one will be broken."""

    code = "promise-renewed"
    hint = gettext_lazy("Look at the order as it is now.")


class OrderNotAmendable(DomainError):
    """The order is past the point where what was agreed can change, or it is a quote."""

    code = "order-not-amendable"


class AmendmentRefused(DomainError):
    """Credit or stock do not hold what a confirmed order would become; nothing was changed."""

    code = "amendment-refused"
    hint = gettext_lazy(
        "The details say what would cure it; or enter what is wanted besides as an order of its own."
    )


class GoodsInHand(DomainError):
    """The warehouse is picking or has packed what would change."""

    code = "goods-in-hand"
    hint = gettext_lazy("Ask the warehouse to cancel that shipment first.")


class InvalidCancellation(InvalidInput):
    """The cancellation names no reason, or quantities that cannot be cancelled."""

    code = "invalid-cancellation"
    hint = gettext_lazy("Cancel what has not shipped, and say why; the customer may ask.")


class ReleaseProposed(DomainError):
    """Somebody proposed a release already."""

    code = "release-proposed"
    hint = gettext_lazy("Have the open proposal approved or rejected first.")


class ReleaseDecided(DomainError):
    """The release was approved or rejected before."""

    code = "release-decided"
    hint = gettext_lazy("Propose another release if the order still waits.")


class ReleaseOutdated(DomainError):
    """The order or the calendar has outgrown what was proposed."""

    code = "release-outdated"
    hint = gettext_lazy("Reject it and propose a release that reaches.")


class InvalidRequest(InvalidInput):
    """The request cannot be taken as it came."""

    code = "invalid-request"
    hint = gettext_lazy("Say on which channel it came and from whom.")


class MailTooLarge(InvalidInput):
    """The e-mail is larger than anybody writes by hand."""

    code = "mail-too-large"
    hint = gettext_lazy("Ask the sender for a smaller one.")


class RequestAnswered(DomainError):
    """Somebody has answered the request."""

    code = "request-answered"
    hint = gettext_lazy("Open the order that was made of it.")
