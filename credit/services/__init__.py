"""The verbs on credit. The account's row is the first lock: checks of one customer follow each other."""

from credit.services.assess import assess_customers, record_report
from credit.services.decide import authorize, commit, lock_account
from credit.services.limits import (
    approve_limit_request,
    block_credit,
    reject_limit_request,
    request_limit,
    set_limit,
    unblock_credit,
)
from credit.services.review import record_review

__all__ = [
    "approve_limit_request",
    "assess_customers",
    "authorize",
    "block_credit",
    "commit",
    "lock_account",
    "record_report",
    "record_review",
    "reject_limit_request",
    "request_limit",
    "set_limit",
    "unblock_credit",
]
