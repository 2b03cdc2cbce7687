"""A webshop of the benchmark: its key, and the orders that it sends."""

import json
from datetime import timedelta
from random import Random

from bench import application
from catalog.models import Product
from customers.models import Customer
from o2c.gateway import services as gateway
from o2c.kernel import clock, public_ids
from o2c.kernel.models import Company, User
from orders.models import OrderPolicy

MINUTELY = 100_000_000  # the count is kept as for everybody; it is never reached


class Shop:
    """A shop that orders three lines at a time, each time for some customer."""

    def __init__(self) -> None:
        """Open the shop in the database in use."""
        system, now = User.system(), clock.now()
        shop = gateway.create_shop(name="Bench shop", actor=system)
        issued = gateway.create_key(
            shop_id=shop.pk,
            label="bench",
            mode="live",
            scopes=["orders:write"],
            at=now,
            actor=system,
            quota=MINUTELY,
            expires_at=now + timedelta(days=1),
        )
        self.secret = issued.secret
        self.skus = list(Product.objects.order_by("pk").values_list("sku", flat=True))
        ids = Customer.objects.order_by("pk").values_list("public_id", flat=True)
        self.customers = [public_ids.written("cus", public_id) for public_id in ids]
        # Orders as alike as these would wait for a person.
        policy = OrderPolicy.objects.first() or OrderPolicy(company=Company.objects.current())
        policy.hold_score = 30_000
        policy.save()

    def order(self, number: int) -> bytes:
        """Return the body of the order *number*: the same number, the same order."""
        chance = Random(number)
        lines = [
            {"sku": sku, "quantity": str(chance.randint(1, 5))}
            for sku in chance.sample(self.skus, application.LINES)
        ]
        body = {"customer": chance.choice(self.customers), "po_number": f"PO {number}", "lines": lines}
        return json.dumps(body).encode()
