"""The report on duties that should be apart: who holds both sides, and who used both on one case."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Permission
from django.utils.translation import gettext as _

from o2c.console.duties import RULES, Rule
from o2c.console.links import url_of
from o2c.kernel.db import fetch_all
from o2c.kernel.models import User

KIND = re.compile(r"'([a-z_]+\.[a-z_]+)'")
MOST_SHOWN = 200
MOST_EXPORTED = 50_000

# Who has, by a role or in person, a right of each side of each rule; through which roles.
HOLDERS = """
WITH rule_right (rule, side, codename) AS (
    SELECT * FROM unnest(%(rules)s::text[], %(sides)s::int[], %(rights)s::text[])
), wanted AS (
    SELECT r.rule, r.side, p.id AS permission_id
    FROM rule_right r
    JOIN django_content_type kind ON kind.app_label = split_part(r.codename, '.', 1)
    JOIN auth_permission p ON p.content_type_id = kind.id AND p.codename = split_part(r.codename, '.', 2)
), held AS (
    SELECT w.rule, w.side, member.user_id, g.name AS through
    FROM wanted w
    JOIN auth_group_permissions given ON given.permission_id = w.permission_id
    JOIN kernel_user_groups member ON member.group_id = given.group_id
    JOIN auth_group g ON g.id = given.group_id
    UNION ALL
    SELECT w.rule, w.side, own.user_id, '' FROM wanted w
    JOIN kernel_user_user_permissions own ON own.permission_id = w.permission_id
)
SELECT held.rule, u.id, array_agg(DISTINCT held.through ORDER BY held.through)
FROM held JOIN kernel_user u ON u.id = held.user_id AND u.is_active AND NOT u.is_superuser
WHERE u.username <> 'system' AND NOT EXISTS (SELECT FROM gateway_shop s WHERE s.account_id = u.id)
GROUP BY held.rule, u.id, u.username HAVING count(DISTINCT held.side) = 2
ORDER BY held.rule, u.username
"""

DEEDS = """
WITH person_event AS MATERIALIZED (
    SELECT e.* FROM kernel_event e JOIN kernel_user u ON u.id = e.actor_id AND u.username <> 'system'
    WHERE e.kind = ANY(%(kinds)s::text[])
), deed AS ({deeds})
SELECT deed.rule, deed.document, deed.actor_id, deed.first_at, deed.second_at, count(*) OVER (PARTITION BY deed.rule)
FROM deed JOIN kernel_user u ON u.id = deed.actor_id AND u.username <> 'system'
ORDER BY deed.second_at DESC, deed.rule, deed.document LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Somebody who holds both sides of a rule, and through which roles."""

    user: User
    through: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """A case in which one person did both; *url* is the page of the document, empty where it has none."""

    rule: Rule
    document: str
    url: str
    user: User
    first_at: datetime
    second_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the report found for one rule."""

    rule: Rule
    holders: list[Holder]
    deeds: int

    @property
    def tone(self) -> str:
        """Return how bad it is: done, possible, or neither."""
        if self.deeds:
            return "bad"
        return "wait" if self.holders else "good"


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyReport:
    """The whole report; *administrators* may do everything, so they stand beside the rules."""

    since: datetime
    findings: list[Finding]
    deeds: list[Deed]
    administrators: list[User]

    @property
    def conflicts(self) -> int:
        """Return how many people hold how many combinations."""
        return sum(len(finding.holders) for finding in self.findings)

    @property
    def done(self) -> int:
        """Return in how many cases one person did both."""
        return sum(finding.deeds for finding in self.findings)


def duty_report(*, since: datetime, rules: Sequence[Rule] = RULES, most: int = MOST_SHOWN) -> DutyReport:
    """Return who holds both sides of each rule, and the cases since *since* in which one person did both.

    Three statements, whatever there is.
    """
    held = fetch_all(HOLDERS, _rights(rules))
    done = fetch_all(_statement(rules), {"since": since, "most": most, "kinds": _kinds(rules)})
    people = _people({row[1] for row in held} | {row[2] for row in done})
    by_id = {rule.id: rule for rule in rules}
    counts = {row[0]: row[5] for row in done}
    return DutyReport(
        since=since,
        findings=[
            Finding(
                rule=rule,
                holders=[
                    Holder(
                        user=people[user_id],
                        through=[_(one) if one else _("given in person") for one in through],
                    )
                    for rule_id, user_id, through in held
                    if rule_id == rule.id
                ],
                deeds=counts.get(rule.id, 0),
            )
            for rule in rules
        ],
        deeds=[
            Deed(
                rule=by_id[rule_id],
                document=document,
                url=url_of(document),
                user=people[user_id],
                first_at=first_at,
                second_at=second_at,
            )
            for rule_id, document, user_id, first_at, second_at, _count in done
        ],
        administrators=[user for user in people.values() if user.is_superuser and user.is_active],
    )


def unknown_rights(rules: Iterable[Rule] = RULES) -> list[str]:
    """Return the rights that rules name and the system does not know: a rule about nothing finds nothing."""
    known = {
        f"{permission.content_type.app_label}.{permission.codename}"
        for permission in Permission.objects.select_related("content_type")
    }
    return sorted({right for rule in rules for right in (*rule.first_rights, *rule.second_rights)} - known)


def _people(ids: set[int]) -> dict[int, User]:
    """Return the people named, and the administrators."""
    found = User.objects.filter(pk__in=ids) | User.objects.filter(is_superuser=True)
    return {user.pk: user for user in found.exclude(username=User.SYSTEM).order_by("username")}


def _rights(rules: Iterable[Rule]) -> dict[str, list[Any]]:
    triples = [
        (rule.id, side, right)
        for rule in rules
        for side, rights in ((1, rule.first_rights), (2, rule.second_rights))
        for right in rights
    ]
    return {
        "rules": [rule for rule, _side, _right in triples],
        "sides": [side for _rule, side, _right in triples],
        "rights": [right for _rule, _side, right in triples],
    }


def _kinds(rules: Iterable[Rule]) -> list[str]:
    """Return the kinds of event that the rules name."""
    return sorted({kind for rule in rules for kind in KIND.findall(rule.deeds)})


def _statement(rules: Iterable[Rule]) -> str:
    """Return one statement that asks every rule."""
    each = (
        f"SELECT '{rule.id}' AS rule, found.document, found.actor_id, found.first_at, found.second_at "  # noqa: S608
        f"FROM ({rule.deeds}) AS found"
        for rule in rules
    )
    return DEEDS.format(deeds=" UNION ALL ".join(each))
