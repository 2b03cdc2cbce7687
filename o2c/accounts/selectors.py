"""Who needs a second factor, who has one, and where a person is signed in."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db.models import QuerySet

from o2c.kernel.models import User

DUTY = "kernel.need_second_factor"
STRONG = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def needs_second_factor(user: User) -> bool:
    """Return whether the account's role asks for a second factor here."""
    return settings.MFA_REQUIRED and user.has_perm(DUTY)


def second_factors(user: User) -> QuerySet[Authenticator]:
    """Return what an account proves itself with besides the password; recovery codes alone are none."""
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user_id=user.pk, type__in=STRONG)
    return found


def sessions_of(user: User) -> list[UserSession]:
    """Return where the account is signed in, the newest first; what has ended meanwhile is forgotten."""
    alive: list[UserSession] = UserSession.objects.purge_and_list(user)
    return sorted(alive, key=lambda session: session.last_seen_at, reverse=True)
