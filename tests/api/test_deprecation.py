"""What goes away is announced for a year, on every answer and in the document."""

from datetime import date

import pytest

from o2c.gateway import openapi
from o2c.kernel.api.deprecation import Deprecation
from tests.shops import Caller
from tests.world import World

GOES = Deprecation(
    since=date(2026, 11, 1),
    until=date(2027, 11, 1),
    see="https://shop.example/changes",
    methods=frozenset({"GET"}),
)


def test_what_goes_away_says_so_on_every_answer(
    world: World, shop: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orders.api.views.OrdersView.deprecated", GOES)
    for answer in (
        shop.get("orders"),
        shop("HEAD", "orders"),
        shop.get("orders?limit=0"),
        shop.get("orders?x=1"),
    ):
        assert (answer["Deprecation"], answer["Sunset"]) == ("@1793491200", "Mon, 01 Nov 2027 00:00:00 GMT")
        assert answer["Link"] == '<https://shop.example/changes>; rel="deprecation"; type="text/html"'
    for answer in (shop.post("orders", {}), shop.get("products")):
        assert not {"Deprecation", "Sunset", "Link"} & set(answer.headers)


def test_the_document_strikes_it_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orders.api.views.OrdersView.deprecated", GOES)
    orders = openapi._document.__wrapped__()["paths"]["/api/v1/orders"]
    assert orders["get"]["deprecated"] is True
    assert "deprecated" not in orders["post"]


def test_shops_have_a_year() -> None:
    with pytest.raises(ValueError, match="less than a year"):
        Deprecation(since=date(2026, 11, 1), until=date(2027, 10, 31), see="https://shop.example/changes")
