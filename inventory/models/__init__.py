"""Where goods are, how many, and every move of them."""

from inventory.models.stock import Reservation, StockLevel, StockMove
from inventory.models.warehouse import Warehouse

__all__ = ["Reservation", "StockLevel", "StockMove", "Warehouse"]
