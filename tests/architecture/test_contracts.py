"""What the modules promise each other: layers, relations, errors, verbs, events and handlers."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from celery import Task
from django.apps import apps
from django.db import models

from o2c import wiring
from o2c.kernel.errors import DomainError
from o2c.kernel.events import DomainEvent
from tests.architecture.source import APPS, ROOT, Module, calls, modules, planted

DOMAIN = [app for app in APPS if app not in {"kernel", "reporting"}]


def layers() -> dict[str, int]:
    """The floor of every app, from the import contract: 0 is the ground."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    [spine] = [contract for contract in contracts if contract["id"] == "paper-trail"]
    floors = {}
    for floor, names in enumerate(reversed(spine["layers"])):
        for name in re.split(r"[|:]", names):
            floors[name.strip().removeprefix("o2c.")] = floor
    return floors


def lint_imports(where: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(command, cwd=where, capture_output=True, text=True, check=False, timeout=120)


needs_linter = pytest.mark.skipif(
    not Path(sys.executable).with_name("lint-imports").exists(),
    reason="the lint packages are not installed: dev.py check installs them",
)


@needs_linter
def test_the_import_contract_holds() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout


@needs_linter
def test_the_import_contract_notices_each_way_to_break_it(tmp_path: Path) -> None:
    for package in ["o2c", *APPS[1:]]:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for module, line in {
        "ledger/rules.py": "import invoicing.events",  # knows what it causes
        "credit/rules/decision.py": "import django.db",  # not plain Python
        "orders/selectors/lists.py": "import orders.services",  # the domain upside down
        "inventory/services/moves.py": "import celery",  # sees delivery
    }.items():
        path = tmp_path / module
        path.write_text(path.read_text() + f"\n{line}\n")
    result = lint_imports(tmp_path)
    assert result.returncode == 1
    assert "4 broken" in result.stdout, result.stdout


def test_foreign_keys_point_down_the_spine() -> None:
    floors = layers()
    assert len(floors) > 10
    upward = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in floors
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
        and field.related_model._meta.app_label in floors
        and model._meta.app_label != field.related_model._meta.app_label
        and floors[model._meta.app_label] <= floors[field.related_model._meta.app_label]
    ]
    assert upward == []


def test_every_state_and_kind_is_checked_by_the_database() -> None:
    unchecked = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in {*APPS, "kernel"}
        for field in model._meta.get_fields()
        if getattr(field, "choices", None)
        and field.name not in {"language", "role"}  # a language is text; an account's role is an enum
        and not any(
            isinstance(found, models.CheckConstraint) and f"'{field.name}__in'" in str(found.condition)
            for found in model._meta.constraints
        )
    ]
    assert unchecked == []


def test_no_model_field_is_a_float() -> None:
    assert [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.FloatField)
    ] == []


# ---- errors
def subclasses(of: type) -> Iterator[type]:
    """The product's subclasses; ``dataclass(slots=True)`` leaves the class it replaced behind."""
    for found in of.__subclasses__():
        if getattr(sys.modules.get(found.__module__), found.__name__, None) is found:
            yield found
        yield from subclasses(found)


def test_every_error_has_a_code_of_its_own_and_an_explanation() -> None:
    for app in DOMAIN:
        import_module(f"{app}.errors") if (ROOT / app / "errors.py").exists() else None
    errors = [
        DomainError,
        *(found for found in set(subclasses(DomainError)) if "tests" not in found.__module__),
    ]
    codes = Counter(error.code for error in errors)
    assert [code for code, uses in codes.items() if uses > 1] == []
    for error in errors:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", error.code), error
        assert 400 <= error.status < 600, error
        assert error.__doc__, error


# ---- verbs
def public_functions(app: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    """The public functions of an app's services that a verb or building block decorates."""
    for module in modules():
        if re.match(rf"{app}/services(\.py|/)", module.path):
            yield from ((module.path, node) for node in services_in(module))


def services_in(module: Module) -> Iterator[ast.FunctionDef]:
    for node in module.tree.body:
        decorators = {ast.unparse(found) for found in getattr(node, "decorator_list", [])}
        if isinstance(node, ast.FunctionDef) and decorators & {"verb", "requires_transaction"}:
            yield node


def unclear(node: ast.FunctionDef) -> list[str]:
    """What a service's signature and docstring leave open."""
    arguments = node.args
    found = []
    if arguments.args or arguments.posonlyargs or arguments.vararg:
        found.append("not keyword-only")
    named = [*arguments.kwonlyargs, *([arguments.kwarg] if arguments.kwarg else [])]
    if node.returns is None or any(argument.annotation is None for argument in named):
        found.append("not typed")
    if not ast.get_docstring(node):
        found.append("not documented")
    return found


@pytest.mark.parametrize("app", DOMAIN)
def test_every_service_is_keyword_only_typed_and_documented(app: str) -> None:
    announced = {"announce", "post_entry"}  # take one draft each, by position
    problems = {
        f"{path}:{node.name}": unclear(node)
        for path, node in public_functions(app)
        if not node.name.startswith("_") and node.name not in announced and unclear(node)
    }
    assert problems == {}


def test_an_unclear_service_is_noticed() -> None:
    sample = planted("@verb\ndef pay(amount, *, on):\n    return amount")
    assert [unclear(node) for node in services_in(sample)] == [
        ["not keyword-only", "not typed", "not documented"]
    ]


@pytest.mark.parametrize("app", DOMAIN)
def test_a_service_names_the_errors_that_it_raises(app: str) -> None:
    assert list(unnamed(public_functions(app))) == []


def unnamed(functions: Iterator[tuple[str, ast.FunctionDef]]) -> Iterator[str]:
    for path, node in functions:
        documented = ast.get_docstring(node) or ""
        for found in ast.walk(node):
            if isinstance(found, ast.Raise) and isinstance(found.exc, ast.Call):
                error = ast.unparse(found.exc.func).split(".")[-1]
                if error[0].isupper() and error not in documented and error != "NotFound":
                    yield f"{path}:{node.name} raises {error}"


def test_an_error_that_is_raised_and_not_named_is_noticed() -> None:
    sample = planted(
        '@verb\ndef pay(*, on: date) -> None:\n    """Pay."""\n    raise errors.PeriodClosed("x")'
    )
    named = ((sample.path, node) for node in services_in(sample))
    assert list(unnamed(named)) == ["orders/services/planted.py:pay raises PeriodClosed"]


def test_the_errors_that_docstrings_name_exist() -> None:
    known = {error.__name__ for error in subclasses(DomainError)} | {"RuntimeError", "ValueError"}
    for app in DOMAIN:
        for path, node in public_functions(app):
            for name in re.findall(r":raises (\w+):", ast.get_docstring(node) or ""):
                assert name in known, f"{path}:{node.name} names {name}"


# ---- events and handlers
def events() -> list[type[DomainEvent]]:
    for app in DOMAIN:
        import_module(f"{app}.events")
    found = [found for found in subclasses(DomainEvent) if not found.__module__.startswith("tests")]
    return [event for event in found if "kind" in vars(event)]  # an app's own base of its events has none


def test_every_event_stands_in_its_apps_events_with_a_kind_of_its_own() -> None:
    kinds = Counter(event.kind for event in events())
    assert [kind for kind, uses in kinds.items() if uses > 1] == []
    for event in events():
        assert event.__module__.split(".")[-1] == "events", event
        assert re.fullmatch(r"[a-z_]+\.[a-z_]+", event.kind), event
        assert len(event.kind) <= 60


def test_every_event_is_announced_somewhere_and_only_by_services() -> None:
    announced = Counter[str]()
    for module in modules():
        for name, node in calls(module):
            if name.split(".")[-1] == "announce":
                assert "services" in module.path, f"{module}:{node.lineno}"
                announced.update(re.findall(r"\b[A-Z]\w+", ast.unparse(node.args[0])))
    assert [event.__name__ for event in events() if event.__name__ not in announced] == []


def test_the_wiring_names_events_that_are_announced_and_tasks_that_exist() -> None:
    assert set(wiring.WIRING) <= set(events())
    for event, tasks in wiring.WIRING.items():
        for task in tasks:
            assert isinstance(task, Task)
            module, _, name = task.name.rpartition(".")
            assert getattr(import_module(module), name).name == task.name, (event, task)
    handlers = [name for names in wiring.HANDLERS.values() for name in names]
    assert set(handlers) == set(wiring.TASKS)
    assert all(len(name) <= 100 for name in handlers)


def test_handlers_stand_above_or_beside_the_events_that_wake_them() -> None:
    floors = layers()
    for event, tasks in wiring.WIRING.items():
        for task in tasks:
            cause, effect = (
                floors[name.removeprefix("o2c.").split(".")[0]] for name in (event.__module__, task.name)
            )
            assert effect >= cause, f"{event.__name__} wakes {task.name}"
            assert task.__doc__, task.name
