"""What somebody wants, as the desks and the channels hand it to the verbs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from o2c.kernel.models import Company
from o2c.kernel.money import ZERO
from orders.amendment import HeadChange, LineChange


@dataclass(frozen=True, slots=True, kw_only=True)
class LineInput:
    """What somebody wants of a product; the price list's price applies unless *unit_price* is given."""

    sku: str
    quantity: Decimal
    unit_price: Decimal | None = None
    discount_percent: Decimal = ZERO
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderInput:
    """What somebody orders or wants quoted.

    *external_id* is the sender's own id, with which an account sends an order once on a channel. Without a
    *delivery_address* the goods go to the customer's; without a *warehouse_id* they leave from the
    company's shipping warehouse. *discount_percent* on the whole order is what somebody gives, with a
    reason; None leaves it to the price list. *ships_complete* and *priority* are the customer's unless
    given. *acknowledges_duplicate* says that the same lines within a short while are meant,
    *acknowledges_prices* that those are which a person typed far below the price list. The stock that
    the cart of *cart_token* holds is the order's, if it is placed in one step and confirmed at once.
    *request_id* names the request of the channel inbox that this answers.
    """

    company: Company
    customer_id: int
    lines: Sequence[LineInput]
    channel: str
    ordered_on: date
    external_id: str | None = None
    po_number: str = ""
    requested_on: date | None = None
    delivery_address: Mapping[str, str] | None = None
    warehouse_id: int | None = None
    discount_percent: Decimal | None = None
    discount_reason: str = ""
    incoterm: str = ""
    ships_complete: bool | None = None
    priority: int | None = None
    acknowledges_duplicate: bool = False
    acknowledges_prices: bool = False
    cart_token: str = ""
    request_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """What shall change in an order: lines by id, lines that come, ids of lines that go, and the order's terms.

    *acknowledges_prices* says that prices typed far below the price list are meant.
    """

    changed: Mapping[int, LineChange] = field(default_factory=dict)
    added: Sequence[LineInput] = ()
    removed: Collection[int] = ()
    head: HeadChange = field(default_factory=HeadChange)
    acknowledges_prices: bool = False
