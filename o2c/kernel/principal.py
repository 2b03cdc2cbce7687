"""Who calls the API: a shop, in live or test mode, for every customer, for those it serves, or for one."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date

from o2c.kernel.models import User
from o2c.kernel.partition import Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """The shop behind an API key, and how far the key reaches.

    *actor* is the shop's own account, under which it acts. A key bound to a customer has their *customer_id*
    and sees nothing of others; else *sees_all* says whether the shop serves every customer or those that
    name it (`customers.models.Customer.served_by`). *quota* is how often it may ask a minute, *api_version* the
    day whose shape of the API it was made for. *entrance* leads a test key into the sandbox, where the caller is
    the sandbox's own row of the shop; who calls about the books is there already.
    """

    shop_id: int
    key_id: int
    mode: Mode
    scopes: frozenset[str]
    actor: User
    quota: int
    api_version: date
    customer_id: int | None = None
    sees_all: bool = False
    entrance: Callable[[], AbstractContextManager["Principal"]] | None = None

    @property
    def client(self) -> str:
        """Return what the caller's own numbers and keys are kept apart by."""
        return f"{self.mode}/{self.shop_id}"
