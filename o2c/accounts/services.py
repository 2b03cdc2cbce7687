"""What people change about their own account."""

from collections.abc import Iterable
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from o2c.kernel.db import verb
from o2c.kernel.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a person may say about themselves."""

    first_name: str
    last_name: str
    language: str
    theme: str
    density: str
    single_keys: bool


@verb
def change_profile(*, profile: Profile, actor: User) -> None:
    """Keep a person's own name, and how they like their pages."""
    User.objects.filter(pk=actor.pk).update(
        first_name=profile.first_name,
        last_name=profile.last_name,
        language=profile.language,
        theme=profile.theme,
        density=profile.density,
        single_keys=profile.single_keys,
    )


@verb
def prefer(*, actor: User, language: str = "", theme: str = "", single_keys: bool | None = None) -> None:
    """Keep one preference of a person; what is not said stays."""
    said: dict[str, object] = {"language": language, "theme": theme, "single_keys": single_keys}
    changed = {name: value for name, value in said.items() if value not in ("", None)}
    if changed:
        User.objects.filter(pk=actor.pk).update(**changed)


@verb
def end_sessions(*, sessions: Iterable[UserSession]) -> int:
    """Sign browsers out; return how many."""
    ended = list(sessions)
    for session in ended:
        session.end()
    return len(ended)


@verb
def forget_second_factor(*, user: User) -> bool:
    """Take every second factor from an account and sign it out everywhere; say whether there was one.

    Whether one may, the caller knows.
    """
    taken, _kinds = Authenticator.objects.filter(user_id=user.pk).delete()
    if taken:
        end_sessions(sessions=UserSession.objects.filter(user_id=user.pk))
    return bool(taken)
