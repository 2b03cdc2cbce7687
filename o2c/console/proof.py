"""The proof of the books as pages show it: each night's outcome, each check's figures and offenders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from o2c.console.links import url_of
from reporting.checks.labels import Figure, document_words, figures_of
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
    figures: list[Figure]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one check found."""

    id: str
    name: str
    meaning: str
    passed: bool
    looked_at: int
    figures: list[Figure]
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
    return Night(certificate, len(results), failed, document_words(first), url_of(first), took / 1000)


def areas_of(certificate: Certificate, *, currency: str) -> list[Area]:
    """Return what every check found, by the part of the books, those that found something first.

    *currency* is the company's, in which amounts are written.
    """
    areas: dict[str, Area] = {}
    for result in certificate.results:
        name = AREAS.get(str(result["id"])[:1], str(result["id"])[:1])
        areas.setdefault(str(name), Area(name, [])).answers.append(_answer(result, currency))
    return sorted(areas.values(), key=lambda area: area.failed == 0)


def _answer(result: Mapping[str, Any], currency: str) -> Answer:
    return Answer(
        id=result["id"],
        name=result["name"],
        meaning=result["meaning"],
        passed=result["passed"],
        looked_at=result["looked_at"],
        figures=figures_of(list(result["figures"].items())[1:], currency=currency),
        offending=result["offending"],
        offenders=[_offender(offender, currency) for offender in result["offenders"]],
        milliseconds=result["duration"],
    )


def _offender(found: Mapping[str, Any], currency: str) -> Offender:
    document = str(found["document"])
    told = figures_of(found.items(), document=document, currency=currency)
    return Offender(document_words(document), url_of(document), told)
