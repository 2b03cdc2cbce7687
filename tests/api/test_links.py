"""Links lead from what one call answered to every call about it."""

from o2c.gateway import openapi
from tests.api.walk import Operation, operations


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
