"""``?expand=lines,invoices.payments``: what a caller wants besides, out of what is offered (docs/adr/0017).

An endpoint knows what its own app and those below can show. What the stages above have of its rows they
offer here; `o2c.gateway.urls` says who does. Each offer takes one query for a whole page.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.plumbing import build_array_type
from rest_framework import serializers

from o2c.kernel.api.errors import ExpandUnknown, ScopeMissing
from o2c.kernel.api.serializers import Output
from o2c.kernel.principal import Principal

DEEPEST = 2


class Expansion:
    """The expansions a caller asked for; asking for ``invoices.payments`` asks for ``invoices`` too."""

    def __init__(self, wanted: Collection[str] = ()) -> None:
        self._wanted = frozenset(step for path in wanted for step in _steps(path))

    def __contains__(self, path: str) -> bool:
        return path in self._wanted

    def __bool__(self) -> bool:
        return bool(self._wanted)

    def below(self, path: str) -> "Expansion":
        """Return what was asked of the things under *path*."""
        start = f"{path}."
        return Expansion([wanted.removeprefix(start) for wanted in self._wanted if wanted.startswith(start)])


def _steps(path: str) -> Iterator[str]:
    names = path.split(".")
    return (".".join(names[: place + 1]) for place in range(len(names)))


def asked(text: str, *, offered: Collection[str]) -> Expansion:
    """Return the expansions that *text* names, separated by commas; *offered* is the whitelist.

    :raises ExpandUnknown: one is not offered.
    """
    wanted = [name for name in text.split(",") if name]
    unknown = [name for name in wanted if name not in offered]
    if unknown:
        raise ExpandUnknown(
            _("“%(unknown)s” cannot be expanded here.") % {"unknown": unknown[0][:60]},
            offered=sorted(offered),
        )
    return Expansion(wanted)


Find = Callable[[Principal, Sequence[Any]], Mapping[int, Sequence[Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What rows of an API *resource*, such as ``orders``, can be shown with: *name*, to keys with *scope*.

    *find* returns the rows for some rows of the resource, by their primary key, in one query and only what
    the principal may see. *shape* shows one of them; *many* says whether there can be several. What these
    rows can be expanded with in turn is offered for *leads_to*.
    """

    resource: str
    name: str
    scope: str
    shape: type[Output]
    find: Find
    many: bool = True
    leads_to: str = ""


_offers: dict[tuple[str, str], Offer] = {}


def offer(*offers: Offer) -> None:
    """Let resources be expanded; said again, it changes nothing."""
    for one in offers:
        _offers[one.resource, one.name] = one


def offers_for(resource: str) -> list[Offer]:
    """Return what is offered for a resource, by name."""
    return [found for (of, _name), found in sorted(_offers.items()) if of == resource]


def paths(resource: str, *, depth: int = DEEPEST) -> frozenset[str]:
    """Return what ``?expand=`` may name of what is offered: ``invoices``, ``invoices.payments``."""
    found = set()
    for one in offers_for(resource):
        found.add(one.name)
        if one.leads_to and depth > 1:
            found |= {f"{one.name}.{below}" for below in paths(one.leads_to, depth=depth - 1)}
    return frozenset(found)


def expanded(
    resource: str, rows: Sequence[Any], *, wanted: Expansion, principal: Principal
) -> dict[int, dict[str, Any]]:
    """Return what was asked for of *rows*, by their primary key; one query for each name.

    :raises ScopeMissing: the key lacks the scope that one of them needs.
    """
    shown: dict[int, dict[str, Any]] = {row.pk: {} for row in rows}
    for one in offers_for(resource):
        if one.name not in wanted:
            continue
        if one.scope not in principal.scopes:
            raise ScopeMissing(
                _("To expand %(one)s needs the scope %(scope)s.") % {"one": one.name, "scope": one.scope},
                scope=one.scope,
            )
        found = one.find(principal, rows)
        represented = _represented(one, found, wanted=wanted.below(one.name), principal=principal)
        for pk, names in shown.items():
            own = represented.get(pk, [])
            names[one.name] = own if one.many else next(iter(own), None)
    return shown


def _represented(
    one: Offer, found: Mapping[int, Sequence[Any]], *, wanted: Expansion, principal: Principal
) -> dict[int, list[dict[str, Any]]]:
    """Return the found rows as the API shows them, each with what was asked for of it."""
    if not wanted:
        return {pk: one.shape.each(rows) for pk, rows in found.items()}
    every = [row for rows in found.values() for row in rows]
    below = expanded(one.leads_to, every, wanted=wanted, principal=principal)
    return {
        pk: [one.shape.of(row) | {"expanded": below[row.pk]} for row in rows] for pk, rows in found.items()
    }


class ExpandedField(serializers.Field):  # type: ignore[type-arg]
    """What was asked for of a row of *resource*, as `expanded` returned it; missing if nothing was."""

    may_be_missing = True

    def __init__(self, resource: str, **options: Any) -> None:
        super().__init__(read_only=True, required=False, **options)
        self.resource = resource

    def to_representation(self, value: dict[str, Any]) -> dict[str, Any]:
        """Return it as it is: each part was shown by its own shape."""
        return value


class ExpandedFieldSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """How `ExpandedField` is documented: a member for each offer."""

    target_class = ExpandedField

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return an object whose members are what is offered for the resource."""
        return _expanded_schema(self.target.resource, auto_schema, direction, depth=DEEPEST)


def _expanded_schema(resource: str, auto_schema: Any, direction: Any, *, depth: int) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for one in offers_for(resource):
        shape: dict[str, Any] = auto_schema.resolve_serializer(one.shape, direction).ref
        if one.leads_to and depth > 1 and offers_for(one.leads_to):
            below = _expanded_schema(one.leads_to, auto_schema, direction, depth=depth - 1)
            shape = {"allOf": [shape, {"type": "object", "properties": {"expanded": below}}]}
        members[one.name] = build_array_type(shape) if one.many else {"oneOf": [shape, {"type": "null"}]}
    return {"type": "object", "description": "What ?expand= asked for.", "properties": members}
