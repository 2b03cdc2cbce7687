"""From a question to an order: what is quoted, what is looked at before it is taken, and what is promised."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from catalog.models import TaxRate
from inventory import services as inventory
from o2c.kernel.db import fetch_all
from o2c.kernel.models import Event
from orders import errors, quotes, services as orders
from orders.models import Order, OrderPolicy, OrderVersion
from orders.services import LineInput
from tests.world import World, staff

FRIDAY, MONDAY, TUESDAY = date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 24)
ELSEWHERE = {"name": "Depot", "street": "9 Far Road", "postal_code": "", "city": "Oslo", "country": "NO"}


def quote(world: World, customer, *wanted, valid_until: date | None = None, **options) -> Order:
    return orders.quote_order(
        order=world.wanted(customer, *wanted, **options), valid_until=valid_until, actor=staff("Order clerk")
    )


def by_phone(world: World, customer, *wanted, **options) -> Order:
    """A clerk enters what a caller wants, who has not said it before."""
    options = {"channel": "phone", "acknowledges_duplicate": False} | options
    return world.order(customer, *wanted, actor=staff("Order clerk"), **options)


def codes(order: Order) -> list[str]:
    return [reason["code"] for reason in order.hold_reasons]


def happened(order: Order) -> list[str]:
    kinds = Event.objects.filter(document_type="order", document_id=order.pk).order_by("pk")
    return [kind.removeprefix("order.") for kind in kinds.values_list("kind", flat=True)]


# ---- quotes
def test_a_quote_holds_its_prices_but_neither_stock_nor_credit_until_it_is_accepted(world: World) -> None:
    """Harbour asks on Friday for ten lanterns; on Monday the list is dearer and the tax is lower, and they accept."""
    lantern, harbour = world.product(price="10.00"), world.customer(limit="0")
    asked = quote(world, harbour, (lantern, "10"))
    assert (asked.state, asked.valid_until, asked.gross) == ("quoted", date(2026, 12, 20), Decimal("120.00"))
    assert (asked.promised_on, asked.lines.get().promised_on) == (MONDAY, MONDAY)
    level = lantern.stock_levels.get()
    assert (level.reserved, harbour.credit_account.commitments.count()) == (0, 0)

    TaxRate.objects.filter(code="S").update(valid_to=FRIDAY)
    TaxRate.objects.create(
        category=world.basics.standard, region=world.basics.domestic, code="S", rate=15, valid_from=MONDAY
    )
    order = orders.accept_quote(order_id=asked.pk, po_number="PO-7", on=MONDAY, actor=staff("Order clerk"))
    order = Order.objects.get(pk=asked.pk)
    assert (order.state, order.ordered_on, order.po_number) == ("draft", MONDAY, "PO-7")
    assert (order.net, order.tax, order.gross) == (Decimal(100), Decimal(15), Decimal(115))
    assert (order.lines.get().unit_price, order.lines.get().tax_rate) == (Decimal(10), Decimal(15))

    order = orders.submit_order(order_id=order.pk, on=MONDAY, actor=staff("Order clerk"))
    assert codes(order) == ["credit-limit"]  # credit is asked now, as of any order
    assert happened(order) == ["quoted", "quote_accepted", "submitted", "held"]


def test_a_quote_accepted_on_the_telephone_is_confirmed_at_once(world: World) -> None:
    lantern, harbour = world.product(), world.customer()
    asked = quote(world, harbour, (lantern, "2"), valid_until=FRIDAY)  # its last day counts
    order = orders.accept_and_submit_quote(order_id=asked.pk, on=FRIDAY, actor=staff("Order clerk"))
    assert (order.state, lantern.stock_levels.get().reserved) == ("confirmed", 2)
    world.pay(world.invoice(world.ship(order)))
    assert world.trial_balance().difference == 0


def test_a_quote_runs_out_is_renewed_and_lost(world: World) -> None:
    lantern, harbour = world.product(), world.customer()
    asked, other = (quote(world, harbour, (lantern, "1"), valid_until=day) for day in (FRIDAY, TUESDAY))
    clerk = staff("Order clerk")
    with pytest.raises(errors.QuoteExpired, match="Renew the quote"):  # the job has not come by yet
        orders.accept_quote(order_id=asked.pk, on=MONDAY, actor=clerk)
    assert [found.pk for found in quotes.open_quotes()] == [asked.pk, other.pk]

    assert orders.expire_quotes(on=FRIDAY, actor=world.system) == 0
    assert orders.expire_quotes(on=MONDAY, actor=world.system) == 1
    assert orders.expire_quotes(on=MONDAY, actor=world.system) == 0
    assert [found.pk for found in quotes.open_quotes()] == [other.pk]
    with pytest.raises(errors.QuoteExpired):
        orders.accept_and_submit_quote(order_id=asked.pk, on=FRIDAY, actor=clerk)

    asked = orders.renew_quote(order_id=asked.pk, on=MONDAY, actor=clerk)
    assert (asked.state, asked.valid_until) == ("quoted", date(2026, 12, 23))
    orders.lose_quote(order_id=asked.pk, code="competitor", reason="Cheaper", on=MONDAY, actor=clerk)
    asked = Order.objects.get(pk=asked.pk)
    assert (asked.state, asked.cancel_code, asked.cancel_reason) == ("lost", "competitor", "Cheaper")
    assert happened(asked) == ["quoted", "quote_expired", "quote_renewed", "quote_lost"]


def test_why_quotes_are_lost_is_counted_by_reason(world: World) -> None:
    lantern, harbour = world.product(price="10.00"), world.customer()
    for code, quantity in (("price", "1"), ("price", "2"), ("delivery_time", "9")):
        lost = quote(world, harbour, (lantern, quantity))
        orders.lose_quote(order_id=lost.pk, code=code, on=FRIDAY, actor=staff("Order clerk"))
    quote(world, harbour, (lantern, "50"))
    assert [(row.code, row.count, row.net) for row in quotes.lost_quotes(since=FRIDAY, until=FRIDAY)] == [
        ("delivery_time", 1, Decimal(90)),
        ("price", 2, Decimal(30)),
    ]
    assert quotes.lost_quotes(since=MONDAY, until=MONDAY) == []


def test_a_revised_quote_keeps_what_it_was_and_says_what_changed(world: World) -> None:
    lantern, oil, harbour = world.product(price="10.00"), world.product(price="3.00"), world.customer()
    clerk = staff("Order clerk")
    asked = quote(world, harbour, (lantern, "10"))
    revised = orders.revise_quote(
        order_id=asked.pk,
        order=world.wanted(harbour, (lantern, "12"), (oil, "1"), channel="phone", po_number="PO-8"),
        reason="They want more",
        expected_version=1,
        valid_until=MONDAY,
        actor=clerk,
    )
    revised = Order.objects.get(pk=asked.pk)
    assert (revised.version, revised.valid_until, revised.net) == (2, MONDAY, Decimal(123))
    assert [line.ordered for line in revised.lines.all()] == [12, 1]
    version = OrderVersion.objects.get(order=asked)
    assert (version.version, version.reason, version.actor) == (2, "They want more", clerk)
    assert version.before["head"]["net"] == "100"
    told = {(change.get("field") or change["position"], change["what"]) for change in version.changes}
    assert told == {
        ("po_number", "po_number"), ("valid_until", "valid_until"), ("net", "net"), ("tax", "tax"),
        ("gross", "gross"), (1, "ordered"), (1, "net"), (2, "line"),
    }  # fmt: skip

    with pytest.raises(errors.OrderChanged, match="at version 2, not 1"):
        orders.revise_quote(
            order_id=asked.pk, order=world.wanted(harbour, (oil, "1")), reason="Late", expected_version=1, actor=clerk
        )  # fmt: skip


# ---- what is looked at
def test_all_that_is_missing_is_said_at_once_and_who_can_mend_it(world: World) -> None:
    lantern = world.product()
    customer = world.customer(requires_po_number=True, requires_delivery_date=True)
    wanted = world.wanted(
        customer, (lantern, "0"), (lantern, "1"), delivery_address={"name": "X", "street": "", "city": "Y"}
    )
    before = world.fingerprint()
    with pytest.raises(errors.InvalidOrder) as refusal:
        orders.place_order(order=wanted, actor=world.system)
    found = [
        (p.get("field", p.get("position")), p["code"], p["who"]) for p in refusal.value.details["problems"]
    ]
    assert found == [
        (1, "quantity", "whoever enters the order"),
        ("po_number", "po-number", "the customer"),
        ("requested_on", "delivery-date", "the customer"),
        ("delivery_address", "address", "the customer"),
        ("delivery_address", "country", "the customer"),
    ]
    assert world.fingerprint() == before


def test_a_draft_waits_for_what_its_customer_demands_and_for_products_that_are_sold(world: World) -> None:
    lantern, lamp, customer = world.product(), world.product(), world.customer(requires_po_number=True)
    draft = orders.create_order(order=world.wanted(customer, (lantern, "1")), actor=world.system)
    lantern.active, lantern.alternative = False, lamp
    lantern.save()
    with pytest.raises(errors.InvalidOrder) as refusal:
        orders.submit_order(order_id=draft.pk, on=FRIDAY, actor=world.system)
    assert [problem["code"] for problem in refusal.value.details["problems"]] == [
        "po-number",
        "product-inactive",
    ]
    assert f"{lamp.sku} is sold instead" in refusal.value.message
    assert Order.objects.get(pk=draft.pk).state == "draft"


def test_who_enters_the_same_order_twice_is_asked_and_may_mean_it(world: World) -> None:
    lantern, oil, customer = world.product(), world.product(), world.customer()
    first = by_phone(world, customer, (lantern, "1"), (oil, "2"))
    before = world.fingerprint()
    with pytest.raises(errors.DuplicateSuspected) as refusal:
        by_phone(world, customer, (oil, "2.0"), (lantern, "1"))  # in whatever order
    assert refusal.value.details == {"order": first.number, "ordered_on": "2026-11-20"}
    assert "acknowledge" in str(refusal.value)
    assert world.fingerprint() == before

    assert (
        by_phone(world, customer, (lantern, "1"), (oil, "2"), acknowledges_duplicate=True).state
        == "confirmed"
    )
    assert by_phone(world, customer, (lantern, "1"), (oil, "3")).state == "confirmed"
    assert by_phone(world, world.customer(), (lantern, "1"), (oil, "2")).state == "confirmed"


def test_a_draft_that_repeats_an_order_is_submitted_by_a_word(world: World) -> None:
    lantern, customer = world.product(), world.customer()
    by_phone(world, customer, (lantern, "1"))
    wanted = world.wanted(customer, (lantern, "1"), channel="email")
    draft = orders.create_order(order=wanted, actor=world.system)
    by = {"order_id": draft.pk, "on": FRIDAY, "actor": world.system}
    with pytest.raises(errors.DuplicateSuspected):
        orders.submit_order(**by)
    assert orders.submit_order(**by, acknowledges_duplicate=True).state == "confirmed"


def test_a_cancelled_order_or_one_of_long_ago_is_not_repeated(world: World) -> None:
    lantern, customer = world.product(), world.customer()
    first = by_phone(world, customer, (lantern, "1"))
    orders.cancel_order(order_id=first.pk, reason="Mistake", on=FRIDAY, actor=world.system)
    second = by_phone(world, customer, (lantern, "1"))
    fetch_all("UPDATE orders_order SET created_at = now() - interval '25 h' WHERE id = %s", [second.pk])
    third = by_phone(world, customer, (lantern, "1"))
    fetch_all("UPDATE orders_order SET ordered_on = '2026-11-18' WHERE id = %s", [third.pk])
    assert by_phone(world, customer, (lantern, "1")).state == "confirmed"  # captured now, of another day


@pytest.mark.parametrize("channel", ["api", "portal", "import"])
def test_what_a_machine_sends_twice_is_taken_and_held_for_a_person(world: World, channel: str) -> None:
    lantern, customer = world.product(), world.customer()
    first = by_phone(world, customer, (lantern, "1"), channel=channel)
    second = by_phone(world, customer, (lantern, "1"), channel=channel)
    assert (first.state, second.state, codes(second)) == ("confirmed", "on_hold", ["duplicate"])
    assert second.hold_reasons[0]["figures"] == {
        "order": first.number,
        "ordered_on": world.on.isoformat(),
    }
    assert (lantern.stock_levels.get().reserved, customer.credit_account.commitments.count()) == (1, 1)

    again = orders.retry_order(order_id=second.pk, on=FRIDAY, actor=world.system)
    assert (again.state, codes(again)) == ("on_hold", ["duplicate"])  # money and stock do not cure it
    released = orders.release_order(
        order_id=second.pk, reason="They want two", on=FRIDAY, actor=staff("Finance manager")
    )
    assert (released.state, lantern.stock_levels.get().reserved) == ("confirmed", 2)


def test_an_order_that_looks_like_fraud_waits_with_its_points(world: World) -> None:
    """To a country and an address that nobody knows of this customer; the tax would be wrong there as well."""
    lantern = world.product(price="10.00", stock="1000")
    customer = world.customer(limit="10")
    order = world.order(customer, (lantern, "50"), delivery_address=ELSEWHERE)
    assert (order.screening_score, [rule["rule"] for rule in order.screening]) == (50, ["address", "country"])
    assert codes(order) == ["screening", "tax-region", "credit-limit"]  # all reasons at once
    assert customer.credit_account.commitments.count() == 0

    OrderPolicy.objects.update(hold_score=51)
    passed = world.order(world.customer(), (lantern, "50"), delivery_address=ELSEWHERE)
    assert (codes(passed), passed.screening_score) == (["tax-region"], 50)


def test_many_orders_of_unusual_size_wait_but_not_those_of_a_customer_who_has_paid_three(
    world: World,
) -> None:
    lantern = world.product(price="1.00", stock="1000")
    stranger, regular = world.customer(), world.customer()
    for _ in range(3):
        world.pay(world.invoice(world.ship(world.order(regular, (lantern, "1")))))
    world.let_the_desks_work()
    assert Order.objects.filter(customer=regular, state="closed").count() == 3
    for customer in (stranger, regular):
        for _ in range(4):
            assert world.order(customer, (lantern, "1")).state == "confirmed"
    assert codes(world.order(stranger, (lantern, "6"))) == ["screening"]
    assert world.order(regular, (lantern, "6")).state == "confirmed"


def test_an_address_that_was_delivered_and_billed_to_before_is_known(world: World) -> None:
    lantern, customer = world.product(), world.customer()
    site = ELSEWHERE | {"city": "Leeds", "country": "GB"}
    first = world.order(customer, (lantern, "1"), delivery_address=site)
    assert first.screening_score == 20
    assert world.order(customer, (lantern, "2"), delivery_address=site).screening_score == 20
    world.invoice(world.ship(first))
    again = world.order(customer, (lantern, "2"), delivery_address=site | {"name": "Somebody else"})
    assert again.screening_score == 0


def test_goods_that_leave_the_customers_tax_region_wait(world: World) -> None:
    lantern, customer = world.product(), world.customer()
    assert world.basics.domestic.countries == ["GB"]
    OrderPolicy.objects.update(hold_score=100)
    assert codes(world.order(customer, (lantern, "1"), delivery_address=ELSEWHERE)) == ["tax-region"]
    assert world.order(customer, (lantern, "1")).state == "confirmed"


# ---- price, promise and credit
def test_the_clerks_discount_comes_before_the_lists_and_is_taken_after_the_lines(world: World) -> None:
    lantern, customer = world.product(price="10.00"), world.customer()
    wanted = world.wanted(customer, discount_percent=Decimal(5), discount_reason="Trade fair")
    line = LineInput(sku=lantern.sku, quantity=Decimal(10), discount_percent=Decimal(10))
    order = orders.place_order(order=_with(wanted, lines=[line]), actor=world.system)
    kept = order.lines.get()
    assert (kept.entered_discount, kept.discount_percent, kept.net) == (10, Decimal("14.5"), Decimal("85.50"))
    assert (order.discount_percent, order.discount_rule, order.gross) == (5, "Trade fair", Decimal("102.60"))


def _with(wanted, **fields):
    return type(wanted)(**{name: getattr(wanted, name) for name in wanted.__slots__} | fields)


def test_a_promise_follows_from_stock_and_from_what_is_expected(world: World) -> None:
    """Three are there; ten come on Tuesday, of which an earlier order gets two; nobody knows of more."""
    lantern, oil, customer = world.product(stock="3"), world.product(), world.customer()
    inventory.expect_receipt(
        warehouse=world.basics.warehouse, product_id=lantern.pk, reference="PO-1", quantity=Decimal(10),
        expected_on=TUESDAY, actor=world.system,
    )  # fmt: skip
    in_stock = world.order(customer, (oil, "1"))
    early = world.order(customer, (lantern, "5"), (oil, "1"))
    late = world.order(customer, (lantern, "8"))
    never = world.order(customer, (lantern, "1"), (oil, "1"))
    service = world.order(customer, (world.product(kind="service"), "1"))
    wednesday = date(2026, 11, 25)
    promised = [order.promised_on for order in (in_stock, early, late, never, service)]
    assert promised == [MONDAY, wednesday, wednesday, None, None]
    assert [line.promised_on for line in early.lines.all()] == [wednesday, MONDAY]
    assert Order.objects.get(pk=early.pk).promised_on == wednesday


def test_a_preview_shows_price_promise_and_credit_and_leaves_no_trace(world: World) -> None:
    lantern = world.product(price="10.00", stock="3")
    customer = world.customer(limit="50", requires_po_number=True)
    clerk = staff("Order clerk")
    before = world.fingerprint()
    seen = orders.preview_order(
        order=world.wanted(customer, (lantern, "5"), requested_on=FRIDAY), actor=clerk
    )
    assert (seen.order.gross, seen.order.pk, [line.net for line in seen.lines]) == (Decimal(60), None, [50])
    assert (seen.promises[1].on, seen.promises[1].why) == (
        None,
        "3 free, 2 missing, and nothing more is expected",
    )
    assert (seen.credit.is_approved, seen.credit.available) == (False, Decimal(50))
    assert [reason["code"] for reason in seen.credit.reasons] == ["credit-limit"]
    assert [problem.code for problem in seen.problems] == ["po-number"]
    assert seen.repeats is None
    assert world.fingerprint() == before
    assert world.order(customer, (lantern, "1"), po_number="1").state == "confirmed"


def test_a_preview_warns_of_a_late_delivery_and_of_an_export_without_incoterm(world: World) -> None:
    lantern, customer = world.product(), world.customer()
    seen = orders.preview_order(
        order=world.wanted(customer, (lantern, "1"), requested_on=FRIDAY, delivery_address=ELSEWHERE),
        actor=world.system,
    )
    assert [warning.code for warning in seen.warnings] == ["late", "incoterm"]
    assert seen.promises[1].on == MONDAY


# ---- what cannot be right
def test_a_quote_that_cannot_be_right_changes_nothing(world: World) -> None:
    lantern, customer = world.product(), world.customer()
    asked = quote(world, customer, (lantern, "1"))
    wanted, by = world.wanted(customer, (lantern, "1")), {"actor": world.system}
    stranger = world.wanted(world.customer(), (lantern, "1"))
    revise = {"order_id": asked.pk, "expected_version": 1, "actor": world.system}
    lose = {"order_id": asked.pk, "on": FRIDAY, "actor": world.system}
    refused = [
        lambda: orders.quote_order(order=wanted, valid_until=FRIDAY - timedelta(days=1), **by),
        lambda: orders.quote_order(order=wanted, valid_until=date(2027, 11, 22), **by),
        lambda: orders.quote_order(order=_with(wanted, lines=[]), **by),
        lambda: orders.quote_order(order=_with(wanted, channel="pigeon"), **by),
        lambda: orders.quote_order(order=_with(wanted, incoterm="XXX"), **by),
        lambda: orders.quote_order(order=_with(wanted, priority=9999), **by),
        lambda: orders.quote_order(order=_with(wanted, discount_percent=Decimal("NaN")), **by),
        lambda: orders.quote_order(order=_with(wanted, discount_percent=Decimal(5)), **by),
        lambda: orders.revise_quote(order=wanted, reason=" ", **revise),
        lambda: orders.revise_quote(order=stranger, reason="Other", **revise),
        lambda: orders.lose_quote(code="weather", **lose),
        lambda: orders.lose_quote(code="other", **lose),
    ]
    before = world.fingerprint()
    for call in refused:
        with pytest.raises(errors.InvalidOrder):
            call()
        assert world.fingerprint() == before
    assert Order.objects.get(pk=asked.pk).version == 1
