"""What a page shows is planned for what it asks; what verbs do again and again is planned once."""

import gc

from o2c.kernel.db import fetch_all, planned_anew
from o2c.wsgi import settle
from tests.world import World

KEPT = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s"
TIMES = 8  # more than psycopg waits before it prepares


def prepared(part: str) -> int:
    """How many statements with this in them are kept with a plan."""
    [(found,)] = fetch_all(KEPT, [f"%{part}%"])
    return found


def test_a_statement_that_is_repeated_is_planned_once(world: World) -> None:
    for number in range(TIMES):
        fetch_all("SELECT %s::int AS planned_once", [number])
    assert prepared("AS planned_once") == 1


def test_what_is_planned_anew_keeps_no_plan_and_leaves_the_rest_as_it_was(world: World) -> None:
    with planned_anew():
        for number in range(TIMES):
            fetch_all("SELECT %s::int AS seen_in_a_page", [number])
    assert prepared("AS seen_in_a_page") == 0
    for number in range(TIMES):
        fetch_all("SELECT %s::int AS after_the_page", [number])
    assert prepared("AS after_the_page") == 1


def test_a_page_is_planned_for_its_filters(world: World, sign_in) -> None:
    world.order(world.customer(), (world.product(), "1"))
    client = sign_in("Order clerk")
    before = prepared("orders_order")
    for number in range(TIMES):
        assert client.get(f"/orders/?q=SO-{number}").status_code == 200
        assert client.get("/find/?q=SO-1", headers={"X-Requested-With": "fetch"}).status_code == 200
    assert prepared("orders_order") == before


def test_a_web_process_leaves_what_it_loaded_out_of_later_looks_for_garbage() -> None:
    gc.unfreeze()
    settle()
    assert gc.get_freeze_count() > 50_000
