"""What no operation takes: members that are not its own, figures that are none, and made-up queries."""

import json
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache

from tests.api import walk
from tests.api.walk import KEYED, Call, Operation, call, party, undone
from tests.shops import Caller
from tests.world import World

WRITING = [one for one in KEYED if one.method in {"POST", "PATCH", "PUT"}]
READING = [one for one in KEYED if one.method == "GET"]


def test_members_that_are_not_an_operations_own_are_refused_one_by_one(world: World, shop: Caller) -> None:
    """M06: every field of every model, sent at every level of every body."""
    mine, names = party(world, shop.shop), walk.model_fields()
    assert len(names) > 300
    before = world.fingerprint()
    for operation in WRITING:
        own = call(operation, mine)
        body = {} if own.body is None else own.body
        for path in walk.objects(body):
            members = (
                set(walk.schema_at(operation, path).get("properties", {})) if own.body is not None else set()
            )
            foreign = names - members
            sent = walk.replaced(body, path, walk.at(body, path) | dict.fromkeys(foreign, "1"))
            refused = Call(operation, own.path, sent).by(shop)
            assert (refused.status_code, refused.json()["code"]) == (400, "validation-failed"), operation
            at = "".join(f"/{step}" for step in path)
            pointed = {one["pointer"] for one in refused.json()["errors"] if one["code"] == "unknown-field"}
            assert {f"{at}/{name}" for name in foreign} <= pointed, operation
    assert world.fingerprint() == before


# As JSON is written, so that nothing in between makes them right. Minus zero and more decimals than anything
# counts are none either; a figure is a string or a whole number.
NO_FIGURES = (
    "NaN", "Infinity", "-Infinity", '"NaN"', '"Infinity"', '"-Infinity"', '"sNaN"', "1e400", '"1e400"', "1E2", '"1E2"',
    "1.5", "-0.0", '"-0"', '"-1"', "-1", '"+1"', '"0.0000005"', "12345678901234567890", '"12345678901234567890"',
    '"1234567890123456.1"', '"١٢"', '"１２"', '"1,50"', '"1.5.0"', '" 1"', '"1 "', '"0x10"', '"1_000"', '""', '"one"',
    "true", "[]", "{}", '["1"]',
)  # fmt: skip


def figures(operation: Operation, body: Any) -> list[tuple[Any, ...]]:
    """The paths to everything in a body that is counted or paid."""
    return [
        path
        for path, _ in walk.leaves(body)
        if "[1-9][0-9]{0," in str(walk.schema_at(operation, path).get("pattern", ""))
    ]


def test_figures_that_are_none_are_refused(world: World, shop: Caller) -> None:
    """M09: not a number, infinite, beyond every range, in another script, or a binary float."""
    mine, tried = party(world, shop.shop), 0
    before = world.fingerprint()
    for operation in [one for one in WRITING if one.body_schema]:
        own = call(operation, mine)
        for path in figures(operation, own.body):
            for figure in NO_FIGURES:
                sent = json.dumps(walk.replaced(own.body, path, "@")).replace('"@"', figure)
                refused = Call(operation, own.path, sent).by(shop)
                assert refused.status_code == 400, (operation, path, figure, refused.content)
                tried += 1
    assert tried >= len(NO_FIGURES)
    assert world.fingerprint() == before


UNKNOWN = {
    "customer__name": "x", "pk": "1", "id__in": "1", "order_by": "-id", "_connector": "OR", "_negated": "1", "": "1",
    "state__regex": ".", "__class__": "x", "customer.name": "x", "limit[]": "1", "\0": "1", "x\udc80": "1",
}  # fmt: skip
VALUES = (
    "%00", "%ed%a0%80", "-1", "1e9", "99999999999999999999", "[]", "'+OR+1=1+--", "__class__", "ord_" + "0" * 32,
    "2026-02-30", "a," * 2000,
)  # fmt: skip


def test_queries_that_mean_nothing_are_refused_and_break_nothing(world: World, shop: Caller) -> None:
    """M13: names of lookups and columns, and values that no parameter can have."""
    mine, wrong = party(world, shop.shop), []
    made_up = urlencode(UNKNOWN, errors="surrogateescape")
    for operation in READING:
        own = call(operation, mine)
        refused = Call(operation, own.path, query=f"{own.query}&{made_up}").by(shop)
        pointed = {one["pointer"] for one in refused.json()["errors"] if one["code"] == "unknown-field"}
        if refused.status_code != 400 or len(pointed) != len(UNKNOWN):
            wrong.append((operation.name, refused.content))
        for parameter in [one["name"] for one in operation.query_parameters]:
            cache.clear()
            others = "&".join(part for part in own.query.split("&") if not part.startswith(f"{parameter}="))
            for value in VALUES:
                answer = undone(Call(operation, own.path, query=f"{others}&{parameter}={value}"), shop)
                if answer.status_code not in {200, 400, 404, 422}:
                    wrong.append((operation.name, parameter, value[:40], answer.content))
    assert wrong == []


def test_addresses_that_mean_nothing_are_not_there(world: World, shop: Caller) -> None:
    one, wrong = party(world, shop.shop), []
    before = world.fingerprint()
    for operation in [one for one in KEYED if one.path_parameters]:
        own = call(operation, one)
        for value in (
            "%00",
            "%ed%a0%80",
            "x" * 3000,
            "ord_" + "F" * 32,
            "99999999",
            "-",
            "None",
            "'",
            "..%2f",
            "%C3%A4",
            "*",
        ):
            for name in operation.path_parameters:
                there = own.path.replace(walk.own_id(operation, name, one), value)
                answer = undone(Call(operation, there, own.body, own.query), shop)
                if answer.status_code != 404 or answer["Content-Type"] != "application/problem+json":
                    wrong.append((operation.name, value[:40], answer.content))
    assert wrong == []
    assert world.fingerprint() == before
