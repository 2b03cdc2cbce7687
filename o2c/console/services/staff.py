"""The verbs on accounts: made, changed, given roles, locked out. Nobody does any of it to their own.

Roles that approve (`roles.RESERVED`) and administrators are given and taken by administrators only, so
that nobody who approves can make themselves a second pair of eyes.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _, gettext_noop

from o2c.accounts import services as accounts
from o2c.console import errors, events
from o2c.kernel.db import verb
from o2c.kernel.errors import NotFound, NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.models import User
from o2c.operations import roles

ADMINISTRATOR = gettext_noop("Administrator")  # no group: Django's superuser, who may do everything
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is read as another


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who has an account."""

    username: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Made:
    """An account, and the first password that nothing keeps."""

    user: User
    password: str


def first_password() -> str:
    """Return a password to pass on: four groups that can be read out."""
    return "-".join(get_random_string(5, LETTERS) for _group in range(4))


def roles_to_give(giver: User) -> list[str]:
    """Return the roles that *giver* may give and take."""
    if giver.is_superuser:
        return [*roles.ROLES, ADMINISTRATOR]
    return [role for role in roles.ROLES if role not in roles.RESERVED]


@verb
def create_user(*, person: Person, given: Collection[str], on: date, actor: User) -> Made:
    """Let a colleague in, with roles and a first password.

    :raises InvalidUser: the name is taken or none, or there is no such role, or none at all.
    :raises AccountOutOfReach: a role is one that only administrators give.
    :raises NotPermitted: *actor* may not make accounts.
    """
    if not actor.has_perm("kernel.add_user"):
        raise NotPermitted(_("%(who)s may not make accounts.") % {"who": actor})
    _ensure_may_give(actor, given)
    if User.objects.filter(username__iexact=person.username).exists():
        raise errors.InvalidUser(_("Somebody is %(name)s already.") % {"name": person.username})
    user = User(**_fields(person))
    password = first_password()
    user.set_password(password)
    _entitle(user, given)
    _ensure_valid(user)
    user.save()
    user.groups.set(_groups(given))
    announce(events.UserCreated(**_about(user, on=on, actor=actor), roles=sorted(given)))
    return Made(user, password)


@verb
def change_user(*, user_id: int, person: Person, on: date, actor: User) -> User:
    """Correct what a colleague is called, where they are reached and in which language they read.

    :raises InvalidUser: the name is taken or none.
    :raises AccountOutOfReach: the account is an administrator's, a program's or the system's.
    :raises NotPermitted: *actor* may not change accounts.
    """
    user = _within_reach(user_id, actor, own=True)
    if User.objects.filter(username__iexact=person.username).exclude(pk=user.pk).exists():
        raise errors.InvalidUser(_("Somebody is %(name)s already.") % {"name": person.username})
    new = _fields(person)
    changed = [name for name, value in new.items() if getattr(user, name) != value]
    for name in changed:
        setattr(user, name, new[name])
    _ensure_valid(user)
    if changed:
        user.save(update_fields=changed)
        announce(events.UserChanged(**_about(user, on=on, actor=actor), fields=changed))
    return user


@verb
def set_roles(*, user_id: int, given: Collection[str], on: date, actor: User) -> User:
    """Say which roles a colleague has from now on.

    :raises InvalidUser: there is no such role, or none is left.
    :raises OwnAccount: it is *actor*'s own.
    :raises AccountOutOfReach: only administrators give or take one of the roles, or change this account.
    :raises NotPermitted: *actor* may not change accounts.
    """
    user = _within_reach(user_id, actor)
    before = roles_of(user)
    _ensure_may_give(actor, set(given) ^ set(before))
    if not given:
        raise errors.InvalidUser(
            _("%(user)s would have no role.") % {"user": user}, hint=_("Disable the account instead.")
        )
    _entitle(user, given)
    user.save(update_fields=["is_staff", "is_superuser"])
    user.groups.set(_groups(given))
    announce(events.UserRolesChanged(**_about(user, on=on, actor=actor), before=before, after=sorted(given)))
    return user


@verb
def disable_user(*, user_id: int, reason: str, on: date, actor: User) -> User:
    """Let nobody in under an account any more; who is signed in is out with the next click.

    :raises UserStateUnchanged: it is disabled.
    :raises OwnAccount: it is *actor*'s own.
    :raises AccountOutOfReach: the account is an administrator's, a program's or the system's.
    :raises NotPermitted: *actor* may not change accounts.
    """
    user = _switched(user_id, actor, active=False)
    announce(events.UserDisabled(**_about(user, on=on, actor=actor), reason=reason.strip()[:200]))
    return user


@verb
def enable_user(*, user_id: int, reason: str, on: date, actor: User) -> User:
    """Let the person of an account in again, with the roles that they had.

    :raises UserStateUnchanged: it is not disabled.
    :raises OwnAccount: it is *actor*'s own.
    :raises AccountOutOfReach: the account or a role of it is one that only administrators give.
    :raises NotPermitted: *actor* may not change accounts.
    """
    user = _switched(user_id, actor, active=True)
    announce(events.UserEnabled(**_about(user, on=on, actor=actor), reason=reason.strip()[:200]))
    return user


@verb
def renew_password(*, user_id: int, on: date, actor: User) -> Made:
    """Give a colleague who cannot get in a new first password; sessions opened with the old one end.

    :raises OwnAccount: it is *actor*'s own.
    :raises AccountOutOfReach: the account or a role of it is one that only administrators give.
    :raises NotPermitted: *actor* may not change accounts.
    """
    user = _within_reach(user_id, actor)
    _ensure_may_give(actor, roles_of(user))
    password = first_password()
    user.set_password(password)
    user.save(update_fields=["password"])
    announce(events.UserPasswordRenewed(**_about(user, on=on, actor=actor)))
    return Made(user, password)


@verb
def reset_second_factor(*, user_id: int, reason: str, on: date, actor: User) -> User:
    """Let a colleague who lost their second factor sign in without and set up another; their sessions end.

    :raises UserStateUnchanged: there is none.
    :raises OwnAccount: it is *actor*'s own.
    :raises AccountOutOfReach: the account or a role of it is one that only administrators give.
    :raises NotPermitted: *actor* may not change accounts.
    """
    user = _within_reach(user_id, actor)
    _ensure_may_give(actor, roles_of(user))
    if not accounts.forget_second_factor(user=user):
        raise errors.UserStateUnchanged(
            _("%(user)s has no second factor.") % {"user": user}, hint=_("Nothing was changed.")
        )
    announce(events.UserSecondFactorReset(**_about(user, on=on, actor=actor), reason=reason.strip()[:200]))
    return user


def roles_of(user: User) -> list[str]:
    """Return the roles of an account by name."""
    names = sorted(group.name for group in user.groups.all())
    return [*names, ADMINISTRATOR] if user.is_superuser else names


def _switched(user_id: int, actor: User, *, active: bool) -> User:
    user = _within_reach(user_id, actor)
    _ensure_may_give(actor, roles_of(user))
    if user.is_active is active:
        words = _("%(user)s is active already.") if active else _("%(user)s is disabled already.")
        raise errors.UserStateUnchanged(words % {"user": user})
    user.is_active = active
    user.save(update_fields=["is_active"])
    return user


def _within_reach(user_id: int, actor: User, *, own: bool = False) -> User:
    """Return an account, locked, that *actor* may change; their own only where *own* is allowed."""
    if not actor.has_perm("kernel.change_user"):
        raise NotPermitted(_("%(who)s may not change accounts.") % {"who": actor})
    user = User.objects.select_for_update(no_key=True).filter(pk=user_id).first()
    if user is None:
        raise NotFound(_("There is no user %(id)s.") % {"id": user_id})
    if user.pk == actor.pk and not own:
        raise errors.OwnAccount(_("This is your own account."))
    if user.is_program:
        raise errors.AccountOutOfReach(
            _("%(user)s is the account of a program.") % {"user": user},
            hint=_("Change the shop that it belongs to."),
        )
    if user.is_superuser and not actor.is_superuser:
        raise errors.AccountOutOfReach(_("%(user)s is an administrator.") % {"user": user})
    return user


def _ensure_may_give(actor: User, wanted: Collection[str]) -> None:
    unknown = sorted(set(wanted) - {*roles.ROLES, ADMINISTRATOR})
    if unknown:
        raise errors.InvalidUser(_("There is no role %(roles)s.") % {"roles": ", ".join(unknown)})
    reserved = sorted(set(wanted) - set(roles_to_give(actor)))
    if reserved:
        raise errors.AccountOutOfReach(
            _("Only an administrator gives or takes: %(roles)s.") % {"roles": ", ".join(map(_, reserved))}
        )


def _entitle(user: User, given: Collection[str]) -> None:
    """Let an account into the console or not, as its roles say."""
    user.is_superuser = ADMINISTRATOR in given
    user.is_staff = not {ADMINISTRATOR, *roles.OF_THE_CONSOLE}.isdisjoint(given)


def _groups(given: Collection[str]) -> list[Group]:
    return list(Group.objects.filter(name__in=given))


def _ensure_valid(user: User) -> None:
    if not user.username.strip():
        raise errors.InvalidUser(_("An account needs a user name."))
    try:
        user.full_clean(exclude=["password"], validate_unique=False)
    except ValidationError as error:
        raise errors.InvalidUser(" ".join(error.messages)) from error


def _fields(person: Person) -> dict[str, str]:
    return {name: getattr(person, name).strip() for name in Person.__dataclass_fields__}


def _about(user: User, *, on: date, actor: User) -> dict[str, Any]:
    return {"document_id": user.pk, "number": user.username[:40], "on": on, "actor_id": actor.pk}
