"""Every address of the site, asked for and posted to by everybody: who may, who may not, and at what cost.

A new address has no row in a table, and fails the test until somebody has thought about who may have it.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import get_resolver

from tests.web.crawled import a_seeded_world, said
from tests.web.crawled_accounts import VISITS
from tests.web.crawling import PEOPLE, Answer, Visit, Visitor, addresses, in_a_hurry, put_into, row
from tests.web.filling import SOMETHING, filled_in
from tests.world import World

# Who gets the page, and for whom its form, filled in, does something: a letter of crawling.PEOPLE. Those who may not
# have a dot, and nothing that they send writes. Also: "-" there is nothing for them, "!" and "?" it is refused for
# the document's or the form's sake, "~" it is taken and writes nothing (but to the session);
# "no" the address does not know the method.
# A line with an action is a list's: to whom the list offers it, and who has it by sending it with every row.
MAY = {
    "accounts": """
healthz                                OWAFRSn  no
account_login                          OWAFRSn  ~~~~~Sn
account_inactive                       OWAFRSn  no
mfa_authenticate                       OWAFRSn  ~~~~~Sn
mfa_login_webauthn                     OWAFRSn  ~~~~~~n
account_reauthenticate                 OWAFR..  ~~~~~..
mfa_reauthenticate                     OWAFR..  OWAFR..
mfa_reauthenticate_webauthn            OWAFR..  OWAFR..
account_reset_password                 OWAFRSn  ~~~~~~~
account_reset_password_done            OWAFRSn  no
account_reset_password_from_key_done   OWAFRSn  no
account_reset_password_from_key        OWAFRSn  OWAFRSn
account_logout                         OWAFRSn  ~~~~~~~
my-account                             OWAFR..  OWAFR..
account_change_password                OWAFR..  OWAFR..
account_set_password                   OWAFR..  no
sessions-end                           no       OWAFR..
session-end                            no       OWAFR..
mfa_index                              OWAFR..  no
mfa_activate_totp                      OWAFR..  OWAFR..
mfa_deactivate_totp                    OWAFR..  OWAFR..
mfa_view_recovery_codes                OWAFR..  no
mfa_generate_recovery_codes            OWAFR..  OWAFR..
mfa_download_recovery_codes            OWAFR..  no
mfa_list_webauthn                      OWAFR..  no
mfa_add_webauthn                       OWAFR..  OWAFR..
mfa_edit_webauthn                      OWAFR..  OWAFR..
mfa_remove_webauthn                    OWAFR..  OWAFR..
theme                                  no       OWAFR~~
language                               no       OWAFR~~
keys                                   no       OWAFR..
api-start                              OWAFRSn  no
api-docs                               OWAFRSn  no
api-schema                             OWAFRSn  no
api-problems                           OWAFRSn  no
api-problem                            OWAFRSn  no
audit-trail                            ..AFR..  no
""",
    "orders": """
orders                                 OWAFR..  OWAFR..
orders check                           O......  O......
orders cancel                          O..F...  O..F...
orders release                         ...F...  ...F...
order-inbox                            OWAFR..  OWAFR..
order-inbox dismiss                    O......  O......
order-quotes                           OWAFR..  OWAFR..
order-quotes lose                      O......  O......
order-quotes renew                     O......  O......
order-drafts                           OWAFR..  OWAFR..
order-drafts cancel                    O..F...  O..F...
order-drafts submit                    O......  O......
order-holds                            OWAFR..  OWAFR..
order-holds check                      O......  O......
order-holds cancel                     O..F...  O..F...
order-holds release                    ...F...  ...F...
order-backorders                       OWAFR..  OWAFR..
order-new                              O......  O......
order-dismiss                          no       O......
order-products                         O......  no
order-customers                        O......  no
order-revise                           O......  O......
order-amend                            O......  O......
order-release                          ...F...  ...F...
order-second                           ...F...  ...F...
order-retry                            no       O......
order-submit                           no       O......
order-cancel                           O..F...  O..F...
quote-accept                           O......  O......
quote-lose                             O......  O......
quote-renew                            O......  O......
order-print                            OWAFR..  no
order                                  OWAFR..  no
""",
    "cases": """
customer-addresses                     O......  O......
customer-contacts                      O......  O......
customer-vat-check                     no       O..F...
customer-limit                         O.AF...  O.AF...
home                                   OWAFR..  no
find                                   OWAFR..  no
product                                OWAFR..  no
statement                              OWAFR..  no
customers                              OWAFR..  OWAFR..
customer                               OWAFR..  no
trial-balance                          ..AFR..  no
account                                ..AFR..  no
entry                                  ..AFR..  no
note-reword                            O......  O......
note-withdraw                          no       O......
note-write                             OWAF...  OWAF...
note-write (entry)                     ..AF...  ..AF...
file                                   OWAFR..  no
file-withdraw                          no       O......
file-attach                            OWAF...  OWAF...
file-attach (entry)                    ..AF...  ..AF...
jobs                                   OWAFR..  OWAFR..
job                                    O----..  no
job-file                               O----..  no
job-again                              no       O----..
""",
    "warehouse": """
shipment                               OWAFR..  no
return                                 OWAFR..  no
to-pick                                OWAFR..  OWAFR..
to-pick sheet                          OWAFR..  ~~~~~..
to-pick start                          .W.....  .W.....
pick-sheet                             OWAFR..  no
to-pack                                OWAFR..  OWAFR..
to-pack sheet                          OWAFR..  ~~~~~..
to-pack pack                           .W.....  .W.....
to-hand-over                           OWAFR..  OWAFR..
to-hand-over announce                  .W.....  .W.....
to-hand-over post                      .W.....  .W.....
on-the-road                            OWAFR..  OWAFR..
on-the-road deliver                    .W.....  .W.....
to-perform                             OWAFR..  OWAFR..
to-perform perform                     .W.....  .W.....
returns                                OWAFR..  OWAFR..
return-receive                         .W.....  .W.....
return-inspect                         .W.....  .W.....
return-cancel                          O..F...  O..F...
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
return-authorise                       O..F...  O..F...
stock                                  OWAFR..  OWAFR..
stock count                            .W.....  .~.....
to-reorder                             OWAFR..  OWAFR..
reorder-rule                           .W.F...  .W.F...
stock-bin                              .W.....  .W.....
expected                               OWAFR..  OWAFR..
expected give-up                       .W.....  .W.....
stock-receive                          .W.....  .W.....
goods-options                          OWAFR..  no
stock-count                            .W.....  .W.....
stock-scrap                            .W.....  .W.....
transfers                              OWAFR..  OWAFR..
transfer-send                          .W.....  .W.....
transfer                               OWAFR..  no
transfer-receive                       .W.....  .W.....
""",
    "money": """
invoice                                OWAFR..  no
ageing                                 OWAFR..  no
ageing-items                           OWAFR..  no
invoices                               OWAFR..  OWAFR..
invoices print                         OWAFR..  OWAFR..
to-invoice                             OWAFR..  OWAFR..
to-invoice invoice                     ..AF...  ..AF...
to-invoice draft                       ..AF...  ..AF...
drafts                                 OWAFR..  OWAFR..
drafts issue                           ..AF...  ..AF...
drafts discard                         ..AF...  ..AF...
returns-to-credit                      OWAFR..  OWAFR..
returns-to-credit credit               ..AF...  ..AF...
not-printed                            OWAFR..  OWAFR..
invoice-pdf                            OWAFR..  no
invoice-preview                        OWAFR..  no
invoice-issue                          ..AF...  ..AF...
invoice-discard                        ..AF...  ..AF...
return-credit                          ..AF...  ..AF...
invoice-credit                         ..AF...  ..AF...
payments                               OWAFR..  OWAFR..
payments-to-allocate                   OWAFR..  OWAFR..
payment-new                            ..AF...  ..AF...
payment-customers                      OWAFR..  no
payment                                OWAFR..  ..AF...
payment-undo                           ..AF...  ..AF...
payment-reverse                        ...F...  ...F...
credit                                 ..AF...  ..AF...
open-items                             OWAFR..  OWAFR..
overdue-customers                      OWAFR..  OWAFR..
""",
}


def area_of(pattern: str) -> str:
    """The part of the site that an address belongs to, for the test that crawls it."""
    first = pattern.lstrip("^").partition("/")[0]
    return next((area for area, firsts in AREAS.items() if first in firsts), "accounts")


AREAS = {
    "orders": ["orders"],
    "cases": ["", "find", "customers", "products", "ledger", "notes", "files", "jobs"],
    "warehouse": ["warehouse", "shipments", "returns", "stock"],
    "money": ["invoices", "payments", "receivables", "credits"],
}


def ours() -> dict[str, tuple[str, Any]]:
    """Every address of the site besides the console's and the API's: by name, its pattern and its view."""
    every = [one for one in addresses(get_resolver().url_patterns) if not one[1].startswith("admin/")]
    found = {name: (pattern, view) for name, pattern, view in every}
    assert len(found) == len(every), "two addresses have one name"
    return found


class Crawl:
    """All people at one address after the other."""

    def __init__(self, world: World) -> None:
        self.faults: list[str] = []
        self.rows = a_seeded_world(world)
        self.said = said(world, self.rows)
        self.people = [Visitor(letter, self.faults, world) for letter in PEOPLE]

    def lines(self, name: str, pattern: str, view: Any) -> list[str]:
        """What the table says of an address: one line, of a list one more for each of its actions."""
        variants = [each for each in self.rows if each.startswith(f"{name} (")]
        worklist = getattr(view, "view_initkwargs", {}).get("worklist")
        lines = []
        for variant in [name, *variants]:
            told = self.rows.get(variant) or self.rows.get(name.partition("-")[0], {})
            if visit := VISITS.get(name):
                lines.append(self.of_ones_own(name, pattern, visit))
                continue
            address = put_into(pattern, told)
            got = [each.get(address) for each in self.people]
            form = filled_in([one.text for one in got], address) | self.said.get(name, {})
            if worklist:
                form = {"do": ["save-view"], "name": ["Mine"]}
            self.empty(address, got)
            posted = [each.post(address, form).mark for each in self.people]
            lines.append(row(variant, [[one.mark for one in got], posted]))
            lines += [self.action(name, address, each, got) for each in getattr(worklist, "actions", ())]
        return lines

    def of_ones_own(self, name: str, pattern: str, visit: Callable[[Visitor], Visit]) -> str:
        """The line of an address where each person finds something else."""
        marks: list[list[str]] = [[], []]
        for each in self.people:
            with each.prepared(visit) as found:
                address = put_into(pattern, found.told)
                page = each.get(address)
                if each is self.people[0]:
                    each.post(address, {})  # which must not break
                sent = each.post(address, filled_in([page.text], address) | found.said)
            marks[0].append(page.mark)
            marks[1].append(sent.mark)
            if found.leads_to and sent.mark != "." and sent.url != found.leads_to:
                self.faults.append(f"{each.letter} {address}: it leads to {sent.url}")
        return row(name, marks)

    def empty(self, address: str, got: list[Answer]) -> None:
        """Whoever is first to get the page sends its form with nothing in it: it must not break."""
        first = next((who for who, one in zip(self.people, got, strict=True) if one.text), self.people[0])
        first.post(address, {})

    def action(self, name: str, address: str, action: Any, got: list[Answer]) -> str:
        """Tick every row of a list, and have an action, its form filled in."""
        button = f'name="action" value="{action.name}"'
        offered = [one.mark if button in one.text else "." for one in got]
        form = {"action": [action.name], "all": ["1"], "confirmed": ["1"]}
        form |= {field: [value] for field, value in answers(action.form).items()}
        posted = [
            each.post(address, form | self.said.get(f"{name} {action.name}", {})).mark for each in self.people
        ]
        return row(f"{name} {action.name}", [offered, posted])


def answers(form: Any) -> dict[str, str]:
    """Something in every field of an action's form."""
    told = {}
    for name, field in form().fields.items() if form else ():
        choices = [str(value) for value, _ in getattr(field, "choices", ()) if value]
        kind = field.widget.input_type if hasattr(field.widget, "input_type") else "text"
        told[name] = choices[0] if choices else SOMETHING.get(kind, SOMETHING["text"])
    return told


def test_every_address_has_a_row() -> None:
    named = {area: {line.split()[0] for line in table.split("\n") if line} for area, table in MAY.items()}
    found: dict[str, set[str]] = {area: set() for area in MAY}
    for name, (pattern, _view) in ours().items():
        found[area_of(pattern)].add(name)
    assert found == named


@pytest.mark.parametrize("area", MAY)
def test_everybody_gets_the_pages_that_are_theirs_and_posts_only_what_they_may(
    world, monkeypatch, area: str
) -> None:
    in_a_hurry(monkeypatch)
    crawl, lines = Crawl(world), []
    for name, (pattern, view) in ours().items():
        if area_of(pattern) == area:
            lines += crawl.lines(name, pattern, view)
    assert crawl.faults == []
    assert lines == MAY[area].strip().splitlines()
