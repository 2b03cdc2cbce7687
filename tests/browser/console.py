"""Every page of the finance console, each with an example from the company's data."""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import admin
from django.test import Client
from django.urls import reverse

from o2c.kernel.models import User
from reporting.models import Certificate
from tests.browser.pages import ALL, Page

OWN = (
    "admin:index",
    "console-approvals",
    "console-jobs",
    "console-proof",
    "console-roles",
    "console-duties",
    "console-post",
)


def console_pages(user: User, *, wanted: Callable[[str], bool] = bool) -> list[Page]:
    """The pages, as *user* gets them: the console's own, and of every model its list and its newest row.

    *wanted* says of a page's name whether it is asked for at all.
    """
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    certificates = Certificate.objects.order_by("-pk")[:1]
    found = [
        *((name.replace(":", "-"), reverse(name)) for name in OWN),
        *(("console-certificate", reverse("console-certificate", args=[one.pk])) for one in certificates),
        *(page for model, pages in admin.site._registry.items() for page in _of_the_model(model, pages)),
    ]
    return [Page(name, path) for name, path in found if wanted(name) and _is_page(client, path)]


# A list with figures and filters, one whose columns can be sorted, forms with rows, with a search field and with
# days, what can only be read, also as a table and as a hash, and what is asked before something is done.
KINDS = (
    "console-catalog_pricelist-change",
    "console-catalog_price-add",
    "console-catalog_price-follow",
    "console-customers_customer-changelist",
    "console-customers_customer-change",
    "console-inventory_expectedreceipt-changelist",
    "console-ledger_account-changelist",
    "console-ledger_exchangerate-delete",
    "console-ledger_journalentry-change",
    "console-credit_creditaccount-add",
    "console-credit_creditaccount-review",
    "console-gateway_webhookendpoint-add",
    "console-kernel_user-changelist",
    "console-kernel_user-change",
    "console-kernel_auditentry-change",
    "console-reporting_certificate-change",
)


def one_of_each_kind(user: User, *, share: slice = ALL) -> list[Page]:
    """The console's own pages, and of the theme's templates one of a kind each; or a *share* of both."""
    kinds, own = KINDS[share], [name.replace(":", "-") for name in (*OWN, "console-certificate")][share]
    chosen = console_pages(user, wanted={*kinds, *own}.__contains__)
    missing = {*kinds, *own} - {page.name for page in chosen}
    assert not missing, f"the console has no longer {missing}: choose another of its kind"
    return chosen


def _of_the_model(model: Any, pages: Any) -> Iterator[tuple[str, str]]:
    name = f"{model._meta.app_label}_{model._meta.model_name}"
    for kind in ("changelist", "add"):
        yield f"console-{name}-{kind}", reverse(f"admin:{name}_{kind}")
    row = model._default_manager.order_by("-pk").first()
    for kind in ("change", "delete", *(pages.actions_detail or ())) if row else ():
        yield f"console-{name}-{kind}", reverse(f"admin:{name}_{kind}", args=[row.pk])


def _is_page(client: Client, path: str) -> bool:
    answer = client.get(path, headers={"Accept": "text/html"})
    return answer.status_code == 200 and b"<html" in answer.content
