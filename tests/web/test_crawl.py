"""Every address of the site, asked for and posted to by everybody: who may, who may not, and at what cost.

A new address has no row in the table, and fails the test until somebody has thought about who may have it.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.urls import URLPattern, get_resolver

from o2c.operations.roles import AUDITOR, FINANCE_MANAGER
from tests.web.crawling import (
    PEOPLE,
    a_seeded_world,
    addresses,
    asked_for,
    browser_of,
    bulk_actions,
    cell,
    filled,
    undone,
    writing,
)

# Who gets the page, and who may post to its address: "no" where the address does not know the method.
MAY = """
healthz                                OWAFRSn  OWAFRSn
account_login                          OWAFRSn  OWAFRSn
account_inactive                       OWAFRSn  no
mfa_authenticate                       OWAFRSn  OWAFRSn
mfa_login_webauthn                     OWAFRSn  OWAFRSn
account_reauthenticate                 .......  .......
mfa_reauthenticate                     .......  .......
mfa_reauthenticate_webauthn            .......  .......
account_reset_password                 OWAFRSn  OWAFRSn
account_reset_password_done            OWAFRSn  no
account_reset_password_from_key_done   OWAFRSn  no
account_reset_password_from_key        OWAFRSn  OWAFRSn
account_logout                         OWAFRSn  OWAFRSn
my-account                             OWAFRS.  OWAFRS.
account_change_password                OWAFRS.  OWAFRS.
account_set_password                   OWAFRS.  OWAFRS.
sessions-end                           no       OWAFRS.
session-end                            no       OWAFRS.
mfa_index                              OWAFRS.  no
mfa_activate_totp                      OWAFRS.  OWAFRS.
mfa_deactivate_totp                    OWAFRS.  OWAFRS.
mfa_view_recovery_codes                OWAFRS.  no
mfa_generate_recovery_codes            OWAFRS.  OWAFRS.
mfa_download_recovery_codes            OWAFRS.  OWAFRS.
mfa_list_webauthn                      OWAFRS.  no
mfa_add_webauthn                       OWAFRS.  OWAFRS.
mfa_edit_webauthn                      OWAFRS.  OWAFRS.
mfa_remove_webauthn                    OWAFRS.  OWAFRS.
theme                                  no       OWAFRSn
language                               no       OWAFRSn
keys                                   no       OWAFRS.
orders                                 OWAFR..  OWAFR..
order-inbox                            OWAFR..  OWAFR..
order-quotes                           OWAFR..  OWAFR..
order-drafts                           OWAFR..  OWAFR..
order-holds                            OWAFR..  OWAFR..
order-backorders                       OWAFR..  OWAFR..
order-new                              O....S.  O....S.
order-products                         O....S.  no
order-customers                        O....S.  no
order-revise                           O....S.  O....S.
order-amend                            O....S.  O....S.
order-release                          ...F...  ...F...
order-second                           ...F...  ...F...
order-retry                            no       O....S.
order-submit                           no       O....S.
order-cancel                           O..F.S.  O..F.S.
quote-accept                           O....S.  O....S.
quote-lose                             O....S.  O....S.
quote-renew                            O....S.  O....S.
order-print                            OWAFR..  no
customer-contacts                      O......  O......
customer-vat-check                     no       O..F...
customer-limit                         O.AF...  O.AF...
home                                   OWAFRS.  no
find                                   OWAFRS.  no
order                                  OWAFR..  no
shipment                               OWAFR..  no
return                                 OWAFR..  no
product                                OWAFR..  no
invoice                                OWAFR..  no
ageing                                 OWAFR..  no
ageing-items                           OWAFR..  no
statement                              OWAFR..  no
customers                              OWAFR..  OWAFR..
customer                               OWAFR..  no
trial-balance                          ..AFR..  no
account                                ..AFR..  no
entry                                  ..AFR..  no
to-pick                                OWAFR..  OWAFR..
pick-sheet                             OWAFR..  no
to-pack                                OWAFR..  OWAFR..
to-hand-over                           OWAFR..  OWAFR..
on-the-road                            OWAFR..  OWAFR..
to-perform                             OWAFR..  OWAFR..
returns                                OWAFR..  OWAFR..
return-receive                         .W.....  .W.....
return-inspect                         .W.....  .W.....
return-cancel                          O..F.S.  O..F.S.
shipments                              OWAFR..  OWAFR..
packing-slip                           OWAFR..  no
customs-invoice                        OWAFR..  no
shipping-label                         OWAFR..  no
shipment-pick                          .W.....  .W.....
shipment-start                         no       .W.....
shipment-picked                        .W.....  .W.....
shipment-pack                          .W.....  .W.....
shipment-ship                          .W.....  .W.....
shipment-deliver                       .W.....  .W.....
shipment-cancel                        .W.....  .W.....
return-authorise                       O..F.S.  O..F.S.
stock                                  OWAFR..  OWAFR..
to-reorder                             OWAFR..  OWAFR..
reorder-rule                           .W.F...  .W.F...
stock-bin                              .W.....  .W.....
expected                               OWAFR..  OWAFR..
stock-receive                          .W.....  .W.....
goods-options                          OWAFR..  no
stock-count                            .W.....  .W.....
stock-scrap                            .W.....  .W.....
transfers                              OWAFR..  OWAFR..
transfer-send                          .W.....  .W.....
transfer                               OWAFR..  no
transfer-receive                       .W.....  .W.....
invoices                               OWAFR..  OWAFR..
to-invoice                             OWAFR..  OWAFR..
drafts                                 OWAFR..  OWAFR..
returns-to-credit                      OWAFR..  OWAFR..
not-printed                            OWAFR..  OWAFR..
invoice-pdf                            OWAFR..  no
invoice-preview                        OWAFR..  no
invoice-issue                          ..AF...  ..AF...
invoice-credit                         ..AF...  ..AF...
payments                               OWAFR..  OWAFR..
payments-to-allocate                   OWAFR..  OWAFR..
payment-new                            ..AF.S.  ..AF.S.
payment-customers                      OWAFR..  no
payment                                OWAFR..  OWAFR..
payment-undo                           ..AF.S.  ..AF.S.
payment-reverse                        ...F...  ...F...
credit                                 ..AF.S.  ..AF.S.
open-items                             OWAFR..  OWAFR..
overdue-customers                      OWAFR..  OWAFR..
api-start                              OWAFRSn  no
api-docs                               OWAFRSn  no
api-schema                             OWAFRSn  no
api-problems                           OWAFRSn  no
api-problem                            OWAFRSn  no
"""


def table(found: dict[str, dict[str, list[str]]]) -> str:
    """The table as it is written above."""
    lines = []
    for name, methods in found.items():
        cells = []
        for each in methods.values():
            those = "".join(mark for mark in each if mark != "no")
            cells.append("no" if "no" in each and set(those) <= {"."} else those)
        lines.append(f"{name:<38} {cells[0]:<8} {cells[1]}".rstrip())
    return "\n".join(lines)


def test_everybody_gets_the_pages_that_are_theirs_and_posts_only_what_they_may(world) -> None:
    rows, everything = a_seeded_world(world), list(addresses(get_resolver().url_patterns))
    where = dict(everything)
    assert len(where) == len(everything), "two addresses have one name"
    found: dict[str, dict[str, list[str]]] = {name: {"GET": [], "POST": []} for name in where}
    faults: list[str] = []
    for letter in PEOPLE:
        client = browser_of(letter)
        client.get("/")  # what a process caches, it has now
        for name, pattern in where.items():
            address = filled(name, pattern, rows)
            for method, mark in zip(found[name], asked_for(client, letter, address, faults), strict=True):
                found[name][method].append(mark)
            if letter != "n" and name in {"account_logout", "sessions-end", "console-logout"}:
                client = browser_of(letter)
    print(*faults, sep="\n")
    print(table(found))
    assert faults == []
    assert table(found).splitlines() == MAY.strip().splitlines()


# Who may do what with the rows that are ticked in a list, or with all of them.
BULK = """
"""


def test_what_is_done_with_ticked_rows_is_done_by_those_who_may(world) -> None:
    a_seeded_world(world)
    acting = {letter: browser_of(letter) for letter in PEOPLE}
    lines, faults = [], []
    for name, address, action in bulk_actions(get_resolver().url_patterns):
        cells = []
        for letter, client in acting.items():
            with undone(), writing() as written:
                answer = client.post(address, {"action": action, "all": "1", "confirmed": "1"})
            cells.append(cell(answer, letter))
            if answer.status_code >= 500 or (written and cells[-1] == "."):
                faults.append(f"{letter} {action} at {address}: {answer.status_code}, {written}")
        lines.append(f"{name:<24} {action:<16} {''.join(cells)}")
    print(*faults, *lines, sep="\n")
    assert faults == []
    assert lines == BULK.strip().splitlines()


# Who may see, add, change and delete what in the console; "-" is nobody. Nobody else enters it (below).
CONSOLE = """
"""
# The console's own pages beside those, and who gets and who posts to them.
CONSOLE_ACTIONS = """
"""
STANDARD = ("changelist", "add", "change", "delete", "history")
ENTER = {"F": FINANCE_MANAGER, "R": AUDITOR}


def console_addresses(patterns: list[Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Every address of the console that has a name: its name and its pattern."""
    for each in patterns:
        where = before + str(each.pattern)
        if not isinstance(each, URLPattern):
            yield from console_addresses(each.url_patterns, where)
        elif where.startswith("admin/") and each.name:
            yield str(each.name), where


def letters(cells: list[str]) -> str:
    """Those who may, or a dash."""
    return "".join(each for each in cells if each not in {".", "no"}) or "-"


def test_the_console_shows_and_lets_change_what_a_role_may_and_the_auditor_changes_nothing(world) -> None:
    a_seeded_world(world)
    patterns = get_resolver().url_patterns
    models = {f"{m._meta.app_label}_{m._meta.model_name}": m for m in admin.site._registry}
    by_length = sorted(models, key=len, reverse=True)
    rows = {name: model._default_manager.order_by("pk").first() for name, model in models.items()}
    standard: dict[str, dict[str, list[str]]] = {}
    actions: dict[str, dict[str, list[str]]] = {}
    faults: list[str] = []
    outsiders = {letter: browser_of(letter) for letter in "OWASn"}  # none is staff
    for letter in ENTER:
        client = browser_of(letter)
        client.get("/admin/")
        for name, pattern in console_addresses(patterns):
            model = next((each for each in by_length if name.startswith(each + "_")), "")
            row = rows.get(model)
            if "<" in pattern and model and row is None:
                continue  # a list without rows
            address = "/" + re.sub(r"<[^>]+>", str(row.pk) if row else "1", pattern)
            cells = asked_for(client, letter, address, faults)
            verb = name.removeprefix(model + "_") if model else ""
            if verb in STANDARD:
                found = standard.setdefault(model.replace("_", "."), {each: [] for each in STANDARD})
                found[verb].append(cells[1 if verb == "change" else 0])
            else:
                found = actions.setdefault(name, {"GET": [], "POST": []})
                found["GET"].append(cells[0])
                found["POST"].append(cells[1])
            entered = [
                who for who, browser in outsiders.items() if model and browser.get(address).status_code != 302
            ]
            faults += [f"{who} enters {address}" for who in entered]
    print(*faults, sep="\n")
    lines = [
        f"{model:<32} " + " ".join(f"{letters(told[verb]):<6}" for verb in STANDARD[:4]).rstrip()
        for model, told in standard.items()
    ]
    print(*lines, table(actions), sep="\n")
    assert faults == []
    assert lines == CONSOLE.strip().splitlines()
    assert table(actions).splitlines() == CONSOLE_ACTIONS.strip().splitlines()
