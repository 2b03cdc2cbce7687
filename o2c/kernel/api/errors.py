"""How the API itself says no, before any desk is asked."""

from django.utils.translation import gettext as _, gettext_lazy

from o2c.kernel.errors import DomainError, InvalidInput


class KeyMissing(DomainError):
    """Every call but the health check and the documentation needs an API key."""

    code = "key-missing"
    status = 401
    hint = gettext_lazy("Send “Authorization: Bearer sk_…” with a key from the finance console.")


class KeyUnknown(DomainError):
    """The key is none, was revoked, or has expired."""

    code = "key-unknown"
    status = 401
    hint = gettext_lazy("Ask a finance manager for a new key; the console shows until when each is valid.")


class ScopeMissing(DomainError):
    """The key does not have the scope that this call needs."""

    code = "scope-missing"
    status = 403
    hint = gettext_lazy("Ask a finance manager for a key with that scope.")


class ResourceNotFound(DomainError):
    """There is no such resource, or not for this key: the answer is the same."""

    code = "not-found-here"
    status = 404
    hint = gettext_lazy("Check the id, and that the key is of the right mode and customer.")

    def __init__(self) -> None:
        super().__init__(_("There is no such resource for this key."))


class AddressUnknown(DomainError):
    """The API has no such address."""

    code = "address-unknown"
    status = 404
    hint = gettext_lazy("The documentation at /api/docs lists every address; none ends with a slash.")


class MethodNotOffered(DomainError):
    """The resource has no such method."""

    code = "method-not-allowed"
    status = 405


class NotAcceptable(DomainError):
    """The API answers in JSON, documents in PDF; nothing else."""

    code = "not-acceptable"
    status = 406
    hint = gettext_lazy("Accept application/json.")


class RequestMalformed(DomainError):
    """The request cannot be understood: its host, its headers or its size."""

    code = "request-malformed"
    status = 400
    hint = gettext_lazy("Check the host name and the headers of the request.")


class LengthRequired(DomainError):
    """The body came in chunks, without its length."""

    code = "length-required"
    status = 411
    hint = gettext_lazy("Send Content-Length; every HTTP client does for a body that it knows.")


class NotJson(DomainError):
    """The body is no JSON that can be read."""

    code = "not-json"
    status = 400
    hint = gettext_lazy("Send one JSON object in UTF-8, with amounts as strings.")


class BodyTooLarge(DomainError):
    """The body is larger than one megabyte."""

    code = "body-too-large"
    status = 413
    hint = gettext_lazy("Send less at once.")


class UnsupportedMediaType(DomainError):
    """The body is not declared as JSON."""

    code = "unsupported-media-type"
    status = 415
    hint = gettext_lazy("Send Content-Type: application/json.")


class ValidationFailed(InvalidInput):
    """The request does not have the shape that the schema asks for; ``errors`` names every field."""

    code = "validation-failed"
    status = 400
    hint = gettext_lazy("Correct the fields that errors points to.")


class CursorInvalid(InvalidInput):
    """The cursor is none that this list gave."""

    code = "cursor-invalid"
    status = 400
    hint = gettext_lazy("Begin again without a cursor.")


class ExpandUnknown(InvalidInput):
    """Something was to be expanded that cannot be."""

    code = "expand-unknown"
    status = 400
    hint = gettext_lazy("The documentation of the endpoint lists what it can expand.")


class PreconditionRequired(DomainError):
    """A change must say which version of the resource it was decided on."""

    code = "precondition-required"
    status = 428
    hint = gettext_lazy("Send If-Match with the ETag of the resource as you last read it.")


class PreconditionFailed(DomainError):
    """The resource has changed since it was read; nothing was done."""

    code = "precondition-failed"
    status = 412
    hint = gettext_lazy("Read it again, decide again, and send the new ETag.")


class TooManyRequests(DomainError):
    """The key, or the address, has asked more often than it may."""

    code = "too-many-requests"
    status = 429
    hint = gettext_lazy("Wait as many seconds as Retry-After says.")


class InternalFailure(DomainError):
    """Something broke on our side; it was logged under the request's id. What was begun was undone."""

    code = "internal-failure"
    status = 500
    hint = gettext_lazy(
        "Send the request again with the same Idempotency-Key; tell us the request_id if it stays so."
    )


class Unavailable(DomainError):
    """The database does not answer just now."""

    code = "unavailable"
    status = 503
    hint = gettext_lazy("Try again in a few seconds, with the same Idempotency-Key.")
