"""Every address of the finance console, asked for and posted to by everybody: who may what, who stays outside."""

import re
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import get_resolver

from tests.web.crawled import a_seeded_world
from tests.web.crawled_console import a_full_house, said_in_the_console
from tests.web.crawling import Answer, Visitor, addresses, in_a_hurry, person, put_into, row, without_frame
from tests.web.filling import filled_in
from tests.world import World

# What a finance manager (F), an auditor (R) and an administrator (D) may: F and R see; R, F and D add; F and R change;
# R, F and D delete. Marks are those of test_crawl; what is changed or added is sent as it was shown, filled in, by the
# auditor too. An administrator is asked only where others are refused. Who sees a list sees its rows.
PARTS = {
    "books and documents": [
        "kernel", "gateway", "reporting", "ledger", "orders", "fulfillment", "invoicing", "receivables",
    ],
    "master data": ["catalog", "customers", "credit", "inventory"],
}  # fmt: skip
LISTS = {
    "books and documents": """
fulfillment.carrier                    FR       ..D      ..       ..D
fulfillment.entitlement                FR       ...      ..       ...
fulfillment.package                    FR       ...      ..       ...
fulfillment.pickup                     FR       ...      ..       ...
fulfillment.return                     FR       ...      ..       ...
fulfillment.shipment                   FR       ...      ..       ...
gateway.apikey                         FR       .FD      ..       ...
gateway.shop                           FR       .FD      F.       ...
gateway.webhookdelivery                FR       ...      none
gateway.webhookendpoint                FR       .FD      ..       ...
invoicing.invoice                      FR       ...      ..       ...
invoicing.printedinvoice               FR       ...      ..       ...
kernel.assignment                      FR       ...      none
kernel.auditentry                      FR       ...      ..       ...
kernel.company                         FR       ..D      F.       ..D
kernel.documentcounter                 FR       ...      ..       ...
kernel.event                           FR       ...      ..       ...
kernel.eventdelivery                   FR       ...      ..       ...
kernel.idempotencykey                  FR       ...      ..       ...
kernel.job                             FR       ...      ..       ...
kernel.jobrun                          FR       ...      none
kernel.sandbox                         FR       ...      none
kernel.savedview                       FR       ...      none
kernel.user                            FR       .FD      ..       ...
ledger.account                         FR       .FD      F.       ..D
ledger.exchangerate                    FR       .FD      F.       ..D
ledger.journalentry                    FR       ...      ..       ...
ledger.period                          FR       .FD      F.       ..D
orders.order                           FR       ...      ..       ...
orders.orderpolicy                     FR       .FD      F.       ..D
orders.orderrequest                    FR       ...      ..       ...
orders.release                         FR       ...      ..       ...
receivables.allocation                 FR       ...      ..       ...
receivables.payment                    FR       ...      ..       ...
receivables.receivable                 FR       ...      ..       ...
reporting.certificate                  FR       ...      ..       ...
""",
    "master data": """
catalog.orderdiscount                  FR       .FD      none
catalog.price                          FR       .FD      F.       ...
catalog.pricelist                      FR       .FD      F.       .FD
catalog.product                        FR       .FD      F.       .FD
catalog.taxcategory                    FR       .FD      F.       .FD
catalog.taxrate                        FR       .FD      ~.       ...
catalog.taxregion                      FR       .FD      F.       .FD
credit.commitment                      FR       ...      ..       ...
credit.creditaccount                   FR       .FD      F.       ..D
credit.creditpolicy                    FR       .FD      none
credit.creditreport                    FR       ...      none
credit.decision                        FR       ...      ..       ...
credit.limitrequest                    FR       ...      ..       ...
customers.customer                     FR       ..D      ..       ..D
customers.message                      FR       ...      none
customers.paymentterms                 FR       .FD      F.       ..D
customers.vatcheck                     FR       .FD      none
inventory.carthold                     FR       ...      ..       ...
inventory.expectedreceipt              FR       ...      ..       ...
inventory.reorderrule                  FR       .FD      none
inventory.reservation                  FR       ...      ..       ...
inventory.stocklevel                   FR       ...      ..       ...
inventory.stockmove                    FR       ...      ..       ...
inventory.transfer                     FR       ...      ..       ...
inventory.warehouse                    FR       .FD      F.       ..D
""",
}
# Verbs on a row, and the console's own pages: who gets the page, and for whom its form does something.
PAGES = """
console-approvals                      FR       ~~
console-decide                         no       F.
console-jobs                           FR       ~~
console-run                            no       F.
console-deliver                        no       F.
console-proof                          FR       ~~
console-certificate                    FR       ~~
console-roles                          FR       ~~
console-duties                         FR       ~~
console-post                           F.       F.
search                                 FR       ~~
index                                  FR       ~~
password_change_done                   FR       no
autocomplete                           FR       no
jsi18n                                 FR       no
catalog_price_follow                   F.       F.
catalog_taxrate_follow                 F.       F.
ledger_period_close_this               F.       ~.
ledger_journalentry_post_by_hand       F.       ~.
ledger_journalentry_reverse            F.       F.
credit_creditaccount_block             F.       F.
credit_creditaccount_unblock           F.       F.
credit_creditaccount_review            F.       F.
credit_creditaccount_ask_for_limit     F.       F.
credit_limitrequest_reject             F.       F.
orders_order_release                   F.       F.
orders_order_cancel                    F.       F.
orders_order_cancel_rest               F.       F.
orders_release_reject                  F.       F.
fulfillment_entitlement_revoke         F.       F.
gateway_webhookendpoint_renew_secret   F.       F.
gateway_apikey_rotate                  F.       F.
gateway_apikey_revoke                  F.       F.
kernel_user_edit                       F.       F.
kernel_user_give_roles                 F.       F.
kernel_user_disable                    F.       F.
kernel_user_enable                     F.       F.
kernel_user_renew_password             F.       F.
kernel_user_reset_second_factor        F.       F.
app_list                               FR       ~~
"""
# The console's ways in and out are the site's own.
OPEN = {"console-login", "console-logout", "console-password", "login", "logout", "password_change"}
STANDARD = {"changelist", "add", "change", "delete", "history"}


def models() -> dict[str, Any]:
    """The models that have a list, by what their addresses begin with."""
    return {f"{model._meta.app_label}_{model._meta.model_name}": model for model in admin.site._registry}


def of_the_console() -> dict[str, str]:
    """Every address of the console: by name, its pattern."""
    found = [
        (name, at) for name, at, _view in addresses(get_resolver().url_patterns) if at.startswith("admin/")
    ]
    assert len(dict(found)) == len(found), "two addresses have one name"
    return dict(found)


def model_of(name: str) -> str:
    """The model that an address of a list belongs to, or nothing."""
    return max((each for each in models() if name.startswith(f"{each}_")), key=len, default="")


class Console:
    """Those who enter it, at one list after the other."""

    def __init__(self, world: World) -> None:
        self.faults: list[str] = []
        self.rows = a_full_house(world, a_seeded_world(world))
        self.said = said_in_the_console()
        self.people = {letter: Visitor(letter, self.faults, world) for letter in "FRD"}
        self.patterns = of_the_console()

    def got(self, who: str, name: str, told: dict[str, Any]) -> list[Answer]:
        """What they get there."""
        address = put_into(self.patterns[name], told)
        return [self.people[letter].get(address) for letter in who]

    def sent(self, who: str, name: str, told: dict[str, Any], form: dict[str, Any]) -> list[str]:
        """What comes of their form."""
        address = put_into(self.patterns[name], told)
        return [self.people[letter].post(address, form).mark for letter in who]

    def form(self, pages: list[Answer], name: str, told: dict[str, Any]) -> dict[str, list[Any]]:
        """What a page's form sends, filled in."""
        return filled_in([one.text for one in pages], put_into(self.patterns[name], told))

    def list_line(self, name: str, model: Any) -> str:
        """Who sees, adds, changes and deletes: an administrator what others may not, an auditor nothing."""
        found = model._default_manager.order_by("pk").first()
        seen = self.got("F", f"{name}_changelist", {}) + self.got("R", f"{name}_changelist", {"?": "q=1"})
        added = self.got("FD", f"{name}_add", {})
        marks = [
            *marks_of(seen, added),
            self.sent("R", f"{name}_add", {}, self.form(added, f"{name}_add", {})),
        ]
        if found is None:
            return row(model._meta.label_lower, [marks[0], marks[2] + marks[1], ["none"]])
        told = {"object_id": found.pk}
        shown = self.got("FRD" if added[1].mark == "D" else "FR", f"{name}_change", told)
        form = self.form(shown, f"{name}_change", told) | self.said.get(f"{name}_change", {})
        changed = self.sent("FR", f"{name}_change", told, form)
        history = self.got("R", f"{name}_history", told)
        if marks_of(seen)[0] != marks_of(shown)[0][:2] or history[0].mark != seen[1].mark:
            self.faults.append(f"{name}: {marks_of(seen, shown, history)}")
        gone = marks_of(self.got("FD", f"{name}_delete", told))[0]
        refused = self.sent("R", f"{name}_delete", told, {"post": ["yes"]})
        return row(model._meta.label_lower, [marks[0], marks[2] + marks[1], changed, refused + gone])

    def page_line(self, name: str) -> str:
        """Who gets a page, and for whom its form does something."""
        told = self.rows.get(name) or self.rows.get(model_of(name)) or last_of(name)
        pages = self.got("FR", name, told)
        form = self.form(pages, name, told) | self.said.get(name, {})
        return row(name, [*marks_of(pages), self.sent("FR", name, told, form)])


def marks_of(*answers: list[Answer]) -> list[list[str]]:
    """Their marks alone."""
    return [[one.mark for one in each] for each in answers]


def last_of(name: str) -> dict[str, Any]:
    """What stands in an address of a list, or in any other of the console."""
    if model := models().get(model_of(name)):
        return {"object_id": getattr(model._default_manager.order_by("pk").last(), "pk", 1)}
    return {"kind": "limit", "pk": 1, "app_label": "orders", "url": ""}


@pytest.mark.parametrize("part", LISTS)
def test_the_lists_show_and_let_change_what_a_role_may_and_the_auditor_changes_nothing(
    world, monkeypatch, part: str
) -> None:
    in_a_hurry(monkeypatch)
    without_frame(monkeypatch)
    console = Console(world)
    wanted = {name: model for name, model in models().items() if model._meta.app_label in PARTS[part]}
    lines = [console.list_line(name, model) for name, model in sorted(wanted.items())]
    assert console.faults == []
    assert lines == LISTS[part].strip().splitlines()


def test_every_list_is_in_a_part() -> None:
    apps = {model._meta.app_label for model in models().values()}
    assert apps == {app for those in PARTS.values() for app in those}


def test_the_verbs_and_own_pages_of_the_console_are_those_of_a_role(world, monkeypatch) -> None:
    in_a_hurry(monkeypatch)
    console = Console(world)
    names = [
        name for name in console.patterns if not (model_of(name) and name.rpartition("_")[2] in STANDARD)
    ]
    lines = [console.page_line(name) for name in names if name not in OPEN]
    assert console.faults == []
    assert lines == PAGES.strip().splitlines()


def answer_to(user: Any, method: str, address: str) -> HttpResponse:
    """What a view itself says to somebody, with nothing before it that could have turned them away."""
    request = getattr(RequestFactory(), method)(address)
    request.user, request._dont_enforce_csrf_checks = user, True
    view, args, kwargs = get_resolver().resolve(request.path)
    answer: HttpResponse = view(request, *args, **kwargs)
    return answer


def test_nobody_else_enters_by_any_address(world) -> None:
    to_sign_in = re.compile(r"/admin/login/\?next=.+")
    told = {name: at for name, at in of_the_console().items() if name not in OPEN}
    others = [person(letter, world) or AnonymousUser() for letter in "OWASn"]
    assert len(told) > 250
    for name, pattern in told.items():
        address = put_into(pattern, last_of(name))
        for user in others:
            for method in ("get", "post"):
                answer = answer_to(user, method, address)
                assert to_sign_in.fullmatch(getattr(answer, "url", "")), (name, user, method, answer)


@pytest.mark.parametrize("letter", "OFSn")
def test_the_ways_in_and_out_are_those_of_the_site(world, letter: str) -> None:
    faults: list[str] = []
    visitor = Visitor(letter, faults, world)
    for name in OPEN:
        address = put_into(of_the_console()[name], {})
        visitor.get(address)
        visitor.post(address, {})
    assert faults == []
