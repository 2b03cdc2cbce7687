"""What the demo company sells, and to whom: invented."""

from dataclasses import dataclass, field
from decimal import Decimal

EURO_RATE = Decimal("0.86")  # pounds for one euro


@dataclass(frozen=True, slots=True)
class DemoProduct:
    """A product; *price* and *cost* of a piece in pounds, net. Services have neither cost nor *stock*."""

    sku: str
    price: Decimal
    names: dict[str, str]
    cost: Decimal = Decimal(0)
    stock: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class DemoCustomer:
    """A customer; *limit* in their currency."""

    key: str
    name: str
    language: str
    limit: Decimal
    address: dict[str, str] = field(default_factory=dict)
    currency: str = "GBP"
    vat_id: str = ""


def _goods(
    sku: str, price: str, cost: str, stock: int, en: str, fr: str, nb: str, id_: str, ru: str
) -> DemoProduct:
    names = {"en": en, "fr": fr, "nb": nb, "id": id_, "ru": ru}
    return DemoProduct(sku, Decimal(price), names, Decimal(cost), Decimal(stock))


GOODS = [
    _goods(
        "LAN-001", "14.50", "6.20", 240,
        "Storm lantern, red", "Lanterne tempête, rouge", "Stormlykt, rød",
        "Lentera badai, merah", "Фонарь «летучая мышь», красный",
    ),
    _goods(
        "LAN-002", "14.50", "6.20", 180,
        "Storm lantern, green", "Lanterne tempête, verte", "Stormlykt, grønn",
        "Lentera badai, hijau", "Фонарь «летучая мышь», зелёный",
    ),
    _goods(
        "LAN-003", "22.00", "9.80", 120,
        "Garden lantern, brass", "Lanterne de jardin, laiton", "Hagelykt, messing",
        "Lentera taman, kuningan", "Садовый фонарь, латунь",
    ),
    _goods(
        "LAN-004", "48.00", "21.50", 60,
        "Ship's lamp, copper", "Lampe de bateau, cuivre", "Skipslampe, kobber",
        "Lampu kapal, tembaga", "Корабельная лампа, медь",
    ),
    _goods(
        "LAN-005", "95.00", "44.00", 40,
        "Ceiling lantern, large", "Grande lanterne suspendue", "Stor taklykt",
        "Lentera gantung besar", "Подвесной фонарь, большой",
    ),
    _goods(
        "LAN-006", "31.00", "13.00", 6,
        "Solar lantern", "Lanterne solaire", "Solcellelykt",
        "Lentera surya", "Фонарь на солнечной батарее",
    ),
    _goods(
        "CAN-001", "3.20", "1.10", 600,
        "Beeswax candle", "Bougie en cire d'abeille", "Bivokslys",
        "Lilin lebah", "Свеча из пчелиного воска",
    ),
    _goods(
        "CAN-002", "6.75", "2.40", 400,
        "Pillar candle, ivory", "Bougie pilier, ivoire", "Kubbelys, elfenben",
        "Lilin pilar, gading", "Свеча-столбик, слоновая кость",
    ),
    _goods(
        "CAN-003", "1.95", "0.60", 900,
        "Tea lights, box of ten", "Bougies chauffe-plat, boîte de dix", "Telys, ti i eske",
        "Lilin teh, isi sepuluh", "Чайные свечи, десять штук",
    ),
    _goods(
        "ACC-001", "4.10", "1.50", 300,
        "Cotton wick, two metres", "Mèche de coton, deux mètres", "Bomullsveke, to meter",
        "Sumbu katun, dua meter", "Хлопковый фитиль, два метра",
    ),
    _goods(
        "ACC-002", "7.90", "3.30", 150,
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


CUSTOMERS = [
    DemoCustomer(
        "harbour", "Harbour Hotel Ltd", "en", Decimal(20000), _at("1 Quay Parade", "BS1 6XN", "Bristol", "GB")
    ),
    DemoCustomer(
        "corner", "The Corner Shop", "en", Decimal(1000), _at("58 Mill Lane", "M4 1HQ", "Manchester", "GB")
    ),
    DemoCustomer(
        "brass", "Brass & Wick LLP", "en", Decimal(5000), _at("7 Foundry Yard", "LS1 4DY", "Leeds", "GB")
    ),
    DemoCustomer(
        "atelier",
        "Atelier Lumière SARL",
        "fr",
        Decimal(8000),
        _at("24 rue des Lilas", "69003", "Lyon", "FR"),
        currency="EUR",
        vat_id="FR40303265045",
    ),
    DemoCustomer(
        "fjord",
        "Fjordlys AS",
        "nb",
        Decimal(6000),
        _at("Bryggen 11", "5003", "Bergen", "NO"),
        vat_id="NO995525828MVA",
    ),
    DemoCustomer("taiga", "ООО «Тайга»", "ru", Decimal(4000), _at("ул. Ленина, 5", "634050", "Томск", "RU")),
    DemoCustomer("pelita", "Toko Pelita", "id", Decimal(3000), _at("", "40115", "Bandung", "ID")),
]

PELITAS_SITE = {"name": "Toko Pelita", **_at("Jalan Braga 12", "40111", "Bandung", "ID")}
