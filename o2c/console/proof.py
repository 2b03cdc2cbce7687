"""The proof of the books as pages show it: each night's outcome, each check's figures and offenders."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from o2c.console.links import url_of
from reporting.models import Certificate

SHOWN = 60

AREAS = {
    "L": _("Ledger"),
    "R": _("Receivables"),
    "I": _("Invoices"),
    "T": _("Invoices"),
    "S": _("Stock"),
    "O": _("Orders"),
    "E": _("Events, messages and jobs"),
    "G": _("The proof itself"),
}


@dataclass(frozen=True, slots=True)
class Offender:
    """A document that a check found: in words, where it is read, and its figures."""

    document: str
    url: str
    figures: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one check found."""

    id: str
    name: str
    meaning: str
    passed: bool
    looked_at: int
    figures: list[tuple[str, str]]
    offending: int
    offenders: list[Offender]
    milliseconds: int


@dataclass(frozen=True, slots=True)
class Area:
    """The checks of one part of the books."""

    name: Any
    answers: list[Answer]

    @property
    def failed(self) -> int:
        """Return how many of them found something."""
        return sum(not answer.passed for answer in self.answers)


@dataclass(frozen=True, slots=True)
class Night:
    """One certificate in the history: its outcome and the first bad document."""

    certificate: Certificate
    checks: int
    failed: Sequence[Mapping[str, Any]]
    first: str
    url: str
    seconds: float


def history() -> list[Night]:
    """Return the newest certificates, the last one first. One query."""
    return [night_of(certificate) for certificate in Certificate.objects.order_by("-pk")[:SHOWN]]


def last_night() -> Night | None:
    """Return the newest certificate, None where nothing was ever proved. One query."""
    certificate = Certificate.objects.order_by("-pk").first()
    return night_of(certificate) if certificate else None


def night_of(certificate: Certificate) -> Night:
    """Return a certificate with what its line shows."""
    results = certificate.results
    failed = [result for result in results if not result["passed"]]
    first = str(failed[0]["offenders"][0]["document"]) if failed and failed[0]["offenders"] else ""
    took = sum(int(result["duration"]) for result in results)
    return Night(certificate, len(results), failed, first, url_of(first), took / 1000)


def areas_of(certificate: Certificate) -> list[Area]:
    """Return what every check found, by the part of the books, those that found something first."""
    areas: dict[str, Area] = {}
    for result in certificate.results:
        name = AREAS.get(str(result["id"])[:1], str(result["id"])[:1])
        areas.setdefault(str(name), Area(name, [])).answers.append(_answer(result))
    return sorted(areas.values(), key=lambda area: area.failed == 0)


def _answer(result: Mapping[str, Any]) -> Answer:
    return Answer(
        id=result["id"],
        name=result["name"],
        meaning=result["meaning"],
        passed=result["passed"],
        looked_at=result["looked_at"],
        figures=_plain(list(result["figures"].items())[1:]),
        offending=result["offending"],
        offenders=[
            Offender(
                str(offender["document"]),
                url_of(str(offender["document"])),
                _plain((name, value) for name, value in offender.items() if name != "document"),
            )
            for offender in result["offenders"]
        ],
        milliseconds=result["duration"],
    )


def _plain(figures: Iterable[tuple[str, Any]]) -> list[tuple[str, str]]:
    """Return figures with their names in words and without the zeros of a column's scale."""
    return [(name.replace("_", " "), _number(value)) for name, value in figures]


def _number(value: Any) -> str:
    if value is None:
        return "–"
    text = str(value)
    whole, point, decimals = text.partition(".")
    if point and decimals.isdigit():
        return f"{whole}.{decimals.rstrip('0'):0<2}"
    if len(text) > 16 and text[4:5] == "-" and text[10:11] == "T":  # an instant
        return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M}"
    return text
