"""The shipping label, 10 by 15 cm: where from, where to, which box, and a barcode for the scanner."""

from django.template.loader import render_to_string
from django.utils import translation

from fulfillment import barcode
from fulfillment.consignment import Consignment, Parcel, Place
from o2c.kernel import paper
from o2c.kernel.formats import Formats, formats_for, postal_line


def render(consignment: Consignment, parcel: Parcel, number: str) -> bytes:
    """Return the label of a box as PDF; the same box gives the same bytes.

    :raises RendererMissing: this machine lacks the libraries that draw a PDF.
    """
    html = markup(consignment, parcel, number)
    return paper.to_pdf(paper.Sheet(html=html, number=number, on=consignment.ready_on))


def markup(consignment: Consignment, parcel: Parcel, number: str) -> str:
    """Return the label as HTML, in the language of the receiver."""
    formats = formats_for(consignment.language, consignment.receiver.country)
    bars, width = barcode.bars(number)
    with translation.override(consignment.language):
        return render_to_string(
            "pdf/label.html",
            {
                "consignment": consignment,
                "parcel": parcel,
                "number": number,
                "count": len(consignment.parcels),
                "sender": address(consignment.sender, formats),
                "receiver": address(consignment.receiver, formats),
                "weight": formats.quantity(parcel.weight),
                "measures": measures(parcel),
                "ready_on": formats.date(consignment.ready_on),
                "bars": bars,
                "width": width,
            },
        )


def address(place: Place, formats: Formats) -> list[str]:
    """Return the lines of an address below the name."""
    town = postal_line(postal_code=place.postal_code, city=place.city, country=place.country)
    return [line for line in (place.street, town, formats.country(place.country)) if line]


def measures(parcel: Parcel) -> str:
    """Return length by width by height in centimetres, or nothing unless all three were measured."""
    return " × ".join(str(measure) for measure in parcel.measures) if all(parcel.measures) else ""
