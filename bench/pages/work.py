"""Work that is open on the day of measuring: as much of it after a long history as after a short one."""

from datetime import timedelta
from decimal import Decimal
from itertools import count

from bench.application import CLERK, ON
from catalog.models import Product
from credit import services as credit
from customers.models import Customer
from fulfillment import services as fulfillment
from invoicing import services as invoicing
from o2c.kernel.models import Company, User
from orders import services as orders
from orders.models import Order
from orders.services import LineInput, OrderInput
from receivables import services as receivables

EACH = 12  # documents for each list of waiting work
RETURN_WITHIN = timedelta(days=14)


class Work:
    """The desks' open documents, made by the verbs that lead there."""

    def __init__(self) -> None:
        """Look up the company in the database in use, and whom and what it deals with."""
        self.company, self.actor = Company.objects.current(), User.objects.get(username=CLERK)
        self.customers = list(Customer.objects.order_by("-pk")[:EACH])
        self.skus = list(Product.objects.order_by("pk").values_list("sku", flat=True)[:20])
        self.serial = count(1)

    def make(self) -> None:
        """Leave documents in every stage that somebody works on."""
        for _ in range(EACH):
            self._quoted()
            self._drafted()
            self._held()
            self._to_pick()
            self._to_invoice()
            self._billed()

    def _wanted(self, channel: str = Order.Channel.PHONE) -> OrderInput:
        number = next(self.serial)
        return OrderInput(
            company=self.company,
            customer_id=self.customers[number % EACH].pk,
            lines=[LineInput(sku=self.skus[number % len(self.skus)], quantity=Decimal(1 + number % 7))],
            channel=channel,
            ordered_on=ON,
            acknowledges_duplicate=True,
        )

    def _placed(self) -> Order:
        return orders.place_order(order=self._wanted(Order.Channel.API), actor=self.actor)

    def _quoted(self) -> None:
        orders.quote_order(order=self._wanted(), valid_until=ON + RETURN_WITHIN, actor=self.actor)

    def _drafted(self) -> None:
        orders.create_order(order=self._wanted(), actor=self.actor)

    def _held(self) -> None:
        wanted = self._wanted(Order.Channel.API)
        credit.set_limit(customer_id=wanted.customer_id, limit=Decimal(0), on=ON, actor=User.system())
        orders.place_order(order=wanted, actor=self.actor)
        credit.set_limit(customer_id=wanted.customer_id, limit=Decimal(10) ** 12, on=ON, actor=User.system())

    def _to_pick(self) -> None:
        fulfillment.plan_shipment(order_id=self._placed().pk, on=ON, actor=self.actor)

    def _to_invoice(self) -> None:
        fulfillment.ship_order(order_id=self._placed().pk, on=ON, actor=self.actor)

    def _billed(self) -> None:
        """Leave a return, a draft, and money that nobody has allocated."""
        shipment = fulfillment.ship_order(order_id=self._placed().pk, on=ON, actor=self.actor)
        fulfillment.authorise_return(
            shipment_id=shipment.pk,
            lines={line.pk: Decimal(1) for line in shipment.lines.all()},
            reason="defective",
            valid_until=ON + RETURN_WITHIN,
            on=ON,
            actor=self.actor,
        )
        invoicing.draft_for_shipment(shipment_id=shipment.pk, on=ON, actor=self.actor)
        receivables.record_payment(
            company=self.company,
            customer_id=self.customers[0].pk,
            amount=Decimal("12.34"),
            currency=self.company.base_currency,
            received_on=ON,
            actor=self.actor,
        )
