"""Every address of the site, asked for and posted to by everybody: who may, who may not, and at what cost.

A new address has no row in the table, and fails the test until somebody has thought about who may have it.
"""

from django.urls import get_resolver

from tests.web.crawling import (
    PEOPLE,
    a_seeded_world,
    addresses,
    asked_for,
    browser_of,
    filled,
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
    assert faults == []
    assert table(found).splitlines() == MAY.strip().splitlines()
