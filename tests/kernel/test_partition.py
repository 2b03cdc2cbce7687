"""Two sets of books behind one code: what is done in one is not there in the other."""

from datetime import date, timedelta
from decimal import Decimal
from threading import Thread

import pytest
import time_machine
from django.db import IntegrityError, close_old_connections, connection, connections, transaction

from catalog.models import PriceList
from ledger.models import Account
from o2c.celery import SCHEDULE, app, daily_jobs, in_the_sandbox
from o2c.kernel import clock, partition
from o2c.kernel.background import PartitionedTask
from o2c.kernel.db import fetch_all, verb
from o2c.kernel.models import Event, Sandbox
from o2c.kernel.partition import Mode, SandboxNotConfigured, SandboxNotReady, entered
from tests.conftest import in_parallel
from tests.world import build_world

BOOKS = "SELECT current_database()"


def name_of_books() -> str:
    return str(fetch_all(BOOKS, [])[0][0])


def test_every_way_to_the_database_leads_into_the_books_that_were_entered(sandbox: None) -> None:
    assert name_of_books().endswith("_sandbox") is False
    with entered(Mode.TEST):
        assert name_of_books().endswith("_sandbox")
        assert connection.alias == "default"
        made = PriceList.objects.create(code="only-here", name="Sandbox", currency="GBP")
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM catalog_pricelist")
            assert cursor.fetchone() == (1,)
        assert PriceList.objects.filter(pk__in=PriceList.objects.using("default").all()).exists()
    assert not PriceList.objects.filter(code="only-here").exists()
    assert made._state.db == "default"
    assert PriceList.objects.using("sandbox").get() == made


def test_an_order_of_the_sandbox_is_in_no_book_of_the_company_and_has_a_number_of_its_own(
    sandbox: None,
) -> None:
    books = build_world()
    first = books.order(books.customer(), (books.product(), "1"))
    before = books.fingerprint()
    with entered(Mode.TEST):
        world = build_world()
        invoice = world.invoice(world.ship(world.order(world.customer(), (world.product(), "1"))))
        assert invoice.number.endswith("00001")
        assert Event.objects.filter(kind="invoice.issued").exists()
        inside = world.fingerprint()
    assert books.fingerprint() == before
    books.invoice(books.ship(first))
    with entered(Mode.TEST):
        assert world.fingerprint() == inside


def test_blocks_nest_and_an_exception_leads_back(sandbox: None) -> None:
    with entered(Mode.TEST), entered(Mode.TEST):
        with entered(Mode.LIVE):
            assert partition.current() is Mode.LIVE
            assert not name_of_books().endswith("_sandbox")
            with entered(Mode.TEST):
                assert name_of_books().endswith("_sandbox")
        assert partition.current() is Mode.TEST
        assert name_of_books().endswith("_sandbox")
    with pytest.raises(ZeroDivisionError), entered(Mode.TEST), entered(Mode.LIVE):
        _ = 1 / 0
    assert partition.current() is Mode.LIVE
    assert not name_of_books().endswith("_sandbox")
    assert connections["sandbox"].alias == "sandbox"


def test_a_transaction_of_the_sandbox_ends_without_the_books(sandbox: None) -> None:
    @verb
    def in_both() -> None:
        Account.objects.filter(pk=0).update(name="")
        with entered(Mode.TEST):
            build_world()
        raise IntegrityError("the books refuse")

    with pytest.raises(IntegrityError):
        in_both()
    assert not Account.objects.exists()
    with entered(Mode.TEST):
        assert Account.objects.exists()


@pytest.mark.committed
def test_what_waits_for_a_commit_waits_for_the_commit_of_its_own_books(sandbox: None) -> None:
    told: list[str] = []
    with transaction.atomic():
        transaction.on_commit(lambda: told.append("books"))
        with entered(Mode.TEST), transaction.atomic():
            transaction.on_commit(lambda: told.append("sandbox"))
        assert told == ["sandbox"]
    assert told == ["sandbox", "books"]


@pytest.mark.committed
def test_another_thread_is_in_the_books_of_the_company(sandbox: None) -> None:
    seen: list[str] = []
    with entered(Mode.TEST):
        thread = Thread(target=lambda: (seen.append(name_of_books()), connections.close_all()))
        thread.start()
        thread.join()
        assert name_of_books() != seen[0]

    def alternate(first: Mode, second: Mode) -> set[tuple[Mode, bool]]:
        found = set()
        for _ in range(20):
            for mode in (first, second):
                with entered(mode):
                    found.add((mode, name_of_books().endswith("_sandbox")))
                close_old_connections()
        return found

    right = {(Mode.LIVE, False), (Mode.TEST, True)}
    results = in_parallel(lambda: alternate(Mode.LIVE, Mode.TEST), lambda: alternate(Mode.TEST, Mode.LIVE))
    assert results == [right, right]


@pytest.mark.committed
def test_a_connection_that_was_lost_is_opened_again_into_the_same_books(sandbox: None) -> None:
    with entered(Mode.TEST):
        lost = fetch_all("SELECT pg_backend_pid()", [])[0][0]
        with entered(Mode.LIVE):
            fetch_all("SELECT pg_terminate_backend(%s)", [lost])
        connection.health_check_enabled = True
        connection.settings_dict["CONN_HEALTH_CHECKS"] = True
        connection.close_if_unusable_or_obsolete()
        connection.health_check_done = False
        connection.close_if_health_check_failed()
        assert name_of_books().endswith("_sandbox")
        connection.settings_dict["CONN_HEALTH_CHECKS"] = False


def test_the_clock_of_the_sandbox_is_ahead_of_the_real_one_and_the_books_know_nothing_of_it(
    sandbox: None,
) -> None:
    with entered(Mode.TEST):
        Sandbox.objects.create(pk=1, ahead=timedelta(days=40))
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False):
        assert clock.today("Europe/London") == date(2026, 11, 20)
        with entered(Mode.TEST):
            assert clock.today("Europe/London") == date(2026, 12, 30)
            assert clock.now() - clock.unmoved() == timedelta(days=40)
            with partition.moved(timedelta(days=41)):
                assert clock.today("Europe/London") == date(2026, 12, 31)
            with entered(Mode.LIVE):
                assert clock.today("Europe/London") == date(2026, 11, 20)


def test_where_no_sandbox_is_configured_nobody_enters_it(database: None) -> None:
    assert partition.all_modes() == [Mode.LIVE]
    with pytest.raises(SandboxNotConfigured), entered(Mode.TEST):
        pass
    assert name_of_books()


def test_a_sandbox_that_was_not_prepared_is_told_as_such(sandbox: None) -> None:
    connections["sandbox"].close()
    connections["sandbox"].settings_dict["NAME"] = "o2c_of_nobody"
    with pytest.raises(SandboxNotReady), entered(Mode.TEST):
        pass
    assert partition.current() is Mode.LIVE


def test_a_task_works_in_the_books_that_its_message_names(sandbox: None) -> None:
    seen: list[tuple[Mode, Decimal]] = []

    @app.task(name="tests.where", shared=False)
    def where(amount: str) -> None:
        seen.append((partition.current(), Decimal(amount)))

    assert isinstance(where, PartitionedTask)
    where("1")
    with entered(Mode.TEST):
        where("2")
    where.apply(args=["3"], headers={"partition": "test"})
    where.apply(args=["4"])
    app.tasks.pop("tests.where")
    assert seen == [
        (Mode.LIVE, Decimal(1)), (Mode.TEST, Decimal(2)), (Mode.TEST, Decimal(3)), (Mode.LIVE, Decimal(4)),
    ]  # fmt: skip


def test_the_schedule_does_everything_in_the_sandbox_too(database: None) -> None:
    twins = in_the_sandbox(SCHEDULE)
    assert len(twins) == len(SCHEDULE)
    assert {entry["options"]["headers"]["partition"] for entry in twins.values()} == {"test"}
    assert all("headers" not in entry["options"] for entry in SCHEDULE.values())
    jobs = daily_jobs()
    assert jobs[0] == "orders.tasks.expire_quotes"
    assert jobs.index("credit.tasks.assess_customers") < jobs.index("reporting.tasks.certify")
    app.loader.import_default_modules()
    assert set(app.tasks) >= set(jobs)
