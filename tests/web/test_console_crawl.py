"""The lists of the finance console, asked for and posted to by those who enter it: who may what."""

from typing import Any

from django.contrib import admin
from django.urls import get_resolver

from tests.web.crawled import a_full_house, a_seeded_world
from tests.web.crawling import Answer, Visitor, addresses, put_into, row
from tests.web.filling import filled_in
from tests.world import World

# What a finance manager (F), an auditor (R) and an administrator (D) may: F and R see; R, F and D add; F and R change;
# R, F and D delete. Marks are those of test_crawl; what is changed or added is sent as it was shown, filled in, by the
# auditor too. An administrator is asked only where others are refused. Who sees a list sees its rows.
APPS = {"kernel", "gateway", "reporting", "ledger"}
LISTS = """
gateway.apikey                         FR       .FD      ..       ...
gateway.shop                           FR       .FD      F.       ...
gateway.webhookdelivery                FR       ...      none
gateway.webhookendpoint                FR       ...      none
kernel.assignment                      FR       ...      none
kernel.auditentry                      FR       ...      ..       ...
kernel.company                         FR       ..D      F.       ..D
kernel.documentcounter                 FR       ...      ..       ...
kernel.event                           FR       ...      ..       ...
kernel.eventdelivery                   FR       ...      none
kernel.idempotencykey                  FR       ...      ..       ...
kernel.job                             FR       ...      ..       ...
kernel.jobrun                          FR       ...      none
kernel.sandbox                         FR       ...      none
kernel.savedview                       FR       ...      none
kernel.user                            FR       .FD      ..       ...
ledger.account                         FR       .FD      F.       ..D
ledger.exchangerate                    FR       .FD      none
ledger.journalentry                    FR       ...      ..       ...
ledger.period                          FR       .FD      F.       ..D
reporting.certificate                  FR       ...      none
"""


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


class Console:
    """Those who enter it, at one list after the other."""

    def __init__(self, world: World) -> None:
        self.faults: list[str] = []
        self.rows = a_seeded_world(world)
        a_full_house(world)
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
        seen = self.got("FR", f"{name}_changelist", {})
        added = self.got("FD", f"{name}_add", {})
        marks = [
            *marks_of(seen, added),
            self.sent("R", f"{name}_add", {}, self.form(added, f"{name}_add", {})),
        ]
        if found is None:
            return row(model._meta.label_lower, [marks[0], marks[2] + marks[1], ["none"]])
        told = {"object_id": found.pk}
        shown = self.got("FR", f"{name}_change", told)
        changed = self.sent("FR", f"{name}_change", told, self.form(shown, f"{name}_change", told))
        history = self.got("R", f"{name}_history", told)
        if marks_of(seen)[0] != marks_of(shown)[0] or history[0].mark != seen[1].mark:
            self.faults.append(f"{name}: {marks_of(seen, shown, history)}")
        gone = marks_of(self.got("FD", f"{name}_delete", told))[0]
        refused = self.sent("R", f"{name}_delete", told, {"post": ["yes"]})
        return row(model._meta.label_lower, [marks[0], marks[2] + marks[1], changed, refused + gone])


def marks_of(*answers: list[Answer]) -> list[list[str]]:
    """Their marks alone."""
    return [[one.mark for one in each] for each in answers]


def test_the_lists_show_and_let_change_what_a_role_may_and_the_auditor_changes_nothing(world) -> None:
    console = Console(world)
    wanted = {name: model for name, model in models().items() if model._meta.app_label in APPS}
    lines = [console.list_line(name, model) for name, model in sorted(wanted.items())]
    assert console.faults == []
    assert lines == LISTS.strip().splitlines()
