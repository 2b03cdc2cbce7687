"""Any order of any verbs: after every step the books, stock and credit are what the oracle says.

Hypothesis chooses the steps. Legal ones must have the oracle's effect, illegal ones must be refused by
the error the oracle expects. At the end the desks finish what they owe and every check of the books runs.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings, strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from credit.models import Commitment, CreditAccount
from fulfillment import services as fulfillment
from inventory import services as stock
from inventory.models import CartHold, StockLevel, Transfer
from invoicing import services as invoicing
from ledger import services as ledger
from o2c.kernel.db import fetch_all
from o2c.kernel.errors import DomainError
from orders import services as orders
from orders.amendment import LineChange
from orders.models import Order
from receivables import services as receivables
from receivables.models import Payment, Receivable
from reporting import checks
from tests.documents import NOON
from tests.properties.oracle import Basket, Buyer, Company, Line, Sale, Shelf
from tests.world import World, staff

pieces = st.integers(1, 9)
pence = st.integers(1, 9_000)


def pounds(amount: int) -> Decimal:
    return Decimal(amount).scaleb(-2)


class CycleMachine(RuleBasedStateMachine):
    """The desks on the left, the oracle on the right."""

    world: World  # set by the test

    sales = Bundle("sales")
    parcels = Bundle("parcels")
    debts = Bundle("debts")
    moneys = Bundle("moneys")
    uses = Bundle("uses")
    vans = Bundle("vans")
    baskets = Bundle("baskets")

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        world = self.world
        self.by = {"on": world.on, "actor": world.system}
        self.manager = staff("Finance manager")
        self.company = Company()
        self.other_house = world.warehouse(priority=9, active=False)
        self.baskets_held: list[Basket] = []
        prices = ["10.00", "3.33", "0.07"]
        self.products = [world.product(price=price, stock="0") for price in prices]
        self.shelves = [Shelf(int(price.replace(".", ""))) for price in prices]
        self.customers = [
            world.customer(limit="60.00"),
            world.customer(limit="5000.00", accepts_backorders=False),
        ]
        self.buyers = [Buyer(6_000, backorders=True), Buyer(500_000, backorders=False)]
        for index in range(2):
            self.receive(index, 9, 437)

    # Every story begins in the middle, else most end before money meets a debt.
    @initialize(target=debts, pieces_sold=st.integers(1, 5))
    def something_is_owed(self, pieces_sold: int) -> Any:
        return self.invoice(self.ship(self.place(1, [(0, pieces_sold)])))

    @initialize(target=moneys, amount=pence)
    def something_was_paid(self, amount: int) -> Any:
        return self.pay(1, amount)

    @initialize(target=uses, pieces_sold=st.integers(1, 3), amount=st.integers(1, 900))
    def something_was_settled(self, pieces_sold: int, amount: int) -> Any:
        debt = self.invoice(self.ship(self.place(1, [(0, pieces_sold)])))
        return self.allocate(self.pay(1, amount), debt, 1, 0)

    @initialize(target=sales, who=st.integers(0, 1))
    def something_is_ordered(self, who: int) -> Any:
        return self.place(who, [(1, 12)])

    def refused(self, code: str, call: Callable[[], Any]) -> None:
        with pytest.raises(DomainError) as refusal:
            call()
        assert refusal.value.code == code

    # ---- stock
    @rule(index=st.integers(0, 2), number=pieces, unit_cost=st.integers(1, 999))
    def receive(self, index: int, number: int, unit_cost: int) -> None:
        self.world.receive(self.products[index], str(number), cost=str(pounds(unit_cost)))
        self.company.receive(self.shelves[index], number, unit_cost)

    @rule(index=st.integers(0, 2), counted=st.integers(0, 15))
    def count(self, index: int, counted: int) -> None:
        shelf, product = self.shelves[index], self.products[index]
        known = StockLevel.objects.filter(product=product, warehouse=self.world.basics.warehouse).exists()

        def call() -> Decimal:
            return fulfillment.count_stock(
                warehouse=self.world.basics.warehouse,
                product_id=product.pk,
                counted=Decimal(counted),
                source=f"count-{next(self.world.serial)}",
                **self.by,
            )

        if not known:
            self.refused("invalid-quantity", call)
        elif counted < shelf.reserved:
            self.refused("count-below-reserved", call)
        else:
            call()
            self.company.count(shelf, counted)

    @rule(index=st.integers(0, 2), number=pieces)
    def scrap(self, index: int, number: int) -> None:
        shelf, product = self.shelves[index], self.products[index]

        def call() -> Decimal:
            return fulfillment.scrap_goods(
                warehouse=self.world.basics.warehouse,
                product_id=product.pk,
                quantity=Decimal(number),
                reason="Broken",
                source=f"note-{next(self.world.serial)}",
                **self.by,
            )

        if number > shelf.free:
            self.refused("insufficient-stock", call)
            return
        call()
        self.company.scrap(shelf, number)

    def open_store(self, *, is_open: bool) -> None:
        """The other house is open while goods are sent to it: no order and no cart is served from it."""
        self.other_house.active = is_open
        self.other_house.save()

    @rule(target=vans, index=st.integers(0, 2), number=pieces)
    def send(self, index: int, number: int) -> Any:
        shelf, product = self.shelves[index], self.products[index]

        def call() -> Transfer:
            self.open_store(is_open=True)
            try:
                return fulfillment.send_transfer(
                    source=self.world.basics.warehouse,
                    target=self.other_house,
                    wanted={product.pk: Decimal(number)},
                    expected_on=self.world.on,
                    **self.by,
                )
            finally:
                self.open_store(is_open=False)

        if number > shelf.free:
            self.refused("insufficient-stock", call)
            return multiple()
        return call().pk, product.pk, self.company.send(shelf, number)

    @rule(van=vans, lost=st.integers(0, 2))
    def arrive(self, van: Any, lost: int) -> None:
        transfer_id, product_id, model = van
        came = max(model.pieces - lost, 0)

        def call() -> Transfer:
            return fulfillment.receive_transfer(
                transfer_id=transfer_id, arrived={product_id: Decimal(came)}, **self.by
            )

        if model.arrived:
            self.refused("transfer-not-receivable", call)
            return
        call()
        self.company.arrive(model, came)

    # ---- carts
    @rule(target=baskets, index=st.integers(0, 2), number=pieces)
    def hold(self, index: int, number: int) -> Any:
        shelf, product = self.shelves[index], self.products[index]

        def call() -> CartHold:
            return self.world.hold(product, str(number), at=NOON)

        if number > shelf.free:
            self.refused("insufficient-stock", call)
            return multiple()
        cart = call()
        shelf.reserved += number
        basket = Basket(shelf, number)
        self.baskets_held.append(basket)
        return cart.token, basket, index

    @rule(basket=baskets)
    def drop(self, basket: Any) -> None:
        token, model, _ = basket

        def call() -> CartHold:
            return stock.drop_cart(token=token, on=self.world.on, actor=self.world.system)

        if model.state != "held":
            self.refused("cart-ordered" if model.state == "ordered" else "cart-expired", call)
            return
        call()
        model.end("dropped")

    @rule(target=sales, basket=baskets, who=st.integers(0, 1), more=st.integers(0, 2))
    def check_out(self, basket: Any, who: int, more: int) -> Any:
        token, model, index = basket
        buyer, number = self.buyers[who], model.pieces + more
        wanted = (self.products[index], str(number))
        if model.state == "ordered":  # a cart is ordered once
            self.refused(
                "cart-ordered", lambda: self.world.order(self.customers[who], wanted, cart_token=token)
            )
            return multiple()
        order = self.world.order(self.customers[who], wanted, cart_token=token)
        sale = Sale(buyer, [Line(model.shelf, number)])
        buyer.orders.append(sale)
        if model.state != "held":
            sale.decide()
            return order, sale
        model.end("ordered")
        sale.decide()
        if sale.state == "on_hold":  # the cart stays as it was
            model.state = "held"
            model.shelf.reserved += model.pieces
        return order, sale

    @rule()
    def expire(self) -> None:
        running = [basket for basket in self.baskets_held if basket.state == "held"]
        later = NOON + timedelta(hours=1)
        assert stock.expire_carts(at=later, **self.by) == len(running)
        for basket in running:
            basket.end("expired")

    # ---- orders
    @rule(
        target=sales,
        who=st.integers(0, 1),
        wanted=st.lists(
            st.tuples(st.integers(0, 2), pieces), min_size=1, max_size=3, unique_by=lambda w: w[0]
        ),
    )
    def place(self, who: int, wanted: list[tuple[int, int]]) -> tuple[Order, Sale]:
        lines = [(self.products[index], str(number)) for index, number in wanted]
        order = self.world.order(self.customers[who], *lines)
        buyer = self.buyers[who]
        sale = Sale(buyer, [Line(self.shelves[index], number) for index, number in wanted])
        sale.decide()
        buyer.orders.append(sale)
        return order, sale

    @rule(sale=sales)
    def retry(self, sale: tuple[Order, Sale]) -> None:
        order, model = sale
        if model.state != "on_hold":
            self.refused("order-not-held", lambda: orders.retry_order(order_id=order.pk, **self.by))
            return
        orders.retry_order(order_id=order.pk, **self.by)
        model.decide()

    @rule(sale=sales)
    def release(self, sale: tuple[Order, Sale]) -> None:
        order, model = sale

        def call() -> Order:
            return orders.release_order(
                order_id=order.pk, reason="Trusted", on=self.world.on, actor=self.manager
            )

        if model.state != "on_hold":
            self.refused("order-not-held", call)
            return
        call()
        model.release()

    @rule(sale=sales)
    def serve_backorders(self, sale: tuple[Order, Sale]) -> None:
        order, model = sale
        orders.reserve_backorders(order_id=order.pk, **self.by)
        if model.state == "confirmed":
            model.reserve()

    @rule(sale=sales)
    def cancel(self, sale: tuple[Order, Sale]) -> None:
        order, model = sale

        def call() -> Order:
            return orders.cancel_order(order_id=order.pk, reason="Off", **self.by)

        if model.state in {"closed", "cancelled"} or any(line.shipped for line in model.lines):
            self.refused("order-not-cancellable", call)
            return
        call()
        model.free()
        model.state = "cancelled"

    @rule(sale=sales)
    def cancel_rest(self, sale: tuple[Order, Sale]) -> None:
        order, model = sale

        def call() -> Order:
            return orders.cancel_rest(order_id=order.pk, reason="Off", **self.by)

        part = any(line.shipped for line in model.lines) and any(line.to_ship for line in model.lines)
        if model.state != "confirmed" or not part:
            self.refused("order-not-cancellable", call)
            return
        call()
        model.free()
        model.close_if_done()

    @rule(sale=sales, which=st.integers(0, 2), wanted=st.integers(1, 12))
    def amend(self, sale: tuple[Order, Sale], which: int, wanted: int) -> None:
        order, model = sale
        now = Order.objects.get(pk=order.pk)
        place = which % len(model.lines)
        line, model_line = order.lines.order_by("position")[place], model.lines[place]

        def call() -> Order:
            return orders.amend_order(
                order_id=order.pk,
                amendment=orders.Amendment(changed={line.pk: LineChange(quantity=Decimal(wanted))}),
                expected_version=now.version,
                reason="They called",
                **self.by,
            )

        if model.state in {"closed", "cancelled"}:
            self.refused("order-not-amendable", call)
        elif wanted < model_line.shipped:
            self.refused("invalid-order", call)
        elif model.amend(model_line, wanted):
            call()
        else:
            self.refused("amendment-refused", call)

    @rule(sale=sales, which=st.integers(0, 2), number=st.integers(1, 5))
    def cancel_some(self, sale: tuple[Order, Sale], which: int, number: int) -> None:
        order, model = sale
        place = which % len(model.lines)
        line, model_line = order.lines.order_by("position")[place], model.lines[place]

        def call() -> Order:
            return orders.cancel_lines(
                order_id=order.pk, quantities={line.pk: Decimal(number)}, reason="Off", **self.by
            )

        if model.state in {"closed", "cancelled"}:
            self.refused("order-not-cancellable", call)
        elif number > model_line.to_ship:
            self.refused("invalid-cancellation", call)
        else:
            call()
            model.cancel_some(model_line, number)

    # ---- the warehouse and the billing desk
    @rule(target=parcels, sale=sales)
    def ship(self, sale: tuple[Order, Sale]) -> Any:
        order, model = sale
        reserved = any(line.reserved for line in model.lines)
        if model.state != "confirmed" or not reserved:
            code = "nothing-to-ship" if model.state == "confirmed" else "order-not-shippable"
            self.refused(code, lambda: self.world.ship(order))
            return multiple()
        return self.world.ship(order), self.company.ship(model)

    @rule(target=debts, parcel=consumes(parcels))
    def invoice(self, parcel: Any) -> Any:
        shipment, model = parcel
        invoice = self.world.invoice(shipment)
        return invoice.receivable_id, self.company.invoice(model)

    # ---- the cash desk
    @rule(target=moneys, who=st.integers(0, 1), amount=pence)
    def pay(self, who: int, amount: int) -> Any:
        payment = receivables.record_payment(
            company=self.world.company,
            customer_id=self.customers[who].pk,
            amount=pounds(amount),
            currency="GBP",
            received_on=self.world.on,
            actor=self.world.system,
        )
        return payment.pk, self.company.pay(self.buyers[who], amount)

    @rule(target=uses, money=moneys, debt=debts, part=st.integers(1, 4), excess=st.sampled_from([0, 0, 0, 1]))
    def allocate(self, money: Any, debt: Any, part: int, excess: int) -> Any:
        (payment_id, cash), (receivable_id, owed) = money, debt
        amount = max(min(cash.left, owed.left) // part, 1) + excess

        def call() -> Any:
            return receivables.allocate_payment(
                payment_id=payment_id, shares={receivable_id: pounds(amount)}, **self.by
            )

        if cash.buyer is not owed.sale.buyer:
            self.refused("wrong-customer", call)
            return multiple()
        if amount > min(cash.left, owed.left):
            self.refused("over-allocated", call)
            return multiple()
        [allocation] = call()
        return allocation.pk, self.company.use(cash, owed, amount)

    @rule(use=uses)
    def take_back(self, use: Any) -> None:
        allocation_id, model = use

        def call() -> Any:
            return receivables.reverse_allocation(allocation_id=allocation_id, **self.by)

        if model.taken_back:
            self.refused("allocation-not-reversible", call)
            return
        call()
        self.company.take_back(model)

    @rule(money=moneys)
    def bounce(self, money: Any) -> None:
        payment_id, model = money

        def call() -> Any:
            return receivables.reverse_payment(payment_id=payment_id, **self.by)

        if model.reversed or model.left != model.amount:
            self.refused("payment-not-reversible", call)
            return
        call()
        self.company.give_back(model)

    @rule(debt=debts)
    def tell_the_order(self, debt: Any) -> None:
        receivable_id, model = debt
        invoicing.update_settlement(receivable_id=receivable_id, **self.by)
        model.sale.hear_of_payment()

    # ---- what must be true after every step
    @invariant()
    def the_books_are_the_oracles(self) -> None:
        assert self.world.books() == self.company.balances

    @invariant()
    def stock_is_the_oracles(self) -> None:
        levels = {(level.warehouse_id, level.product_id): level for level in StockLevel.objects.all()}
        home, far = self.world.basics.warehouse.pk, self.other_house.pk
        for product, shelf in zip(self.products, self.shelves, strict=True):
            level = levels.get((home, product.pk))
            found = (level.on_hand, level.reserved, level.value) if level else (0, 0, 0)
            assert found == (shelf.on_hand, shelf.reserved, pounds(shelf.value))
            level = levels.get((far, product.pk))
            found = (level.on_hand, level.value) if level else (0, 0)
            assert found == (shelf.far[0], pounds(shelf.far[1]))

    @invariant()
    def credit_is_the_oracles(self) -> None:
        for customer, buyer in zip(self.customers, self.buyers, strict=True):
            account = CreditAccount.objects.get(customer=customer)
            claims = sum(Commitment.objects.filter(account=account).values_list("amount", flat=True))
            owed = sum(Receivable.objects.filter(customer=customer).values_list("open_amount", flat=True))
            cash = sum(Payment.objects.filter(customer=customer).values_list("unallocated", flat=True))
            assert owed + claims == pounds(buyer.exposure)
            assert cash >= 0

    @invariant()
    def orders_stand_where_the_oracle_says(self) -> None:
        for customer, buyer in zip(self.customers, self.buyers, strict=True):
            states = Order.objects.filter(customer=customer).order_by("pk").values_list("state", flat=True)
            assert list(states) == [sale.state for sale in buyer.orders]

    @invariant()
    def orders_come_to_what_stands(self) -> None:
        for customer, buyer in zip(self.customers, self.buyers, strict=True):
            sums = Order.objects.filter(customer=customer).order_by("pk").values_list("gross", flat=True)
            for gross, sale in zip(sums, buyer.orders, strict=True):
                assert sale.state == "cancelled" or gross == pounds(sale.gross)

    def teardown(self) -> None:
        """The desks finish, every check of the books runs, and nothing is kept."""
        try:
            self.world.let_the_desks_work()
            ledger.seal_entries(company_id=self.world.company.pk)
            fetch_all("SET CONSTRAINTS ALL IMMEDIATE", [])
            fetch_all("SET CONSTRAINTS ALL DEFERRED", [])
            report = checks.run_checks(now=datetime.now(UTC))
            assert report.passed, [(result.id, result.offenders) for result in report.failed]
        finally:
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)


LEAVING_NOTHING_BEHIND = settings(
    database=None,
    derandomize=True,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


def run(world: World, monkeypatch: pytest.MonkeyPatch, how: settings) -> None:
    monkeypatch.setattr("invoicing.pdf.render", lambda invoice: f"%PDF {invoice.number}".encode())
    machine = type("Machine", (CycleMachine,), {"world": world})
    run_state_machine_as_test(machine, settings=how)


def test_any_order_of_verbs_keeps_the_books_stock_and_credit_right(world: World, monkeypatch) -> None:
    run(world, monkeypatch, settings(LEAVING_NOTHING_BEHIND, max_examples=12, stateful_step_count=25))


@pytest.mark.soak
def test_any_order_of_verbs_for_a_long_time(world: World, monkeypatch) -> None:
    how = settings(LEAVING_NOTHING_BEHIND, derandomize=False, print_blob=True)
    run(world, monkeypatch, settings(how, max_examples=1500, stateful_step_count=50))
