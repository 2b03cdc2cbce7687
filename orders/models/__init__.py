"""The order and its lines, what they were before, what was released, what came in, and the desk's policy."""

from orders.models.line import OrderLine
from orders.models.order import Order
from orders.models.policy import OrderPolicy
from orders.models.release import Release
from orders.models.request import OrderRequest
from orders.models.version import OrderVersion

__all__ = ["Order", "OrderLine", "OrderPolicy", "OrderRequest", "OrderVersion", "Release"]
