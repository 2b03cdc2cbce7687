"""Who works at the demo company, what it sells, and to whom: invented."""

from dataclasses import dataclass, field
from decimal import Decimal

from customers.rules import Person
from o2c.operations import roles

ADMIN = "Administrator"
USERS = {
    ADMIN: "admin",
    roles.ORDER_CLERK: "order",
    roles.WAREHOUSE_CLERK: "warehouse",
    roles.AR_CLERK: "ar",
    roles.FINANCE_MANAGER: "finance",
    roles.AUDITOR: "auditor",
}
EURO_RATE = Decimal("0.86")  # pounds for one euro


@dataclass(frozen=True, slots=True)
class DemoProduct:
    """A product; *price* and *cost* of a piece in pounds, net, its *weight* in kg.

    Services have neither cost nor *stock*, and nothing that customs ask.
    """

    sku: str
    price: Decimal
    names: dict[str, str]
    cost: Decimal = Decimal(0)
    stock: Decimal = Decimal(0)
    weight: Decimal | None = None
    customs_code: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class DemoCustomer:
    """A customer; *limit* in their currency; each of the *people* reads what concerns them."""

    key: str
    name: str
    language: str
    limit: Decimal
    address: dict[str, str] = field(default_factory=dict)
    currency: str = "GBP"
    vat_id: str = ""
    people: tuple[Person, ...] = ()


LAMP, SOLAR_LAMP, CANDLE, WICK, OIL = "940550", "940541", "340600", "590800", "271019"  # HS 2022


def _goods(
    sku: str,
    price: str,
    cost: str,
    stock: int,
    weight: str,
    customs_code: str,
    origin: str,
    en: str,
    fr: str,
    nb: str,
    id_: str,
    ru: str,
) -> DemoProduct:
    return DemoProduct(
        sku, Decimal(price), {"en": en, "fr": fr, "nb": nb, "id": id_, "ru": ru}, Decimal(cost),
        Decimal(stock), Decimal(weight), customs_code, origin,
    )  # fmt: skip


GOODS = [
    _goods(
        "LAN-001", "14.50", "6.20", 240, "1.2", LAMP, "IN",
        "Storm lantern, red", "Lanterne tempête, rouge", "Stormlykt, rød",
        "Lentera badai, merah", "Фонарь «летучая мышь», красный",
    ),
    _goods(
        "LAN-002", "14.50", "6.20", 180, "1.2", LAMP, "IN",
        "Storm lantern, green", "Lanterne tempête, verte", "Stormlykt, grønn",
        "Lentera badai, hijau", "Фонарь «летучая мышь», зелёный",
    ),
    _goods(
        "LAN-003", "22.00", "9.80", 120, "1.6", LAMP, "IN",
        "Garden lantern, brass", "Lanterne de jardin, laiton", "Hagelykt, messing",
        "Lentera taman, kuningan", "Садовый фонарь, латунь",
    ),
    _goods(
        "LAN-004", "48.00", "21.50", 60, "3.4", LAMP, "PT",
        "Ship's lamp, copper", "Lampe de bateau, cuivre", "Skipslampe, kobber",
        "Lampu kapal, tembaga", "Корабельная лампа, медь",
    ),
    _goods(
        "LAN-005", "95.00", "44.00", 40, "6.5", LAMP, "PT",
        "Ceiling lantern, large", "Grande lanterne suspendue", "Stor taklykt",
        "Lentera gantung besar", "Подвесной фонарь, большой",
    ),
    _goods(
        "LAN-006", "31.00", "13.00", 6, "0.45", SOLAR_LAMP, "CN",
        "Solar lantern", "Lanterne solaire", "Solcellelykt",
        "Lentera surya", "Фонарь на солнечной батарее",
    ),
    _goods(
        "CAN-001", "3.20", "1.10", 600, "0.12", CANDLE, "GB",
        "Beeswax candle", "Bougie en cire d'abeille", "Bivokslys",
        "Lilin lebah", "Свеча из пчелиного воска",
    ),
    _goods(
        "CAN-002", "6.75", "2.40", 400, "0.4", CANDLE, "GB",
        "Pillar candle, ivory", "Bougie pilier, ivoire", "Kubbelys, elfenben",
        "Lilin pilar, gading", "Свеча-столбик, слоновая кость",
    ),
    _goods(
        "CAN-003", "1.95", "0.60", 900, "0.15", CANDLE, "PL",
        "Tea lights, box of ten", "Bougies chauffe-plat, boîte de dix", "Telys, ti i eske",
        "Lilin teh, isi sepuluh", "Чайные свечи, десять штук",
    ),
    _goods(
        "ACC-001", "4.10", "1.50", 300, "0.05", WICK, "TR",
        "Cotton wick, two metres", "Mèche de coton, deux mètres", "Bomullsveke, to meter",
        "Sumbu katun, dua meter", "Хлопковый фитиль, два метра",
    ),
    _goods(
        "ACC-002", "7.90", "3.30", 150, "0.95", OIL, "NL",
        "Lamp oil, one litre", "Huile de lampe, un litre", "Lampeolje, én liter",
        "Minyak lampu, satu liter", "Ламповое масло, один литр",
    ),
]  # fmt: skip

SERVICES = [
    DemoProduct(
        "SRV-DEL",
        Decimal("9.50"),
        {"en": "Delivery", "fr": "Livraison", "nb": "Frakt", "id": "Pengiriman", "ru": "Доставка"},
    ),
    DemoProduct(
        "SRV-GFT",
        Decimal("2.50"),
        {
            "en": "Gift wrapping",
            "fr": "Emballage cadeau",
            "nb": "Gaveinnpakking",
            "id": "Bungkus kado",
            "ru": "Подарочная упаковка",
        },
    ),
]


def _at(street: str, postal_code: str, city: str, country: str) -> dict[str, str]:
    return {"street": street, "postal_code": postal_code, "city": city, "country": country}


def _people(domain: str, ordering: str, billing: str) -> tuple[Person, ...]:
    """Return who orders and who pays; their addresses lead nowhere (RFC 2606)."""
    return (
        Person(role="ordering", name=ordering, email=f"orders@{domain}.example"),
        Person(role="billing", name=billing, email=f"accounts@{domain}.example"),
    )


CUSTOMERS = [
    DemoCustomer(
        "harbour",
        "Harbour Hotel Ltd",
        "en",
        Decimal(20000),
        _at("1 Quay Parade", "BS1 6XN", "Bristol", "GB"),
        people=_people("harbour-hotel", "Hannah Quayle", "Ben Tiller"),
    ),
    DemoCustomer(
        "corner",
        "The Corner Shop",
        "en",
        Decimal(1000),
        _at("58 Mill Lane", "M4 1HQ", "Manchester", "GB"),
        people=_people("corner-shop", "Priya Mills", "Priya Mills"),
    ),
    DemoCustomer(
        "brass",
        "Brass & Wick LLP",
        "en",
        Decimal(5000),
        _at("7 Foundry Yard", "LS1 4DY", "Leeds", "GB"),
        people=_people("brass-and-wick", "Owen Caster", "Ruth Weld"),
    ),
    DemoCustomer(
        "atelier",
        "Atelier Lumière SARL",
        "fr",
        Decimal(8000),
        _at("24 rue des Lilas", "69003", "Lyon", "FR"),
        currency="EUR",
        vat_id="FR40303265045",
        people=_people("atelier-lumiere", "Claire Aubert", "Luc Morel"),
    ),
    DemoCustomer(
        "fjord",
        "Fjordlys AS",
        "nb",
        Decimal(6000),
        _at("Bryggen 11", "5003", "Bergen", "NO"),
        vat_id="NO995525828MVA",
        people=_people("fjordlys", "Ingrid Vik", "Odd Lunde"),
    ),
    DemoCustomer(
        "taiga",
        "ООО «Тайга»",
        "ru",
        Decimal(4000),
        _at("ул. Ленина, 5", "634050", "Томск", "RU"),
        people=_people("taiga", "Анна Кедрова", "Пётр Лиственный"),
    ),
    DemoCustomer(
        "pelita",
        "Toko Pelita",
        "id",
        Decimal(3000),
        _at("", "40115", "Bandung", "ID"),
        people=_people("toko-pelita", "Dewi Lestari", "Budi Santoso"),
    ),
]

PELITAS_SITE = {"name": "Toko Pelita", **_at("Jalan Braga 12", "40111", "Bandung", "ID")}
