"""The console's own verbs: on accounts, on jobs, and on effects that are owed."""

from o2c.console.services.machinery import offer_again, request_run
from o2c.console.services.staff import (
    change_user,
    create_user,
    disable_user,
    enable_user,
    renew_password,
    reset_second_factor,
    set_roles,
)

__all__ = [
    "change_user",
    "create_user",
    "disable_user",
    "enable_user",
    "offer_again",
    "renew_password",
    "request_run",
    "reset_second_factor",
    "set_roles",
]
