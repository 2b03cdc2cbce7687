"""Who and what is in every sandbox, and always behaves the same: customers and products to develop against."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """A customer who plays a part; *behaves* says which, for the shop's developers."""

    key: str
    place: int
    name: str
    behaves: str

    @property
    def external_id(self) -> str:
        """Return their id in a shop."""
        return f"test-{self.key}"

    @property
    def public_id(self) -> UUID:
        """Return their id in the API: the same in every sandbox, after every reset."""
        return UUID(hex=f"7e570000000070008000{self.place:012d}")


ALWAYS_GOOD = Cast(
    key="always-good",
    place=1,
    name="Always Good Ltd",
    behaves="Has credit for a million; whatever is in stock is confirmed at once.",
)
OVER_LIMIT = Cast(
    key="over-limit",
    place=2,
    name="Over Limit Ltd",
    behaves="Has a credit limit of nothing: every order is held with the code credit-limit.",
)
OVERDUE = Cast(
    key="overdue",
    place=3,
    name="Overdue Ltd",
    behaves="Has not paid an old invoice: every order is held until it is paid.",
)
PREPAYMENT = Cast(
    key="prepayment",
    place=4,
    name="Prepayment Ltd",
    behaves="Pays in advance: every order waits for its money.",
)
BLOCKED = Cast(
    key="blocked",
    place=5,
    name="Blocked Ltd",
    behaves="Is blocked by the credit desk: every order is held.",
)
NO_BACKORDERS = Cast(
    key="no-backorders",
    place=6,
    name="No Backorders Ltd",
    behaves="Takes what is in stock only: an order of TEST-NO-STOCK cannot be confirmed.",
)
CASTS = [ALWAYS_GOOD, OVER_LIMIT, OVERDUE, PREPAYMENT, BLOCKED, NO_BACKORDERS]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prop:
    """A product that plays a part: so many pieces are in stock."""

    sku: str
    name: str
    stock: int
    behaves: str


PLENTY = Prop(sku="TEST-PLENTY", name="Lantern that never ends", stock=100_000, behaves="Is always in stock.")
NO_STOCK = Prop(
    sku="TEST-NO-STOCK",
    name="Lantern that nobody has",
    stock=0,
    behaves="Is never in stock: who takes backorders waits for it.",
)
PROPS = [PLENTY, NO_STOCK]
