"""Who may do what: the roles and their permissions, as one table.

Every role may see the cases and their master data, the books only who works with money; the auditor sees
all and changes nothing. Permissions are Django's: ``app.codename``. The table is applied after every
migrate, so the database follows it. One of them is a duty: who may ``need_second_factor`` cannot work without
(`o2c.accounts.middleware`), and a superuser has it with all others.
"""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import DEFAULT_DB_ALIAS
from django.utils.translation import gettext_noop

ORDER_CLERK = gettext_noop("Order clerk")
WAREHOUSE_CLERK = gettext_noop("Warehouse clerk")
AR_CLERK = gettext_noop("AR clerk")
FINANCE_MANAGER = gettext_noop("Finance manager")
AUDITOR = gettext_noop("Auditor")
SHOP = gettext_noop("Shop")

# Who gets into the finance console; all others work at the desks.
OF_THE_CONSOLE = {FINANCE_MANAGER, AUDITOR}
# Roles that approve are given and taken by administrators, so that nobody makes a second pair of eyes for themselves.
RESERVED = {FINANCE_MANAGER}

VIEW_ALL = "*.view_*"
VIEW_CASES = [  # every document of a case and its master data; the books and the machinery are not the desks'
    f"{app}.view_*"
    for app in (
        "catalog",
        "customers",
        "inventory",
        "credit",
        "orders",
        "fulfillment",
        "invoicing",
        "receivables",
    )
]

DELEGATE = [
    "kernel.add_assignment",
    "kernel.view_assignment",
    "kernel.add_note",
    "kernel.view_note",
    "kernel.add_attachment",
    "kernel.view_attachment",
]

WEBHOOKS = [
    "gateway.add_webhookendpoint",
    "gateway.change_webhookendpoint",
    "gateway.delete_webhookendpoint",
    "gateway.replay_webhookdelivery",
]

ROLES: dict[str, list[str]] = {
    ORDER_CLERK: [
        *VIEW_CASES,
        *DELEGATE,
        "customers.add_customer",
        "customers.change_customer",
        "customers.add_address",
        "customers.change_address",
        "customers.add_contact",
        "customers.change_contact",
        "customers.resend_message",
        "customers.add_vatcheck",
        "orders.add_order",
        "orders.quote_order",
        "orders.submit_order",
        "orders.cancel_order",
        "credit.request_limit",
        "orders.amend_order",
        "orders.allocate_order",
        "fulfillment.authorise_return",
        "fulfillment.revoke_entitlement",
        "inventory.add_carthold",
    ],
    WAREHOUSE_CLERK: [
        *VIEW_CASES,
        *DELEGATE,
        "fulfillment.add_shipment",
        "fulfillment.pick_shipment",
        "fulfillment.post_shipment",
        "fulfillment.cancel_shipment",
        "inventory.add_stockmove",
        "fulfillment.receive_return",
        "inventory.change_stocklevel",
        "inventory.add_expectedreceipt",
        "inventory.change_expectedreceipt",
        "inventory.change_reorderrule",
    ],
    AR_CLERK: [
        VIEW_ALL,
        "customers.resend_message",
        *DELEGATE,
        "invoicing.add_invoice",
        "invoicing.issue_invoice",
        "receivables.record_payment",
        "receivables.allocate",
        "credit.request_limit",
    ],
    FINANCE_MANAGER: [
        VIEW_ALL,
        "kernel.need_second_factor",
        "customers.resend_message",
        *DELEGATE,
        "orders.release_order",
        "orders.cancel_order",
        "orders.add_orderpolicy",
        "orders.change_orderpolicy",
        "fulfillment.authorise_return",
        "fulfillment.revoke_entitlement",
        "invoicing.add_invoice",
        "invoicing.issue_invoice",
        "receivables.record_payment",
        "receivables.reverse_payment",
        "receivables.allocate",
        "credit.add_creditaccount",
        "credit.change_creditaccount",
        "credit.add_creditpolicy",
        "credit.change_creditpolicy",
        "credit.request_limit",
        "credit.approve_limit",
        "ledger.close_period",
        "ledger.add_journalentry",
        "ledger.reverse_journalentry",
        *[
            f"ledger.{verb}_{model}"
            for verb in ("add", "change")
            for model in ("account", "period", "exchangerate")
        ],
        *[
            f"catalog.{verb}_{model}"
            for verb in ("add", "change", "delete")
            for model in (
                "product",
                "pricelist",
                "price",
                "orderdiscount",
                "taxcategory",
                "taxregion",
                "taxrate",
            )
        ],
        "customers.add_vatcheck",
        "customers.vouch_vatcheck",
        *[
            f"inventory.{verb}_{model}"
            for verb in ("add", "change")
            for model in ("warehouse", "reorderrule")
        ],
        "customers.add_paymentterms",
        "customers.change_paymentterms",
        "kernel.change_company",
        "kernel.add_user",
        "kernel.change_user",
        "kernel.rerun_jobrun",
        "kernel.redeliver_eventdelivery",
        "gateway.add_shop",
        "gateway.change_shop",
        "gateway.add_apikey",
        "gateway.rotate_apikey",
        *WEBHOOKS,
    ],
    AUDITOR: [VIEW_ALL],
}

# Programs' accounts: what the scopes of their keys allow, they may do within this.
PROGRAMS: dict[str, list[str]] = {
    SHOP: [
        "orders.add_order",
        "orders.quote_order",
        "orders.submit_order",
        "orders.amend_order",
        "orders.cancel_order",
        "fulfillment.authorise_return",
        "inventory.add_carthold",
        "receivables.record_payment",
        "receivables.allocate",
        *WEBHOOKS,
    ],
}


def permissions_of(role: str, *, using: str = DEFAULT_DB_ALIAS) -> list[Permission]:
    """Return the permissions that the table gives *role*, as the database *using* has them."""
    wanted = set((ROLES | PROGRAMS)[role])
    return [
        permission
        for permission in Permission.objects.using(using).select_related("content_type")
        if f"{permission.content_type.app_label}.{permission.codename}" in wanted
        or (
            permission.codename.startswith("view_")
            and not wanted.isdisjoint({VIEW_ALL, f"{permission.content_type.app_label}.view_*"})
        )
    ]


def apply_roles(*, using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Make the groups of the database *using* what the table says."""
    for role in ROLES | PROGRAMS:
        group, _created = Group.objects.using(using).get_or_create(name=role)
        group.permissions.set(permissions_of(role, using=using))
