"""From HTML to PDF, for every document that leaves the house.

WeasyPrint costs a second and a hundred megabytes to import. Whoever serves pages imports this module
only; the renderer behind it is loaded when the first document is printed, in a worker.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module

from django.utils.translation import gettext as _, gettext_lazy

from o2c.kernel.errors import DomainError


class RendererMissing(DomainError):
    """The libraries that draw a PDF are not on this machine; the document stays owed until they are."""

    code = "renderer-missing"
    status = 503
    hint = gettext_lazy(
        "Install Pango (Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0 "
        "libharfbuzz-subset0), or start with `python3 dev.py run`, which brings it. What is "
        "owed is printed then."
    )


class ForeignAddress(DomainError):
    """The markup names a file or a site to load, which no document of ours does."""

    code = "document-refused"
    status = 500
    hint = gettext_lazy("Nothing was loaded. Tell whoever looks after the templates.")


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and what it is for this document."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What every letter of ours begins and ends with (`templates/pdf/letter.html`), said in its *language*.

    *number* and *on* are of the document, which has neither while it is a preview. The lines of an address
    stand below its name; what has no value is left out of *references*, *headline* and *registration*.
    """

    language: str
    title: str
    number: str
    on: date | None
    sender: str
    sender_address: Sequence[str]
    email: str
    phone: str
    receiver: str
    receiver_address: Sequence[str]
    references: Iterable[Fact]
    headline: Iterable[Fact]
    registration: Iterable[Fact]

    @property
    def return_address(self) -> str:
        """Return the small line in the window, for the letter that comes back."""
        return " · ".join([self.sender, *self.sender_address][:3])


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A document to print: its markup, and what makes two printings of it the same bytes."""

    html: str
    number: str
    on: date


def to_pdf(sheet: Sheet) -> bytes:
    """Return the PDF/A of *sheet*; the same sheet gives the same bytes.

    :raises RendererMissing: this machine lacks Pango.
    :raises ForeignAddress: the markup asks for something from elsewhere.
    """
    return load_renderer()(sheet)


@cache
def load_renderer() -> Callable[[Sheet], bytes]:
    """Return what draws a sheet; the first call takes a second.

    :raises RendererMissing: this machine lacks Pango.
    """
    try:
        draw: Callable[[Sheet], bytes] = import_module("o2c.kernel.renderer").draw
    except OSError as error:  # what the loader of shared libraries raises
        raise RendererMissing(_("The PDF can't be drawn: %(error)s.") % {"error": error}) from error
    return draw
