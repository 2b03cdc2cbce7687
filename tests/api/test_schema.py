"""What the document promises, tried by schemathesis: every operation alone, and chains along the links.

Tried values are derived, not drawn, so a run finds the same tomorrow; each call or chain is taken back. Keys are
tried by `test_walks`, so schemathesis makes none up.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection, connections, transaction
from hypothesis import HealthCheck, Phase, given, settings, strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.core import NOT_SET
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.generation.stateful import run_state_machine_as_test
from schemathesis.specs.openapi.checks import (
    ignored_auth,
    negative_data_rejection,
    positive_data_acceptance,
)

from o2c.kernel.partition import SANDBOX
from tests.api import walk
from tests.api.walk import BODIES, ID, Operation, Party, party
from tests.shops import Caller, issued
from tests.world import World

OPERATIONS = {(one.path, one.method): one for one in walk.operations()}
# Why something of the right shape is refused as a request, 400: what a shape cannot say.
BEYOND_SHAPES = {
    "blank",  # only spaces
    "conflict", "one-of", "range", "repeated", "number", "future", "required",  # between members
    "unknown", "twice",  # positions of lines
    "currency-unknown", "unknown-type", "cursor-invalid", "null_characters_not_allowed",
    "surrogate_characters_not_allowed",
}  # fmt: skip


@pytest.fixture
def schema(django_db_setup, django_db_blocker) -> Any:
    """The document as it is served, and the application behind it; made anew, since what was tried before leaves traces
    in it, and with them other values would be tried.
    """
    with django_db_blocker.unblock():
        loaded = schemathesis.openapi.from_wsgi("/api/schema?format=json", get_wsgi_application())
    loaded.config.generation.with_security_parameters = False
    loaded.config.phases.stateful.inference.algorithms = []
    return loaded


@pytest.fixture
def one_connection(world: World) -> Iterator[None]:
    """Calls share the test's connection and transaction, as those of Django's own client do."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    be_patient(connection)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def be_patient(with_us: Any) -> None:
    """Let a connection wait in its transaction: making values up takes its time."""
    with with_us.cursor() as cursor:
        cursor.execute("SET idle_in_transaction_session_timeout = 0")


def runs(examples: int, **more: Any) -> settings:
    return settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        **more,
    )


@contextmanager
def taken_back(using: str = "default") -> Iterator[None]:
    """Nothing of the block stays."""
    cache.clear()
    with transaction.atomic(using=using):
        yield
        transaction.set_rollback(True, using=using)


class Values:
    """Real ids, SKUs and versions instead of made-up ones; what an answer told is real already."""

    def __init__(self, mine: Party) -> None:
        self.mine, self.known = mine, set(mine.found.values())
        self.by_prefix = {value[:3]: value for value in mine.found.values() if ID.fullmatch(value)}
        self.by_prefix["ord"] = mine["order_id"]

    def learn(self, text: str) -> None:
        self.known |= {found[0] for found in ID.finditer(text)}

    def put_into(self, case: Any, operation: Operation) -> None:
        for name, value in dict(case.path_parameters or {}).items():
            if value not in self.known:
                case.path_parameters[name] = walk.own_id(operation, name, self.mine)
        if case.body is not NOT_SET:
            case.body = self._real(case.body)
        if case.headers and "If-Match" in case.headers and not case.headers["If-Match"].endswith('ed"'):
            case.headers["If-Match"] = "*"

    def _real(self, value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {member: self._real(inner, member) for member, inner in value.items()}
        if isinstance(value, list):
            return [self._real(inner) for inner in value]
        if name == "sku" and isinstance(value, str):
            return self.mine["sku"]
        if name == "quantity":
            return pieces(value)
        found = ID.fullmatch(value) if isinstance(value, str) and value not in self.known else None
        return self.by_prefix.get(found[1], value) if found else value


def pieces(value: Any) -> Any:
    """A quantity without parts: what is for sale here is counted, which a shape cannot say."""
    with suppress(InvalidOperation, TypeError, ValueError):
        quantity = Decimal(value)
        if quantity.is_finite() and quantity % 1:
            return type(value)(quantity.to_integral_value(ROUND_CEILING))
    return value


def whole(value: Any) -> Any:
    """A body whose whole numbers are written as such: to a shape 5.0 is one, and we take no number with a point."""
    if isinstance(value, dict):
        return {name: whole(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [whole(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def refused_shape(response: Any) -> list[str]:
    """Why the shape of a call that has the documented one was refused."""
    if response.status_code != 400:
        return []
    told = response.json()
    codes = {error["code"] for error in told["errors"]} or {told["code"]}
    return [f"has the documented shape and was refused: {told}"] if codes - BEYOND_SHAPES else []


def wrong(case: Any, response: Any, *, beside: Sequence[Any] = (), **options: Any) -> list[str]:
    """What an answer breaks of the document, *beside* the checks that mean nothing here."""
    found = refused_shape(response) if case.meta.generation.mode == GenerationMode.POSITIVE else []
    unchecked = [ignored_auth, positive_data_acceptance, *beside]
    try:
        case.validate_response(response, excluded_checks=unchecked, **options)
    except FailureGroup as failed:
        found += [f"{one.title}: {one.message}"[:600] for one in failed.exceptions]
    return found


def try_all(schema: Any, operations: list[Operation], caller: Caller, mine: Party, *, examples: int) -> Any:
    """Call every one of these *operations* with what its shapes allow and with what they forbid."""
    statuses: Counter[int] = Counter()
    broken: list[str] = []
    headers = {"Authorization": f"Bearer {caller.secret}"}
    for operation in operations:
        described = schema[operation.path][operation.method]
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            if mode == GenerationMode.NEGATIVE and not operation.spec.get(
                "parameters", operation.body_schema
            ):
                continue

            def tried(case: Any, real: bool) -> None:
                if case.meta.generation.mode == GenerationMode.POSITIVE:
                    case.body = whole(case.body)
                if real and case.meta.generation.mode == GenerationMode.POSITIVE:
                    Values(mine).put_into(case, operation)  # noqa: B023 - it is called at once
                with taken_back():
                    response = case.call(headers=headers)
                statuses[response.status_code] += 1
                broken.extend(f"{operation.name}: {one}" for one in wrong(case, response))  # noqa: B023

            run = runs(examples)(given(described.as_strategy(generation_mode=mode), st.booleans())(tried))
            # Of some addresses every text has the right shape.
            with suppress(Unsatisfiable) if mode == GenerationMode.NEGATIVE else nullcontext():
                run()
    return statuses, broken


class Chain:
    """What schemathesis's machine is to do at each step: real values go in, and what is wrong comes out."""

    caller: Caller
    mine: Party
    followed: Counter[str]
    broken: list[str]

    def setup(self) -> None:
        self.values = Values(self.mine)
        self.whole = taken_back()
        self.whole.__enter__()

    def teardown(self) -> None:
        self.whole.__exit__(None, None, None)

    def before_call(self, case: Any) -> None:
        operation = OPERATIONS[case.operation.path, case.operation.method.upper()]
        if isinstance(case.body, dict) and operation not in walk.IN_SANDBOX:
            known = {name: it for name, it in case.body.items() if str(it) in self.values.known}
            case.body = BODIES[operation.name](self.mine) | known
        case.body = whole(case.body)
        self.values.put_into(case, operation)

    def get_call_kwargs(self, case: Any) -> dict[str, Any]:
        return {"headers": {"Authorization": f"Bearer {self.caller.secret}"}}

    def step(self, step: Any) -> Any:
        answered = super().step(step)
        if step.is_applied and answered.response.status_code < 300:
            self.followed[step.transition.id] += 1
        return answered

    def validate_response(self, response: Any, case: Any, **options: Any) -> None:
        self.values.learn(response.text)
        # What was made up to be wrong has real values by now.
        found = wrong(case, response, beside=[negative_data_rejection], recorder=self.recorder)
        self.broken.extend(f"{case.operation.label}: {one}" for one in found)


def chains(schema: Any, caller: Caller, mine: Party, *, examples: int, steps: int) -> Any:
    """Follow the links from what was made to what can be done with it; count what was done along which link."""
    followed: Counter[str] = Counter()
    broken: list[str] = []
    told = {"caller": caller, "mine": mine, "followed": followed, "broken": broken}
    machine = type("Links", (Chain, schema.as_state_machine()), told)
    run_state_machine_as_test(machine, settings=runs(examples, stateful_step_count=steps))
    return followed, broken


def outside_sandbox() -> list[Operation]:
    return [one for one in OPERATIONS.values() if one not in walk.IN_SANDBOX]


@pytest.mark.parametrize("half", [0, 1])  # two workers share them
def test_every_operation_is_as_documented(
    schema: Any, world: World, one_connection: None, shop: Caller, half: int
) -> None:
    statuses, broken = try_all(schema, outside_sandbox()[half::2], shop, party(world, shop.shop), examples=4)
    assert broken == []
    assert statuses[200] > 25
    assert statuses[400] > 25
    assert not {status for status in statuses if status >= 500}


def test_the_sandboxs_operations_are_as_documented(
    schema: Any, world: World, sandbox: None, one_connection: None, shop: Caller
) -> None:
    tester = Caller(issued(world, shop.shop, mode="test").secret, shop.shop)
    be_patient(connections[SANDBOX])
    statuses, broken = try_all(schema, walk.IN_SANDBOX, tester, party(world), examples=4)
    assert broken == []
    assert statuses[200] > 3
    assert not {status for status in statuses if status >= 500}


def test_links_lead_from_what_was_made_to_what_is_done_with_it(
    schema: Any, world: World, one_connection: None, shop: Caller
) -> None:
    followed, broken = chains(schema, shop, party(world, shop.shop), examples=18, steps=10)
    assert broken == []
    assert len(followed) > 9, followed


@pytest.mark.soak
def test_everything_tried_at_length(schema: Any, world: World, one_connection: None, shop: Caller) -> None:
    mine = party(world, shop.shop)
    _statuses, broken = try_all(schema, outside_sandbox(), shop, mine, examples=60)
    assert broken == []
    followed, broken = chains(schema, shop, mine, examples=200, steps=25)
    assert broken == []
    assert len(followed) > 40
