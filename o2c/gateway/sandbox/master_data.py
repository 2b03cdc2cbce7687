"""The company's own set-up, copied into the sandbox: what it sells, at which prices and taxes, and its policies.

No customer, no price agreed with one, no member of staff and no document leaves the books.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection, models

from catalog.models import OrderDiscount, Price, PriceList, Product, TaxCategory, TaxRate, TaxRegion
from credit.models import CreditPolicy
from customers.models import PaymentTerms
from fulfillment.models import Carrier
from inventory.models import Warehouse
from ledger.models import Account, ExchangeRate, Period
from o2c.kernel.db import fetch_all
from o2c.kernel.models import Company
from o2c.kernel.partition import Mode, entered
from orders.models import OrderPolicy

AGREED = "SELECT contract_list_id FROM customers_customer WHERE contract_list_id IS NOT NULL"
OF_PUBLIC_LISTS = f"price_list_id NOT IN ({AGREED})"

# Who refers to others comes first, so that what it refers to is read later and there: one look at each table.
COPIED: list[tuple[type[models.Model], str]] = [
    (OrderDiscount, OF_PUBLIC_LISTS),
    (Price, OF_PUBLIC_LISTS),
    (PriceList, f"id NOT IN ({AGREED})"),
    (Product, ""),
    (TaxRate, ""),
    (TaxRegion, ""),
    (TaxCategory, ""),
    (OrderPolicy, ""),
    (Warehouse, ""),
    (Carrier, ""),
    (CreditPolicy, ""),
    (PaymentTerms, ""),
    (ExchangeRate, ""),
    (Period, ""),
    (Account, ""),
    (Company, ""),
]
# A closed month of the books is open in the sandbox: it has nothing to keep.
REPLACED = {"ledger_period.state": "'open'"}
FOLLOW = "SELECT setval(pg_get_serial_sequence(%s, 'id'), max(id)) FROM {table} HAVING max(id) IS NOT NULL"


def copy() -> None:
    """Copy the set-up from the books into the sandbox that we are in, row by row as it is."""
    with entered(Mode.LIVE):
        told = [(model, b"".join(_read(model, where))) for model, where in COPIED]
    for model, content in reversed(told):
        table = model._meta.db_table
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({_columns(model)}) FROM STDIN") as rows,
        ):
            rows.write(content)
        fetch_all(FOLLOW.format(table=table), [table])


def _columns(model: type[models.Model]) -> str:
    return ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)


def _read(model: type[models.Model], where: str) -> Iterator[Any]:
    table = model._meta.db_table
    values = ", ".join(
        REPLACED.get(f"{table}.{field.column}", f'"{field.column}"') for field in model._meta.concrete_fields
    )
    asked = f"SELECT {values} FROM {table}" + (f" WHERE {where}" if where else "")  # noqa: S608 - constants
    with connection.cursor() as cursor, cursor.copy(f"COPY ({asked}) TO STDOUT") as rows:
        yield from rows
