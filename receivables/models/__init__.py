"""What customers owe, what they paid, and which paid which."""

from receivables.models.allocation import Allocation
from receivables.models.payment import Payment
from receivables.models.receivable import Receivable

__all__ = ["Allocation", "Payment", "Receivable"]
