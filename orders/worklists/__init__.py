"""The order desk's lists."""

from orders.worklists.backorders import BackorderList
from orders.worklists.holds import HoldDesk
from orders.worklists.inbox import Inbox
from orders.worklists.orders import OrderList
from orders.worklists.quotes import DraftList, QuoteList

__all__ = ["BackorderList", "DraftList", "HoldDesk", "Inbox", "OrderList", "QuoteList"]
