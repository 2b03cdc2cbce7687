"""What a customer pays: their own prices, a discount on the whole order, and the tax that their papers allow."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from catalog import services as catalog
from customers.models import Customer
from invoicing import pdf
from invoicing.models import Invoice
from tests.world import EU_COMPANY, World, build_world

NOV = date(2026, 11, 1)


def line_of(order):
    """The order's first line."""
    return order.lines.get(position=1)


def test_what_was_agreed_with_the_customer_comes_before_the_list(world: World) -> None:
    """Acme agreed on 12.00, and on 9.00 from ten on; the list says 10.00 for everybody."""
    lantern, oil = world.product(price="10.00"), world.product(price="3.00")
    acme, other = world.customer(), world.customer()
    contract = world.agree(acme, lantern, "12.00")
    world.agree(acme, lantern, "9.00", minimum="10")

    few = line_of(world.order(acme, (lantern, "9")))
    many = line_of(world.order(acme, (lantern, "4"), (lantern, "6")))  # breaks count the whole order
    not_agreed = line_of(world.order(acme, (oil, "1")))
    elsewhere = line_of(world.order(other, (lantern, "10")))

    assert (few.unit_price, few.price_rule) == (Decimal(12), f"{contract.code} from 1")
    assert (many.unit_price, many.price_rule) == (Decimal(9), f"{contract.code} from 10")
    assert (not_agreed.unit_price, not_agreed.price_rule) == (Decimal(3), "standard-gbp from 1")
    assert elsewhere.unit_price == Decimal(10)


def test_a_contract_that_has_ended_leaves_the_list_price(world: World) -> None:
    lantern, acme = world.product(price="10.00"), world.customer()
    contract = world.agree(acme, lantern, "7.00")
    catalog.end_price(
        price_id=contract.prices.get().pk, last_on=world.on - timedelta(days=1), actor=world.system
    )
    assert line_of(world.order(acme, (lantern, "1"))).unit_price == Decimal(10)


def test_a_large_order_gets_the_discount_on_what_its_lines_cost_after_their_own(world: World) -> None:
    """5 % from 1,000: a hundred at 10.00 reach it, ninety-nine do not; the price list's step is on the order."""
    lantern, customer = world.product(price="10.00", stock="1000"), world.customer()
    for percent, net in (("2", "500"), ("5", "1000")):
        catalog.set_order_discount(
            price_list=world.basics.prices, name="Autumn", percent=Decimal(percent), from_net=Decimal(net),
            valid_from=NOV, actor=world.system,
        )  # fmt: skip
    small, middle, large = (world.order(customer, (lantern, quantity)) for quantity in ("49", "99", "100"))
    assert [order.net for order in (small, middle, large)] == [490, Decimal("970.20"), 950]
    assert [order.discount_percent for order in (small, middle, large)] == [0, 2, 5]
    assert "Autumn" in large.discount_rule
    invoice = world.invoice(world.ship(large))
    assert (invoice.net, invoice.tax, invoice.gross) == (950, 190, 1140)


# ---- a seller in France


@pytest.fixture
def lyon(database) -> World:
    return build_world(EU_COMPANY)


COUNTRIES = {"eu-business": "DE", "eu-consumer": "DE", "export": "NO", "exempt": "FR"}


def in_region(world: World, region: str, **fields) -> Customer:
    """A customer at home where the region is."""
    return world.customer(
        currency="EUR",
        country=COUNTRIES[region],
        tax_region=world.basics.taxes.regions[region],
        **fields,
    )


def billed(world: World, customer: Customer) -> Invoice:
    """Ten lanterns at 10.00 and an hour of help at 50.00, ordered, shipped and billed."""
    lantern, help_ = world.product(price="10.00"), world.product(price="50.00", kind="service")
    order = world.order(customer, (lantern, "10"), (help_, "1"))
    return world.invoice(world.ship(order))


def taxes(invoice: Invoice) -> list[tuple[str, Decimal, Decimal]]:
    return list(invoice.taxes.order_by("code").values_list("code", "base", "tax"))


def test_a_business_elsewhere_in_the_union_pays_no_tax_once_its_vat_id_is_checked(lyon: World) -> None:
    german = in_region(lyon, "eu-business", vat_id="DE136695976")
    before = billed(lyon, german)
    assert taxes(before) == [("S", 150, 30)]

    lyon.check_vat_id(german)
    after = billed(lyon, german)
    assert taxes(after) == [("AE", 50, 0), ("K", 100, 0)]
    assert after.gross == 150
    html = pdf.markup(invoice=after, lines=list(after.lines.all()), taxes=list(after.taxes.all()))
    assert "Intra-Community supply of goods, exempt: Article 138 of Directive 2006/112/EC." in html
    assert "Reverse charge: the customer is liable for the VAT, Article 196 of Directive 2006/112/EC." in html
    assert "DE136695976" in html

    lyon.check_vat_id(german, valid=False, on=lyon.on + timedelta(days=1))
    assert taxes(billed(lyon, german)) == [("S", 150, 30)]
    assert after.taxes.count() == 2  # what is issued stays as it was


def test_an_order_keeps_the_tax_it_was_taken_with(lyon: World) -> None:
    """The id is checked after the order was placed: the order was priced with tax, and is billed so."""
    german = in_region(lyon, "eu-business", vat_id="DE136695976")
    order = lyon.order(german, (lyon.product(price="10.00"), "10"))
    lyon.check_vat_id(german)
    assert lyon.invoice(lyon.ship(order)).tax == 20


def test_an_exempt_customer_pays_once_the_certificate_has_expired(lyon: World) -> None:
    embassy = in_region(lyon, "exempt", exemption_number="EX 77", exemption_until=lyon.on)
    invoice = billed(lyon, embassy)
    assert taxes(invoice) == [("E", 150, 0)]
    assert "Article 151" in invoice.taxes.get().legal_text
    Customer.objects.filter(pk=embassy.pk).update(exemption_until=lyon.on - timedelta(days=1))
    assert taxes(billed(lyon, embassy)) == [("S", 150, 30)]


def test_goods_that_leave_the_union_are_exported_and_services_are_taxed_elsewhere(lyon: World) -> None:
    abroad = in_region(lyon, "export")
    assert taxes(billed(lyon, abroad)) == [("G", 100, 0), ("O", 50, 0)]


def test_a_consumer_elsewhere_in_the_union_pays_the_sellers_rate(lyon: World) -> None:
    assert taxes(billed(lyon, in_region(lyon, "eu-consumer", kind="person"))) == [("S", 150, 30)]
