"""Links lead from what one call answered to every call about it."""

from typing import Any

import pytest

from o2c.gateway import openapi
from tests.api import walk
from tests.api.walk import BODIES, Call, Operation, Party, operations, party
from tests.shops import Caller
from tests.world import World


def links_of(operation: Operation) -> list[dict[str, object]]:
    """The links that a success of an operation carries."""
    shared = openapi._document()["components"]["links"]
    return [
        shared[link["$ref"].rpartition("/")[2]]
        for status, response in operation.spec["responses"].items()
        if status.startswith("2")
        for link in response.get("links", {}).values()
    ]


def test_every_address_with_an_id_is_reached_by_a_link_that_knows_it() -> None:
    by_name = {operation.name: operation for operation in operations()}
    reached = set()
    for operation in operations():
        for link in links_of(operation):
            target = by_name[str(link["operationId"])]
            declared = {f"{one['in']}.{one['name']}" for one in target.spec.get("parameters", [])}
            told = set(link.get("parameters", {}))
            assert told <= declared, (operation, target)
            if "header.If-Match" in told:
                assert link["parameters"]["header.If-Match"] == "$response.header.ETag"
                responses = operation.spec["responses"]
                assert any("ETag" in one.get("headers", {}) for one in responses.values()), operation
            if {f"path.{name}" for name in target.path_parameters} <= told:
                reached.add(target.name)
    assert {one.name for one in operations() if one.path_parameters} - reached == set()


def test_what_begins_something_leads_to_all_that_can_be_done_with_it() -> None:
    by_name = {operation.name: operation for operation in operations()}

    def onward(name: str) -> set[str]:
        return {str(link["operationId"]) for link in links_of(by_name[name])}

    assert onward("placeOrder") >= {
        "getOrder", "amendOrder", "cancelOrder", "confirmOrder", "listOrderEvents", "recordPayment",
    }  # fmt: skip
    assert onward("quoteOrder") >= {"getQuote", "acceptQuote", "declineQuote"}
    assert onward("acceptQuote") >= {"amendOrder", "cancelOrder"}
    assert onward("moveClock") == {"getJob"}
    assert onward("listInvoices") == {"getInvoice", "getInvoicePdf"}


def told_by(answer: Any, expression: str) -> Any:
    """What an expression of a link means, such as ``$response.body#/id``."""
    if expression.startswith("$response.header."):
        return answer[expression.removeprefix("$response.header.")]
    found = answer.json()
    for name in expression.removeprefix("$response.body#/").split("/"):
        found = found[int(name)] if isinstance(found, list) else found[name]
    return found


def followed(link: dict[str, Any], answer: Any, mine: Party) -> Call:
    """The call that a link makes of an answer: addresses and members from the answer, the rest from the party."""
    target = next(one for one in operations() if one.name == link["operationId"])
    path, told = target.path, link.get("parameters", {})
    for name in target.path_parameters:
        path = path.replace(f"{{{name}}}", told_by(answer, told[f"path.{name}"]))
    body = BODIES[target.name](mine) if target.body_schema is not None else None
    named = {name: told_by(answer, what) for name, what in link.get("requestBody", {}).items()}
    if "order" in named:  # in place of the invoices
        body.pop("invoices", None)
    return Call(target, path, body=body | named if body is not None else None)


@pytest.mark.parametrize(("began", "refused"), [("placeOrder", {"confirmOrder"}), ("quoteOrder", set())])
def test_the_links_of_what_was_begun_do_what_they_are_called(
    world: World, shop: Caller, began: str, refused: set[str]
) -> None:
    mine = party(world, shop.shop)
    operation = next(one for one in operations() if one.name == began)
    answer = walk.call(operation, mine).by(shop)
    for link in links_of(operation):
        call = followed(link, answer, mine)
        if call.operation in walk.IN_SANDBOX:
            continue
        done = walk.undone(call, shop)
        expected = {409} if call.operation.name in refused else call.operation.succeeds
        assert done.status_code in expected, (call, done.content)
