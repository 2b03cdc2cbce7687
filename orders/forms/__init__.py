"""What the order pages ask for. Forms check the shape; the services check the business."""

from orders.forms.amend import AmendForm
from orders.forms.decisions import (
    AcceptForm,
    CancelForm,
    LossForm,
    ReasonForm,
    ReleaseForm,
    ReleaseOneForm,
    RenewForm,
)
from orders.forms.entry import EntryForm
from orders.forms.rows import Row, rows_for, rows_of

__all__ = [
    "AcceptForm",
    "AmendForm",
    "CancelForm",
    "EntryForm",
    "LossForm",
    "ReasonForm",
    "ReleaseForm",
    "ReleaseOneForm",
    "RenewForm",
    "Row",
    "rows_for",
    "rows_of",
]
