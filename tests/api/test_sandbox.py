"""Test keys: what they do is real, and none of it is in the books."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from catalog.models import Price, PriceList, Product
from customers.models import Customer, Message
from o2c import dispatch
from o2c.celery import app
from o2c.gateway.errors import InvalidKey, UnknownTestCustomer
from o2c.gateway.models import Shop
from o2c.gateway.sandbox import casts
from o2c.kernel import clock, longwork, partition, public_ids
from o2c.kernel.longwork.services import _runners as runners
from o2c.kernel.models import AuditEntry, Event, IdempotencyKey, Job, JobRun, Sandbox, User
from o2c.kernel.partition import Mode, SandboxNotConfigured, entered
from orders.models import Order
from reporting.checks import run_checks
from tests.shops import Caller, cus, issued, shop_in
from tests.world import World

PLENTY, NO_STOCK = casts.PLENTY.sku, casts.NO_STOCK.sku


def id_of(cast: casts.Cast) -> str:
    return public_ids.written("cus", cast.public_id)


def wanted(cast: casts.Cast, *, sku: str = PLENTY, quantity: str = "2", **more: object) -> dict[str, object]:
    return {"customer": id_of(cast), "lines": [{"sku": sku, "quantity": quantity}], **more}


def run_task(name: str) -> None:
    """What a worker does with a task that the scheduler sent."""
    app.loader.import_default_modules()
    app.tasks[name]()


def rest_of_sandbox() -> int:
    """What the workers do in the sandbox."""
    with entered(Mode.TEST):
        return dispatch.run_inline(leaving=["invoicing.tasks.render_pdf"])


@pytest.fixture
def tester(world: World, sandbox: None, noon: None) -> Caller:
    """A shop with a test key that may do everything."""
    shop = shop_in(world)
    return Caller(issued(world, shop, mode="test").secret, shop)


def test_a_test_order_is_placed_in_the_sandbox_and_shows_nowhere_in_the_books(
    world: World, tester: Caller
) -> None:
    live = Caller(issued(world, tester.shop).secret, tester.shop)
    mine, product = world.customer(), world.product(price="7.00")
    before = world.fingerprint()
    placed = tester.post("orders", wanted(casts.ALWAYS_GOOD, external_id="cart-1"))
    assert placed.status_code == 201, placed.content
    order = placed.json()
    assert (order["state"], order["gross"]) == ("confirmed", {"amount": "24.00", "currency": "GBP"})
    assert tester.get(f"orders/{order['id']}").json() == order
    assert world.fingerprint() == before

    assert live.get(f"orders/{order['id']}").json()["code"] == "not-found-here"
    assert live.get("orders").json()["data"] == []
    sold = live.post("orders", {"customer": cus(mine), "lines": [{"sku": product.sku, "quantity": "1"}],
                                "external_id": "cart-1"})  # fmt: skip
    assert sold.status_code == 201
    assert tester.get(f"orders/{sold.json()['id']}").json()["code"] == "not-found-here"
    assert tester.post("orders", wanted(casts.ALWAYS_GOOD) | {"customer": cus(mine)}).status_code == 404
    assert [one["id"] for one in tester.get("orders?external_id=cart-1").json()["data"]] == [order["id"]]


def test_the_shop_acts_in_the_sandbox_under_its_own_name(world: World, tester: Caller) -> None:
    tester.post("orders", wanted(casts.ALWAYS_GOOD))
    with entered(Mode.TEST):
        account = Order.objects.get(created_by__username__startswith="shop:").created_by
        assert (account.pk, account.username) == (tester.shop.account_id, tester.shop.account.username)
        assert Shop.objects.get().pk == tester.shop.pk
        assert not account.has_usable_password()
    Shop.objects.filter(pk=tester.shop.pk).update(name="Renamed", sees_all=False)
    assert tester.get("orders").json()["data"] == []
    with entered(Mode.TEST):
        assert Shop.objects.values_list("name", "sees_all").get() == ("Renamed", False)
        assert User.objects.count() == 2


def test_the_sandbox_has_what_the_company_sells_and_nothing_of_its_customers(
    world: World, sandbox: None
) -> None:
    product = world.product(price="7.00")
    private = world.agree(world.customer(), product, "6.00")
    with time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC), tick=False):
        tester = Caller(issued(world, shop := shop_in(world), mode="test").secret, shop)
        assert tester.get("sandbox").status_code == 200
    with entered(Mode.TEST):
        copied = Product.objects.get(sku=product.sku)
        assert Price.objects.get(product=copied).unit_price == Decimal(7)
        assert not PriceList.objects.filter(pk=private.pk).exists()
        assert set(Customer.objects.values_list("external_id", flat=True)) == {
            cast.external_id for cast in casts.CASTS
        }
        assert copied.stock_levels.get().on_hand == 1000
        assert run_checks(now=clock.unmoved()).passed
        assert (
            Product.objects.create(sku="ONE-MORE", name="x", tax_category=copied.tax_category).pk > copied.pk
        )


@pytest.mark.parametrize(
    ("cast", "sku", "state", "code"),
    [
        (casts.ALWAYS_GOOD, PLENTY, "confirmed", ""),
        (casts.ALWAYS_GOOD, NO_STOCK, "confirmed", ""),
        (casts.OVER_LIMIT, PLENTY, "on_hold", "credit-limit"),
        (casts.OVERDUE, PLENTY, "on_hold", "credit-overdue"),
        (casts.PREPAYMENT, PLENTY, "on_hold", "credit-prepayment"),
        (casts.BLOCKED, PLENTY, "on_hold", "credit-blocked"),
    ],
)
def test_casts_behave_as_they_say(tester: Caller, cast: casts.Cast, sku: str, state: str, code: str) -> None:
    order = tester.post("orders", wanted(cast, sku=sku)).json()
    assert order["state"] == state, order
    assert code in {"", *(reason["code"] for reason in order["hold"])}, order["hold"]
    assert order["lines"][0]["reserved"] == ("2" if (sku, state) == (PLENTY, "confirmed") else "0")


def test_who_takes_no_backorders_waits_for_what_nobody_has(tester: Caller) -> None:
    order = tester.post("orders", wanted(casts.NO_BACKORDERS, sku=NO_STOCK)).json()
    assert order["state"] == "on_hold"
    assert tester.post("orders", wanted(casts.NO_BACKORDERS)).json()["state"] == "confirmed"


def test_the_sandbox_tells_what_is_in_it(tester: Caller) -> None:
    told = tester.get("sandbox").json()
    assert (told["today"], told["days_ahead"]) == ("2026-11-20", 0)
    assert [one["external_id"] for one in told["customers"]] == [
        "test-always-good", "test-over-limit", "test-overdue", "test-prepayment", "test-blocked",
        "test-no-backorders",
    ]  # fmt: skip
    assert told["customers"][0]["id"] == "cus_7e570000000070008000000000000001"
    assert [one["sku"] for one in told["products"]] == ["TEST-PLENTY", "TEST-NO-STOCK"]
    with CaptureQueriesContext(connections["sandbox"]) as captured:
        tester.get("sandbox")
    assert len(captured) == 6


def test_a_developer_plays_the_desks_from_shipping_to_payment(tester: Caller) -> None:
    order = tester.post("orders", wanted(casts.ALWAYS_GOOD)).json()
    rest_of_sandbox()

    def play(step: str) -> int:
        return tester.post("sandbox/simulate", {"order": order["id"], "do": step}).status_code

    assert (
        tester.post("sandbox/simulate", {"order": order["id"], "do": "deliver"}).json()["code"]
        == "cannot-simulate"
    )
    assert [play("ship"), play("deliver"), play("invoice"), play("pay")] == [204, 204, 204, 204]
    again = tester.post("sandbox/simulate", {"order": order["id"], "do": "pay"})
    assert (again.status_code, again.json()["code"]) == (409, "cannot-simulate")
    rest_of_sandbox()
    assert tester.get(f"orders/{order['id']}").json()["stage"] == "closed"
    held = tester.post("orders", wanted(casts.PREPAYMENT)).json()
    tester.post("sandbox/simulate", {"order": held["id"], "do": "pay"})
    assert tester.get(f"orders/{held['id']}").json()["state"] == "confirmed"
    with entered(Mode.TEST):
        assert run_checks(now=clock.unmoved()).passed


def test_the_sandbox_is_played_with_test_keys_and_its_scope_only(world: World, tester: Caller) -> None:
    live = Caller(issued(world, tester.shop).secret, tester.shop)
    for path, body in (("sandbox/reset", None), ("sandbox/clock", {"advance_days": 1}),
                       ("sandbox/simulate", {"order": "ord_" + "0" * 32, "do": "ship"})):  # fmt: skip
        assert live.post(path, body).json()["code"] == "only-in-sandbox"
    assert live.get("sandbox").json()["code"] == "only-in-sandbox"
    reader = Caller(issued(world, tester.shop, mode="test", scopes=["orders:read"]).secret, tester.shop)
    assert reader.get("sandbox").json()["code"] == "scope-missing"
    unknown = tester.post("sandbox/simulate", {"order": "ord_" + "0" * 32, "do": "ship"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not-found-here")
    wrong = tester.post("sandbox/simulate", {"order": "cus_1", "do": "fly"})
    assert {error["pointer"] for error in wrong.json()["errors"]} == {"/order", "/do"}


def test_the_clock_moves_by_a_job_that_lives_through_every_night(world: World, tester: Caller) -> None:
    order = tester.post("orders", wanted(casts.ALWAYS_GOOD)).json()
    for step in ("ship", "invoice"):
        tester.post("sandbox/simulate", {"order": order["id"], "do": step})
    begun = tester.post("sandbox/clock", {"advance_days": 3})
    assert begun.status_code == 202, begun.content
    job = begun.json()
    assert begun["Location"] == f"/api/v1/jobs/{job['id']}"
    assert (job["state"], job["progress"], job["error"]) == ("queued", {"done": 0, "total": 3}, None)
    assert tester.get("sandbox").json()["today"] == "2026-11-20"
    rest_of_sandbox()
    done = tester.get(f"jobs/{job['id']}").json()
    assert (done["state"], done["progress"]["done"]) == ("done", 3), done
    assert done["outcome"] == {"today": "2026-11-23", "days": 3, "refused": {}}
    told = tester.get("sandbox").json()
    assert (told["today"], told["days_ahead"]) == ("2026-11-23", 3)
    assert tester.get(f"orders/{order['id']}").json()["stage"] == "invoiced"
    with entered(Mode.TEST):
        runs = JobRun.objects.filter(job="credit.tasks.assess_customers", state="done")
        assert runs.count() == 3
        assert run_checks(now=clock.unmoved()).passed
    assert not JobRun.objects.exists()
    assert clock.today("Europe/London") == date(2026, 11, 20)


def test_the_clock_goes_forward_by_sixty_days_at_most(tester: Caller) -> None:
    for body in ({}, {"advance_days": 61}, {"advance_days": 0}, {"advance_days": 1, "to": "2026-11-21"}):
        assert tester.post("sandbox/clock", body).json()["code"] == "validation-failed", body
    for to in ("2026-11-20", "2026-11-01", "2027-03-01"):
        refused = tester.post("sandbox/clock", {"to": to})
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid-clock")
    assert tester.post("sandbox/clock", {"to": "2026-11-21"}).json()["progress"]["total"] == 1
    with entered(Mode.TEST):
        assert Job.objects.count() == 1


def test_a_job_goes_on_where_its_worker_died_and_tells_its_own_shop_only(
    world: World, tester: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = tester.post("sandbox/clock", {"advance_days": 3}).json()["id"]
    lived: list[int] = []

    def dies(refused: dict[str, int]) -> None:
        lived.append(partition.ahead().days)
        if lived == [1, 2]:
            raise KeyboardInterrupt

    monkeypatch.setattr("o2c.operations.sandbox_clock._live_through_the_night", dies)
    with entered(Mode.TEST):
        job = Job.objects.get()
        with pytest.raises(KeyboardInterrupt):
            longwork.run(job_id=job.pk, now=clock.unmoved)
    assert tester.get(f"jobs/{job_id}").json()["progress"] == {"done": 1, "total": 3}
    with entered(Mode.TEST):
        longwork.run(job_id=job.pk, now=clock.unmoved)
        longwork.run(job_id=job.pk, now=clock.unmoved)
    assert lived == [1, 2, 2, 3]
    assert tester.get(f"jobs/{job_id}").json()["state"] == "done"
    other = shop_in(world)
    stranger = Caller(issued(world, other, mode="test").secret, other)
    assert stranger.get(f"jobs/{job_id}").json()["code"] == "not-found-here"
    assert tester.get("jobs/job_1").json()["code"] == "not-found-here"


def test_a_job_that_is_refused_says_why(tester: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    job_id = tester.post("sandbox/clock", {"advance_days": 1}).json()["id"]

    def refuses(job: Job, told: object) -> dict[str, object]:
        raise InvalidKey("Not today.")

    monkeypatch.setitem(runners, Job.Kind.CLOCK, refuses)
    rest_of_sandbox()
    failed = tester.get(f"jobs/{job_id}").json()
    assert (failed["state"], failed["error"]["code"]) == ("failed", "invalid-api-key")
    assert failed["finished_at"]


def test_a_reset_begins_anew_and_keeps_who_calls(tester: Caller) -> None:
    first = tester.post("orders", wanted(casts.ALWAYS_GOOD)).json()
    tester.post("sandbox/clock", {"advance_days": 2})
    rest_of_sandbox()
    waiting = tester.post("sandbox/clock", {"advance_days": 2}).json()["id"]
    done = tester.post("sandbox/reset", key="again")
    assert done.status_code == 200, done.content
    assert (done.json()["today"], done.json()["days_ahead"]) == ("2026-11-20", 0)
    assert tester.get("orders").json()["data"][:-1] == []
    assert tester.get(f"orders/{first['id']}").status_code == 404
    assert tester.get(f"jobs/{waiting}").json()["error"]["code"] == "sandbox-reset"
    second = tester.post("orders", wanted(casts.ALWAYS_GOOD)).json()
    assert second["number"] == "SO-10002"  # the first is what the overdue customer owes
    assert tester.post("sandbox/reset", key="again").content == done.content
    assert tester.get(f"orders/{second['id']}").status_code == 200
    with entered(Mode.TEST):
        assert Sandbox.objects.get().ahead == timedelta()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D'")
            assert cursor.fetchone() == (0,)


def test_no_mail_of_the_sandbox_is_sent(tester: Caller, mailoutbox: list[object]) -> None:
    tester.get("sandbox")
    with entered(Mode.TEST):
        customer = Customer.objects.get(external_id="test-always-good")
        customer.contacts.create(role="ordering", name="Ann", email="ann@customer.example")
    tester.post("orders", wanted(casts.ALWAYS_GOOD))
    rest_of_sandbox()
    with entered(Mode.TEST):
        assert Message.objects.filter(state="queued").exists()
        run_task("customers.tasks.send_messages")
        assert Message.objects.get(recipient_email="ann@customer.example").state == "sent"
    assert mailoutbox == []


def test_a_key_is_bound_on_its_own_side(world: World, tester: Caller) -> None:
    tester.get("sandbox")
    with entered(Mode.TEST):
        number = Customer.objects.get(external_id="test-over-limit").number
    bound = Caller(issued(world, tester.shop, mode="test", test_customer=number).secret, tester.shop)
    order = bound.post("orders", {"lines": [{"sku": PLENTY, "quantity": "1"}]}).json()
    assert (order["customer"], order["state"]) == (id_of(casts.OVER_LIMIT), "on_hold")
    assert bound.post("orders", wanted(casts.ALWAYS_GOOD)).status_code == 404
    with pytest.raises(UnknownTestCustomer):
        issued(world, tester.shop, mode="test", test_customer="C-77")
    with pytest.raises(InvalidKey):
        issued(world, tester.shop, mode="test", customer_id=world.customer().pk)
    with pytest.raises(InvalidKey):
        issued(world, tester.shop, test_customer=number)


def test_without_a_sandbox_there_are_no_test_keys(world: World) -> None:
    with pytest.raises(SandboxNotConfigured, match="SANDBOX_DATABASE_URL"):
        issued(world, shop_in(world), mode="test")


def test_a_live_key_costs_nothing_more_and_an_exception_leaves_the_sandbox(
    world: World, tester: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = Caller(issued(world, tester.shop).secret, tester.shop)
    live.get("orders")
    with CaptureQueriesContext(connections["sandbox"]) as captured:
        live.get("orders")
    assert len(captured) == 0
    tester.get("orders")

    def broken(*_args: object, **_options: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("orders.api.views.OrdersView.get", broken)
    assert tester.get("orders").json()["code"] == "internal-failure"
    assert partition.current() is Mode.LIVE


def test_answers_are_forgotten_after_a_week_of_real_time(world: World, tester: Caller) -> None:
    tester.post("orders", wanted(casts.ALWAYS_GOOD), key="k-1")
    with entered(Mode.TEST):
        Sandbox.objects.update(ahead=timedelta(days=20))
    with entered(Mode.TEST):
        run_task("o2c.gateway.tasks.forget_answers")
        assert IdempotencyKey.objects.filter(key="k-1").exists()
        fresh = IdempotencyKey.objects.count()
        IdempotencyKey.objects.filter(key="k-1").update(created_at=clock.unmoved() - timedelta(days=8))
        with time_machine.travel(datetime(2026, 11, 21, 12, tzinfo=UTC), tick=False):
            JobRun.objects.all().delete()
            IdempotencyKey.objects.exclude(key="k-1").update(created_at=clock.unmoved() - timedelta(days=6))
            run_task("o2c.gateway.tasks.forget_answers")
        assert IdempotencyKey.objects.count() == fresh - 1
        assert not IdempotencyKey.objects.filter(key="k-1").exists()


def test_the_audit_names_the_shop_and_no_event_of_the_sandbox_is_the_books(
    world: World, tester: Caller
) -> None:
    known = Event.objects.count(), AuditEntry.objects.count()
    tester.post("orders", wanted(casts.ALWAYS_GOOD))
    assert (Event.objects.count(), AuditEntry.objects.count()) == known
    with entered(Mode.TEST):
        assert Event.objects.filter(kind="order.confirmed", actor=tester.shop.account_id).count() == 1
