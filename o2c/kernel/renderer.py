"""WeasyPrint, kept from the network and from the clock. Import `o2c.kernel.paper` instead of this."""

import os
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, time
from functools import cache
from threading import Lock

from django.conf import settings
from django.utils.translation import gettext as _
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from o2c.kernel.paper import ForeignAddress, Sheet

STYLE = settings.ROOT / "templates" / "pdf" / "document.css"
FONTS = {path.as_uri(): path for path in (settings.ROOT / "fonts").glob("*.ttf")}

# One font configuration serves the whole process, and it is not made for two threads at once.
_one_at_a_time = Lock()


class OwnFontsOnly(URLFetcher):
    """Hands out the fonts of the program. Any other address, whoever put it there, ends the printing."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=["file"], allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """Return the font at *url*.

        :raises ValueError: it is not one of ours.
        """
        if url not in FONTS:
            raise ValueError(f"A document may not load {url}.")
        return URLFetcherResponse(url, FONTS[url].read_bytes(), {"Content-Type": "font/ttf"})


def draw(sheet: Sheet) -> bytes:
    """Return the tagged PDF/A-3a of *sheet*.

    :raises ForeignAddress: its markup asks for something that is not ours.
    """
    with _one_at_a_time, _fixed_time(sheet):
        fonts, style = _house_style()
        document = HTML(string=unicodedata.normalize("NFC", sheet.html), url_fetcher=OwnFontsOnly())
        try:
            pdf: bytes = document.write_pdf(
                stylesheets=[style],
                font_config=fonts,
                pdf_variant="pdf/a-3a",
                pdf_identifier=sheet.number.encode(),
            )
        except FatalURLFetchingError as error:  # a BaseException: nobody else would note it
            raise ForeignAddress(
                _("The document %(sheet)s may load nothing from elsewhere.") % {"sheet": sheet.number}
            ) from error
    return pdf


@cache
def _house_style() -> tuple[FontConfiguration, CSS]:
    """Return the fonts and the stylesheet, parsed once per process."""
    fonts = FontConfiguration()
    return fonts, CSS(filename=STYLE, font_config=fonts, url_fetcher=OwnFontsOnly())


@contextmanager
def _fixed_time(sheet: Sheet) -> Iterator[None]:
    """Let the font tools stamp the document's date instead of this moment."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = str(int(datetime.combine(sheet.on, time(), UTC).timestamp()))
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before
