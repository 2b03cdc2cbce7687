"""One run: databases with a past of several sizes, contestants that take turns, and the figures."""

import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random

from django.contrib.auth import get_user_model
from django.db import connection

from bench import application, over_http, paper, scratch, yardstick
from bench.application import Application, CreditCheck
from bench.clients import Contestant, take_turns
from bench.measure import Slice, Subject, median_ratio
from bench.preload import preload, settle_down
from bench.yardstick import Yardstick
from customers.models import Customer
from invoicing.models import Invoice
from o2c.kernel.clock import now
from o2c.kernel.errors import DomainError
from reporting.checks import run_checks

YARDSTICK = "bare psycopg"
FIRST_DAY = date(2026, 1, 2)
CHECKS, WARM_UP_CHECKS = 600, 100
UNPAID_SHARE = 20  # every twentieth order, the last ones


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured; *sizes* are past orders, the smallest first."""

    sizes: tuple[int, ...] = (1_000, 10_000, 100_000)
    hot_orders: int = 100_000
    customers: int = 500
    products: int = 200
    rounds: int = 12
    seconds: float = 1.0
    clients: int = 1
    documents: int = 20
    only_hot: bool = False
    only_http: bool = False
    http: over_http.Plan = field(default_factory=over_http.Plan)


QUICK = Plan(
    sizes=(200, 1_000),
    hot_orders=0,
    customers=20,
    products=20,
    rounds=4,
    seconds=0.5,
    documents=3,
    http=over_http.Plan(rounds=3, seconds=1.0),
)


@dataclass(slots=True)
class Outcome:
    """What a run found."""

    plan: Plan
    slices: dict[str, list[Slice]] = field(default_factory=dict)
    statements: dict[str, int] = field(default_factory=dict)
    figures: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


Say = Callable[[str], None]


def size_name(orders: int) -> str:
    """Return how a size is called: 100000 is 100k."""
    return f"{orders // 1000}k" if orders % 1000 == 0 else str(orders)


def run(plan: Plan, say: Say) -> Outcome:
    """Build, measure, prove the books, and drop everything again.

    :raises Busy: another benchmark runs on this server.
    """
    outcome = Outcome(plan)
    started = now()
    with scratch.server() as server:
        build_base(server, plan, say)
        if plan.only_hot:
            _measure_hot_customer(outcome, server, say)
            outcome.problems += _disproved(started)
            return outcome
        if plan.only_http:
            pasts = [with_past(server, orders, plan, say) for orders in (plan.sizes[0], plan.sizes[-1])]
            _measure_http(outcome, pasts, say)
            outcome.problems += _disproved(started)
            return outcome
        yardstick_database = scratch.conninfo(server.create("yardstick"))
        say("The yardstick and its past")
        yardstick.build(
            yardstick_database, customers=plan.customers, products=plan.products, past_cycles=plan.sizes[0]
        )
        databases = {orders: with_past(server, orders, plan, say) for orders in plan.sizes}
        _measure_cycles(outcome, yardstick_database, databases, say)
        if plan.hot_orders:
            _measure_hot_customer(outcome, server, say)
        _measure_http(outcome, [databases[plan.sizes[0]], databases[plan.sizes[-1]]], say)
        scratch.use(databases[plan.sizes[0]])
        outcome.statements = application.statements_per_step(Application(), Random(0))
        _measure_paper(outcome, say)
        say("Proving the books")
        outcome.problems += [f"yardstick: {problem}" for problem in yardstick.problems(yardstick_database)]
        outcome.problems += _disproved(started)
    return outcome


def build_base(server: scratch.Server, plan: Plan, say: Say) -> None:
    """Make the database of a company that is ready to sell, from which the others are copied."""
    say("A company with customers, products and stock")
    scratch.use(server.create("base"))
    scratch.migrate()
    application.build(customers_wanted=plan.customers + 2, products_wanted=plan.products)
    connection.close()


def with_past(server: scratch.Server, orders: int, plan: Plan, say: Say) -> str:
    """Return the database of a company with so many past orders."""
    database = server.create(size_name(orders), template="base")
    scratch.use(database)
    started = time.perf_counter()
    preload(
        orders=orders,
        unpaid=orders // UNPAID_SHARE,
        customer_ids=_customers()[: plan.customers],
        since=FIRST_DAY,
        until=application.ON,
        actor_id=_clerk_id(),
    )
    say(f"{orders:,} past orders ({time.perf_counter() - started:.0f} s)")
    settle_down()
    connection.close()
    return database


def _customers() -> list[int]:
    return list(Customer.objects.order_by("pk").values_list("pk", flat=True))


def _clerk_id() -> int:
    return get_user_model().objects.get(username=application.CLERK).pk


def _application(database: str, customer_ids: list[int] | None = None) -> Callable[[], Subject]:
    def open_subject() -> Subject:
        scratch.use(database)
        return Application(customer_ids)

    return open_subject


def _measure_cycles(outcome: Outcome, yardstick_database: str, databases: dict[int, str], say: Say) -> None:
    plan = outcome.plan

    def open_yardstick() -> Subject:
        return Yardstick(yardstick_database, customers=plan.customers, products=plan.products)

    opened = [(YARDSTICK, open_yardstick)]
    opened += [(size_name(orders), _application(database)) for orders, database in databases.items()]
    say(f"{plan.rounds} rounds of {plan.seconds:g} s for each of {len(opened)}, in turn")
    outcome.slices |= _in_turn(opened, clients=1, plan=plan)
    smallest, largest = size_name(plan.sizes[0]), size_name(plan.sizes[-1])
    outcome.figures["limit"] = _ratio(outcome.slices[smallest], outcome.slices[YARDSTICK], "per_second")
    outcome.figures["limit_cpu"] = _ratio(outcome.slices[YARDSTICK], outcome.slices[smallest], "cpu_ms")
    outcome.figures["history_cpu"] = _ratio(outcome.slices[largest], outcome.slices[smallest], "cpu_ms")
    outcome.figures["client_cpu_ms"] = statistics.median(
        part.client_cpu_ms / part.cycles for part in outcome.slices[smallest]
    )
    outcome.figures["history"] = _ratio(outcome.slices[largest], outcome.slices[smallest], "cycle_ms")
    outcome.figures["per_second"] = statistics.median(part.per_second for part in outcome.slices[smallest])
    if plan.clients > 1:
        say(f"The same with {plan.clients} clients")
        crowd = _in_turn(opened[:2], clients=plan.clients, plan=plan)
        outcome.slices |= {f"{name}, {plan.clients} clients": slices for name, slices in crowd.items()}
        outcome.figures["limit_crowd"] = _ratio(crowd[smallest], crowd[YARDSTICK], "per_second")


def _in_turn(
    opened: Sequence[tuple[str, Callable[[], Subject]]], *, clients: int, plan: Plan
) -> dict[str, list[Slice]]:
    with ExitStack() as closing:
        contestants = []
        for name, open_subject in opened:
            contestant = Contestant(name, open_subject, clients=clients)
            closing.callback(contestant.close)
            contestants.append(contestant)
        return take_turns(contestants, rounds=plan.rounds, seconds=plan.seconds)


def _ratio(above: Sequence[Slice], below: Sequence[Slice], figure: str) -> float:
    return median_ratio([getattr(part, figure) for part in above], [getattr(part, figure) for part in below])


def _measure_http(outcome: Outcome, databases: Sequence[str], say: Say) -> None:
    plan = outcome.plan.http
    say(f"Orders over HTTP: {plan.connections} connections, {plan.rounds} rounds of {plan.seconds:g} s each")
    outcome.figures |= over_http.measure(databases, plan).figures()


def _measure_hot_customer(outcome: Outcome, server: scratch.Server, say: Say) -> None:
    """Compare placing an order for a customer with 100 past orders and for one with very many.

    Both have as little open; what a customer owes is work, what they once bought must not be.
    """
    plan = outcome.plan
    database = server.create("hot", template="base")
    scratch.use(database)
    *_, calm, hot = _customers()
    change_over = application.ON.replace(day=application.ON.day - 10)
    say(f"{plan.hot_orders:,} past orders of one customer, 100 of another")
    for customer, orders, since, until in [
        (hot, plan.hot_orders, FIRST_DAY, change_over),
        (calm, 100, change_over, application.ON),
    ]:
        preload(
            orders=orders,
            unpaid=5,
            customer_ids=[customer],
            since=since,
            until=until,
            actor_id=_clerk_id(),
        )
    settle_down()
    connection.close()
    opened = [("100 of one customer", _application(database, [calm]))]
    opened += [(f"{size_name(plan.hot_orders)} of one customer", _application(database, [hot]))]
    slices = _in_turn(opened, clients=1, plan=plan)
    outcome.slices |= slices
    few, many = ([statistics.median(part.wall_ms["place"]) for part in parts] for parts in slices.values())
    outcome.figures["hot_customer"] = median_ratio(many, few)
    scratch.use(database)
    _measure_credit_check(outcome, calm=calm, hot=hot)


def _measure_credit_check(outcome: Outcome, *, calm: int, hot: int) -> None:
    """Compare the decision alone, a few milliseconds that are taken back: in turn, one by one, in one process."""
    subject = CreditCheck()
    times: dict[int, list[float]] = {calm: [], hot: []}
    for number in range(CHECKS):
        for customer_id in (calm, hot) if number % 2 else (hot, calm):
            times[customer_id].append(subject.check(customer_id, Random(number)))
    few, many = times[calm][WARM_UP_CHECKS:], times[hot][WARM_UP_CHECKS:]
    outcome.figures["credit_check"] = median_ratio(many, few)
    outcome.figures["credit_check_ms"] = statistics.median(few)


def _measure_paper(outcome: Outcome, say: Say) -> None:
    say(f"{outcome.plan.documents} PDFs, and as many by bare WeasyPrint")
    invoice = Invoice.objects.filter(state=Invoice.State.ISSUED).order_by("-pk")[0]
    try:
        printing = paper.measure(invoice, documents=outcome.plan.documents)
    except DomainError as error:
        outcome.notes.append(f"PDFs were not measured: {error}")
        return
    outcome.figures["pdf"] = median_ratio(printing.bare_ms, printing.application_ms)
    outcome.figures["pdf_ms"] = statistics.median(printing.application_ms)


def _disproved(started: datetime) -> list[str]:
    """Return which checks of the books fail; nothing that began after *started* is late."""
    report = run_checks(now=started)
    return [f"application: {result.name}: {result.first_offender}" for result in report.failed]
