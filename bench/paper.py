"""PDFs: the invoice as the application prints it against bare WeasyPrint on the same HTML and style."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from invoicing import pdf
from invoicing.models import Invoice
from o2c.kernel.paper import load_renderer


@dataclass(frozen=True, slots=True)
class Printing:
    """The processor times of documents printed in turn, in milliseconds each.

    Drawing is nothing but computing, so this is throughput that the neighbours cannot stretch.
    """

    application_ms: list[float]
    bare_ms: list[float]


def measure(invoice: Invoice, *, documents: int) -> Printing:
    """Print *invoice* so many times, in turn by the application and by bare WeasyPrint.

    The bare side has the HTML made already and the style and the fonts parsed already, and draws the
    same kind of PDF: what is left is WeasyPrint.

    :raises RendererMissing: this machine lacks the libraries that draw a PDF.
    """
    load_renderer()
    html = pdf.markup(invoice=invoice, lines=invoice.lines.all(), taxes=invoice.taxes.all())
    bare = _bare(html)
    pdf.render(invoice)
    bare()
    printing = Printing([], [])
    for _ in range(documents):
        printing.application_ms.append(_timed(lambda: pdf.render(invoice)))
        printing.bare_ms.append(_timed(bare))
    return printing


def _bare(html: str) -> Callable[[], bytes]:
    weasyprint = import_module("weasyprint")
    renderer = import_module("o2c.kernel.renderer")
    fonts = import_module("weasyprint.text.fonts").FontConfiguration()
    style = weasyprint.CSS(filename=renderer.STYLE, font_config=fonts)

    def draw() -> bytes:
        document = weasyprint.HTML(string=html)
        made: bytes = document.write_pdf(stylesheets=[style], font_config=fonts, pdf_variant="pdf/a-3a")
        return made

    return draw


def _timed(work: Callable[[], bytes]) -> float:
    started = time.process_time()
    work()
    return 1000 * (time.process_time() - started)
