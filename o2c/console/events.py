"""What the console announces about accounts: who was let in, with which roles, by whom."""

from dataclasses import dataclass

from o2c.kernel.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class UserCreated(DomainEvent):
    """A colleague has an account."""

    kind = "user.created"

    roles: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class UserChanged(DomainEvent):
    """A name, an address or a language was corrected."""

    kind = "user.changed"

    fields: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRolesChanged(DomainEvent):
    """An account may do other things than before."""

    kind = "user.roles_changed"

    before: list[str]
    after: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class UserDisabled(DomainEvent):
    """An account lets nobody in any more."""

    kind = "user.disabled"

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UserEnabled(DomainEvent):
    """An account lets its person in again."""

    kind = "user.enabled"

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UserPasswordRenewed(DomainEvent):
    """A colleague got a new first password; who was signed in with the old one is signed out."""

    kind = "user.password_renewed"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserSecondFactorReset(DomainEvent):
    """A colleague who lost the second factor signs in without; who was signed in is signed out."""

    kind = "user.second_factor_reset"

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryOffered(DomainEvent):
    """An effect that is still owed is tried at once. The document is the event that it is owed to."""

    kind = "event.offered_again"

    handler: str
