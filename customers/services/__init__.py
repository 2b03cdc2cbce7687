"""The verbs on customers: register them, agree prices, check VAT ids, and write to them."""

from customers.services.contract import AgreedPrice, set_contract_prices, use_contract_list
from customers.services.messages import write_message
from customers.services.people import set_contacts
from customers.services.places import set_addresses
from customers.services.register import register_customer
from customers.services.sending import (
    doubt_abandoned,
    queue_retries,
    resend_message,
    send_message,
    send_next,
    settle_uncertain,
)
from customers.services.vat_ids import ask_about_vat_id, check_vat_id, request_vat_check

__all__ = [
    "AgreedPrice",
    "ask_about_vat_id",
    "check_vat_id",
    "doubt_abandoned",
    "queue_retries",
    "register_customer",
    "request_vat_check",
    "resend_message",
    "send_message",
    "send_next",
    "set_addresses",
    "set_contacts",
    "set_contract_prices",
    "settle_uncertain",
    "use_contract_list",
    "write_message",
]
