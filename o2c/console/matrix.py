"""What each role may do, as a table that people read: by part of the business, a row for each right."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.utils.translation import gettext, gettext_lazy as _

from o2c.operations import roles

# What the four rights that Django gives every table are called; the others have names of their own.
DEEDS = {"add": _("Add"), "change": _("Change"), "delete": _("Delete"), "view": _("See")}
AREAS = {
    "kernel": _("Company, people and machinery"),
    "catalog": _("Products, prices and taxes"),
    "customers": _("Customers"),
    "inventory": _("Stock"),
    "ledger": _("Books"),
    "receivables": _("Receivables"),
    "credit": _("Credit"),
    "orders": _("Orders"),
    "fulfillment": _("Shipping and returns"),
    "invoicing": _("Billing"),
    "reporting": _("Proof of the books"),
    "gateway": _("Shops"),
}


@dataclass(frozen=True, slots=True)
class Right:
    """A row: what may be done to what, and whether each role may."""

    label: str
    held: list[bool]


@dataclass(frozen=True, slots=True)
class Part:
    """The rights of one part of the business; *sees* says for each role whether it sees all of it."""

    name: Any
    sees: list[str]
    rights: list[Right]


def matrix() -> list[Part]:
    """Return the table as the database has it, one column for each of `roles.ROLES`. Three queries."""
    names = list(roles.ROLES)
    held: dict[str, set[int]] = {name: set() for name in names}
    for group in Group.objects.filter(name__in=names).prefetch_related("permissions"):
        held[group.name] = {permission.pk for permission in group.permissions.all()}
    rows: dict[str, list[Permission]] = {area: [] for area in AREAS}
    known = Permission.objects.filter(content_type__app_label__in=AREAS).select_related("content_type")
    for permission in known.order_by("content_type__model", "codename"):
        rows[permission.content_type.app_label].append(permission)
    parts = (_part(area, found, [held[name] for name in names]) for area, found in rows.items())
    return [part for part in parts if part.rights or any(part.sees)]


def _part(area: str, permissions: list[Permission], held: list[set[int]]) -> Part:
    views = [permission for permission in permissions if permission.codename.startswith("view_")]
    return Part(
        AREAS[area],
        [_share(sum(view.pk in one for view in views), len(views)) for one in held],
        list(_rights([one for one in permissions if one not in views], held)),
    )


def _share(seen: int, of: int) -> str:
    """Return whether a role sees all, some or nothing."""
    return "all" if of and seen == of else "some" if seen else ""


def _rights(permissions: list[Permission], held: list[set[int]]) -> Iterator[Right]:
    """Return the rights that at least one role has: the others are an administrator's."""
    for permission in permissions:
        has = [permission.pk in one for one in held]
        if any(has):
            words = right_words(permission)
            if permission.codename == "need_second_factor" and not settings.MFA_REQUIRED:
                words = _("%(right)s (switched off here)") % {"right": words}
            yield Right(str(words), has)


def right_words(permission: Permission) -> str:
    """Return a right in words: *Change price list*, *Can release orders from hold*."""
    kind = permission.content_type
    try:
        model = apps.get_model(kind.app_label, kind.model)
    except LookupError:
        return permission.name
    own = dict(model._meta.permissions)
    if permission.codename in own:
        return str(own[permission.codename])
    deed = DEEDS.get(permission.codename.partition("_")[0], permission.codename)
    return gettext("%(deed)s: %(what)s") % {"deed": deed, "what": model._meta.verbose_name}
