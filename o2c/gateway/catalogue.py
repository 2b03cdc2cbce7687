"""The catalogue of refusals: what every code means, read from the errors themselves."""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps

from o2c.kernel.errors import DomainError


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A kind of refusal as the catalogue tells it; *desk* is the part of the system that refuses."""

    code: str
    status: int
    title: str
    meaning: list[str]
    next_step: str
    desk: str


def refusals() -> dict[str, Refusal]:
    """Return every kind of refusal by its code, in the codes' order."""
    found = {refusal.code: refusal for refusal in _told_by(DomainError)}
    return dict(sorted(found.items()))


def _told_by(family: type[DomainError]) -> Iterator[Refusal]:
    for kind in family.__subclasses__():
        yield from _told_by(kind)
        desk = apps.get_containing_app_config(kind.__module__)
        if desk is None or "code" not in vars(kind):
            continue
        title, *more = _paragraphs(inspect.getdoc(kind) or kind.code)
        yield Refusal(
            code=kind.code,
            status=kind.status,
            title=title,
            meaning=more,
            next_step=str(kind.hint),
            desk=str(desk.verbose_name),
        )


def _paragraphs(text: str) -> list[str]:
    """Return a docstring's paragraphs, each as one line without marks."""
    told = text.replace("``", "").split("\n\n")
    return [" ".join(paragraph.split()) for paragraph in told]
