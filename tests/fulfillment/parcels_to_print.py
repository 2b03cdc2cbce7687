"""A shipment to print papers and labels of, without a database."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from fulfillment.consignment import Consignment, Parcel, Place
from fulfillment.pdf import PackedLine, Papers

SELLER = Place(
    name="Lantern and Company Limited",
    street="12 Candle Row",
    postal_code="N1 9GU",
    city="London",
    country="GB",
)
RECEIVERS = {
    "en": Place(
        name="Harbour Lights Trading Ltd",
        street="4 Quay Street",
        postal_code="BS1 4QA",
        city="Bristol",
        country="GB",
    ),
    "fr": Place(
        name="Société d’Éclairage SARL",
        street="14 rue des Œillets",
        postal_code="69002",
        city="Lyon",
        country="FR",
    ),
}
PARCELS = [
    Parcel(
        package_id=1234,
        position=1,
        weight=Decimal("18.6"),
        measures=(60, 40, 30),
        tracking_number="LC000012349GB",
    ),
    Parcel(package_id=1235, position=2, weight=Decimal("30.225"), tracking_number="LC000012352GB"),
]


def consignment(language: str = "en") -> Consignment:
    """Two boxes from London."""
    return Consignment(
        reference="SH-100871",
        carrier_name="Lantern Van",
        transit_days=2,
        sender=SELLER,
        receiver=RECEIVERS[language],
        language=language,
        ready_on=date(2026, 11, 20),
        parcels=PARCELS,
    )


def papers(language: str = "en", **fields) -> Papers:
    """Two products in two boxes and a fitting; four lanterns follow. To France it is an export."""
    made = Papers(
        number="SH-100871",
        on=date(2026, 11, 20),
        language=language,
        seller=SELLER,
        email="accounts@lantern.example",
        phone="+44 20 7946 0000",
        seller_vat_id="GB980780684",
        registration_number="01234567",
        buyer=RECEIVERS[language],
        customer_number="C000042",
        buyer_vat_id="FR40303265045" if language == "fr" else "",
        receiver=replace(RECEIVERS[language], street="Dock 7"),
        order_number="SO-104233",
        po_number="PO-88121/A",
        carrier="Lantern Van",
        tracking_number="LC000012349GB",
        incoterm="DAP",
        currency="EUR",
        lines=[
            line(1, "LAN-BRS-32", "Brass storm lantern", "16", "12", "4", "1, 2", "48.50", "1.550", "940550"),
            line(2, "OIL-LMP-05", "Lamp oil", "37.5", "37.5", "0", "2", "17.3093", "0.806", "271019"),
            replace(
                line(3, "FIT-01", "Fitting on the spot", "1", "1", "0", "", "60", "0", ""),
                is_stocked=False,
                weight=None,
            ),
        ],
        parcels=PARCELS,
    )
    return replace(made, **fields)


def line(position, sku, description, ordered, quantity, to_come, boxes, price, weight, code) -> PackedLine:
    """A line of a shipment of goods."""
    return PackedLine(
        position=position,
        sku=sku,
        description=description,
        unit="LTR" if sku.startswith("OIL") else "C62",
        ordered=Decimal(ordered),
        quantity=Decimal(quantity),
        to_come=Decimal(to_come),
        is_stocked=True,
        boxes=boxes,
        unit_price=Decimal(price),
        discount_percent=Decimal(10) if position == 1 else Decimal(0),
        weight=Decimal(weight),
        customs_code=code,
        origin="IN" if position == 1 else "NO",
    )
