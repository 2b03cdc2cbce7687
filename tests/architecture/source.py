"""The project's source as syntax trees, for tests that read it."""

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = [
    "kernel",
    "catalog",
    "customers",
    "inventory",
    "ledger",
    "receivables",
    "credit",
    "orders",
    "fulfillment",
    "invoicing",
    "reporting",
]
PACKAGES = [ROOT / "o2c", *(ROOT / app for app in APPS[1:])]


@dataclass(frozen=True)
class Module:
    """One file: where it is, and what it says."""

    path: str
    tree: ast.Module

    def __str__(self) -> str:
        return self.path


@cache
def modules() -> list[Module]:
    """Every module of the product, but the migrations, which are generated."""
    return [
        Module(str(path.relative_to(ROOT)), ast.parse(path.read_text()))
        for package in PACKAGES
        for path in sorted(package.rglob("*.py"))
        if "migrations" not in path.relative_to(ROOT).parts
    ]


def planted(code: str, path: str = "orders/services/planted.py") -> Module:
    """A module that says *code*, to see that a rule notices."""
    return Module(path, ast.parse(code))


Rule = Callable[[Module], Iterator[ast.AST]]


def offences(rule: Rule, found_in: Iterable[Module]) -> list[str]:
    """Where the rule is broken."""
    return [f"{module}:{node.lineno}" for module in found_in for node in rule(module)]  # type: ignore[attr-defined]


def calls(module: Module) -> Iterator[tuple[str, ast.Call]]:
    """Every call, with what is called as it is written: ``order.delay``, ``float``."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node
