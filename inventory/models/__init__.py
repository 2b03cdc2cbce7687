"""Where goods are, how many, every move of them, what is promised, on the way and expected."""

from inventory.models.cart import CartHold
from inventory.models.stock import Reservation, StockLevel, StockMove
from inventory.models.supply import ExpectedReceipt, ReorderRule
from inventory.models.transfer import Transfer, TransferLine
from inventory.models.warehouse import Warehouse

__all__ = [
    "CartHold",
    "ExpectedReceipt",
    "ReorderRule",
    "Reservation",
    "StockLevel",
    "StockMove",
    "Transfer",
    "TransferLine",
    "Warehouse",
]
