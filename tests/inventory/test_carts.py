"""Stock kept for a shopping cart: held, replaced, ordered, given back, and free again when its time is over."""

from datetime import timedelta
from decimal import Decimal

import pytest

from catalog.models import Product
from inventory import services as stock, tasks
from inventory.errors import CartExpired, InsufficientStock, InvalidQuantity
from inventory.models import CartHold, Reservation, StockLevel
from inventory.rules import Demand
from inventory.services import carts
from o2c.kernel.db import unit_of_work
from o2c.kernel.models import Event
from tests.documents import CART_STATES, NOON, cart_in, cells, walk
from tests.world import World

D = Decimal

TABLE = """
             held      ordered         expired         dropped
take_cart    ordered   !cart-ordered   !cart-expired   !cart-expired
drop_cart    dropped   !cart-ordered   !cart-expired   !cart-expired
hold_cart    held      !cart-ordered   !cart-expired   !cart-expired
expire_carts expired   ordered         expired         dropped
"""


@pytest.mark.parametrize("state", CART_STATES)
def test_every_verb_in_every_state_of_a_cart(world: World, state: str) -> None:
    cart = cart_in(world, state)
    product = StockLevel.objects.get().product

    def run(verb: str) -> object:
        if verb == "take_cart":
            with unit_of_work():
                return stock.take_cart(
                    token=cart.token, warehouse_id=cart.warehouse_id, demands=[], complete=False
                )
        if verb == "drop_cart":
            return stock.drop_cart(token=cart.token, on=world.on, actor=world.system)
        if verb == "expire_carts":
            return stock.expire_carts(at=cart.expires_at, on=world.on, actor=world.system)
        return stock.hold_cart(
            company_id=world.company.pk,
            token=cart.token,
            wanted={product.sku: D(1)},
            minutes=5,
            at=NOON,
            actor=world.system,
        )

    walk(world, TABLE, state, run=run, state_after=lambda: str(CartHold.objects.get(pk=cart.pk).state))


def test_the_table_names_every_state_of_a_cart() -> None:
    assert set(CART_STATES) == set(CartHold.State.values) == {cell.state for cell in cells(TABLE)}


def hold(world: World, token: str = "mine", minutes: int = 10, **wanted) -> CartHold:
    """Hold a cart: quantities by the name of the product's SKU."""
    return stock.hold_cart(
        company_id=world.company.pk,
        token=token,
        wanted={sku: D(quantity) for sku, quantity in wanted.pop("lines").items()},
        minutes=minutes,
        at=NOON,
        actor=world.system,
        **wanted,
    )


def reserved(product) -> Decimal:
    return StockLevel.objects.get(product=product).reserved


def reserved_in(product, warehouse) -> Decimal:
    return StockLevel.objects.get(product=product, warehouse=warehouse).reserved


def test_what_a_cart_holds_nobody_else_can_order(world: World) -> None:
    lantern, fitting = world.product(stock="5"), world.product(kind="service")
    cart = hold(world, lines={lantern.sku: "3", fitting.sku: "1"})
    assert cart.expires_at == NOON + timedelta(minutes=10)
    assert Reservation.objects.values_list("demand", "quantity").get() == (f"cart/{cart.pk}", 3)
    order = world.order(world.customer(), (lantern, "4"))
    assert order.lines.get().reserved == 2
    with pytest.raises(InsufficientStock, match="SKU-1: 1 to be held, 0 free") as refusal:
        hold(world, "other", lines={lantern.sku: "1"})
    assert refusal.value.details["free"] == {str(lantern.pk): "0.0000"}


def test_no_part_of_a_piece_is_held_and_what_the_cart_had_stays(world: World) -> None:
    lantern, oil, fitting = world.product(), world.product(), world.product(kind="service")
    Product.objects.filter(pk=oil.pk).update(unit="LTR")
    hold(world, lines={lantern.sku: "1"})
    with pytest.raises(InvalidQuantity, match=f"1.5 is no whole number, and {lantern.sku} is counted"):
        hold(world, lines={lantern.sku: "1.5"})
    assert reserved(lantern) == 1
    hold(world, lines={oil.sku: "1.5", fitting.sku: "0.5"})
    assert (reserved(lantern), reserved(oil)) == (0, D("1.5"))


def test_a_changed_cart_replaces_what_it_held_and_begins_its_time_anew(world: World) -> None:
    lantern, hook = world.product(stock="5"), world.product(stock="5")
    hold(world, lines={lantern.sku: "4"})
    cart = hold(world, lines={lantern.sku: "5", hook.sku: "1"}, minutes=30)
    assert (reserved(lantern), reserved(hook)) == (5, 1)
    assert cart.expires_at == NOON + timedelta(minutes=30)
    hold(world, lines={hook.sku: "2"})
    assert (reserved(lantern), reserved(hook)) == (0, 2)
    with pytest.raises(InsufficientStock):
        hold(world, lines={hook.sku: "6"})
    assert (reserved(lantern), reserved(hook)) == (0, 2)


def test_a_cart_that_moves_to_another_warehouse_leaves_the_first(world: World) -> None:
    lantern, other = world.product(stock="5"), world.warehouse()
    world.receive(lantern, "9", warehouse=other)
    hold(world, lines={lantern.sku: "4"})
    assert hold(world, lines={lantern.sku: "8"}, warehouse_id=other.pk).warehouse == other
    levels = StockLevel.objects.filter(product=lantern).order_by("pk")
    assert list(levels.values_list("reserved", flat=True)) == [0, 8]


def test_an_order_takes_its_cart_and_nothing_more_is_held(world: World) -> None:
    lantern, hook = world.product(stock="5"), world.product(stock="5")
    cart = hold(world, lines={lantern.sku: "4", hook.sku: "2"})
    demands = [Demand("order-line/1", lantern.pk, D(5)), Demand("order-line/2", lantern.pk, D(2))]
    with unit_of_work():
        granted = stock.take_cart(
            token="mine", warehouse_id=cart.warehouse_id, demands=demands, complete=False
        )
    assert granted == {"order-line/1": 5, "order-line/2": 0}
    assert (reserved(lantern), reserved(hook)) == (5, 0)
    assert Reservation.objects.values_list("demand", "quantity").get() == ("order-line/1", 5)


def test_an_order_that_wants_all_or_nothing_leaves_the_cart_as_it_is_when_something_is_short(
    world: World,
) -> None:
    lantern = world.product(stock="5")
    cart = hold(world, lines={lantern.sku: "4"})
    with unit_of_work():
        granted = stock.take_cart(
            token="mine",
            warehouse_id=cart.warehouse_id,
            demands=[Demand("order-line/1", lantern.pk, D(6))],
            complete=True,
        )
    assert granted == {"order-line/1": 5}
    assert CartHold.objects.get().state == "held"
    assert reserved(lantern) == 4


def test_a_checkout_gets_what_its_cart_holds_and_where_it_holds_it(world: World) -> None:
    lantern, second = world.product(stock="5"), world.warehouse(priority=2)
    world.receive(lantern, "9", warehouse=second)
    cart = hold(world, lines={lantern.sku: "5"})
    order = world.order(world.customer(accepts_backorders=False), (lantern, "5"), cart_token=cart.token)
    assert (order.state, order.warehouse, order.lines.get().reserved) == ("confirmed", cart.warehouse, 5)
    assert CartHold.objects.get().state == "ordered"
    assert (reserved_in(lantern, cart.warehouse), reserved_in(lantern, second)) == (5, 0)


def test_a_checkout_whose_cart_has_expired_gets_what_is_free(world: World) -> None:
    lantern = world.product(stock="5")
    cart = hold(world, lines={lantern.sku: "5"})
    stock.expire_carts(at=cart.expires_at, on=world.on, actor=world.system)
    world.order(world.customer(), (lantern, "2"))
    order = world.order(world.customer(), (lantern, "5"), cart_token=cart.token)
    assert order.lines.get().reserved == 3


def test_an_order_that_waits_for_credit_leaves_its_cart_held(world: World) -> None:
    lantern = world.product(stock="5")
    cart = hold(world, lines={lantern.sku: "5"})
    order = world.order(world.customer(limit="1"), (lantern, "5"), cart_token=cart.token)
    assert order.state == "on_hold"
    assert CartHold.objects.get().state == "held"
    assert reserved(lantern) == 5


def test_a_cart_nobody_knows_is_refused(world: World) -> None:
    with pytest.raises(CartExpired), unit_of_work():
        stock.take_cart(token="gone", warehouse_id=1, demands=[], complete=False)


def test_carts_expire_by_the_minute_in_batches_and_say_which_products_are_free(
    world: World, monkeypatch, django_assert_num_queries
) -> None:
    lantern, system = world.product(stock="50"), world.system
    running = world.hold(lantern, "1", at=NOON + timedelta(days=9999))
    for _ in range(3):
        world.hold(lantern, "2", at=NOON - timedelta(hours=1))
    monkeypatch.setattr(carts, "EXPIRY_BATCH", 2)
    with django_assert_num_queries(9):  # savepoints, carts, levels, what they hold, three writes, events
        assert stock.expire_carts(at=NOON, on=world.on, actor=system) == 2
    monkeypatch.setattr(carts, "EXPIRY_BATCH", 100)
    for _ in range(5):
        world.hold(lantern, "2", at=NOON - timedelta(hours=1))
    with django_assert_num_queries(9):
        assert stock.expire_carts(at=NOON, on=world.on, actor=system) == 6
    assert stock.expire_carts(at=NOON, on=world.on, actor=world.system) == 0
    assert reserved(lantern) == 1
    assert Reservation.objects.get().demand == running.demand_key
    event = Event.objects.filter(kind="cart_hold.expired").first()
    assert (event.document_type, event.payload) == ("cart_hold", {"product_ids": [lantern.pk]})


def test_the_task_frees_every_batch(world: World, monkeypatch) -> None:
    lantern = world.product(stock="50")
    for _ in range(5):
        world.hold(lantern, "1", at=NOON - timedelta(days=1))
    for module in (carts, tasks):
        monkeypatch.setattr(module, "EXPIRY_BATCH", 2)
    tasks.expire_carts()
    assert reserved(lantern) == 0
    assert set(CartHold.objects.values_list("state", flat=True)) == {"expired"}


def test_what_a_cart_gave_back_goes_to_the_orders_that_wait(world: World) -> None:
    lantern = world.product(stock="5")
    dropped, expiring = (hold(world, token, lines={lantern.sku: "2"}) for token in ("one", "two"))
    order = world.order(world.customer(), (lantern, "5"))
    assert order.lines.get().reserved == 1
    stock.drop_cart(token=dropped.token, on=world.on, actor=world.system)
    world.let_the_desks_work()
    assert order.lines.get().reserved == 3
    stock.expire_carts(at=expiring.expires_at, on=world.on, actor=world.system)
    world.let_the_desks_work()
    assert order.lines.get().reserved == 5
