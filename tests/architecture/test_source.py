"""What no file may say. Each rule is shown a sample that breaks it, so that none of them sleeps."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source import Module, Rule, calls, modules, offences, planted


def no_task_is_sent_but_by_the_dispatcher(module: Module) -> Iterator[ast.AST]:
    """A task sent elsewhere is lost when the process dies between the commit and the broker.

    A link for a forgotten password commits nothing, so that nobody learns whether there is such an account;
    who waits for one in vain asks again (ADR 22).
    """
    if module.path not in {"o2c/dispatch.py", "o2c/accounts/tasks.py"}:
        yield from (
            node
            for name, node in calls(module)
            if name.endswith((".delay", ".apply_async", ".send_task")) and not name.startswith("super()")
        )


def no_signal_receivers(module: Module) -> Iterator[ast.AST]:
    """What happens after what stands on one page, the wiring; making tables and models is Django's own errand."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef):
            yield from (found for found in node.decorator_list if "receiver" in ast.unparse(found))
    for name, node in calls(module):
        if name.endswith(".connect") and name.split(".")[0] not in {
            "post_migrate",
            "class_prepared",
            "connection",
        }:
            yield node


def no_floats_near_money(module: Module) -> Iterator[ast.AST]:
    """The cents of a float are lost before anybody rounds."""
    near = ("services", "rules.py", "postings.py", "entries.py", "money.py", "selectors", "models")
    if not any(part in module.path for part in near):
        return
    yield from (node for name, node in calls(module) if name == "float")
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield node


def no_state_is_set_past_its_machine(module: Module) -> Iterator[ast.AST]:
    """QuerySet.update knows no transitions. A job run's state is no document's."""
    if module.path == "o2c/kernel/jobs/runs.py":
        return
    for name, node in calls(module):
        if name.endswith((".update", ".bulk_create")) and any(word.arg == "state" for word in node.keywords):
            yield node
        if name.endswith(".bulk_update") and "'state'" in ast.unparse(node):
            yield node


def only_the_clock_knows_the_time(module: Module) -> Iterator[ast.AST]:
    """Today is an argument, so that a rule can be asked about any day."""
    if module.path == "o2c/kernel/clock.py":
        return
    asked = ("timezone.now", "date.today", "datetime.now", "datetime.today", "datetime.utcnow", "time.time")
    yield from (node for name, node in calls(module) if name.endswith(asked))


def no_imports_inside_functions(module: Module) -> Iterator[ast.AST]:
    """An import in a function hides a dependency from the import contract."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from (found for found in ast.walk(node) if isinstance(found, ast.Import | ast.ImportFrom))


def no_error_is_swallowed(module: Module) -> Iterator[ast.AST]:
    """Who catches everything must raise it again."""
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.ExceptHandler):
            continue
        everything = node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"}
        if everything and not any(isinstance(found, ast.Raise) for found in ast.walk(node)):
            yield node


def no_template_library_below_the_pages(module: Module) -> Iterator[ast.AST]:
    """What a service says in words comes from the kernel; a template library is for templates."""
    above = ("templatetags/", "views", "o2c/console/", "o2c/settings/")
    if any(part in module.path for part in above):
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and ".templatetags" in (node.module or ""):
            yield node


RULES: dict[Rule, list[str]] = {
    no_task_is_sent_but_by_the_dispatcher: [
        "from orders.tasks import retry\nretry.delay(order_id=1)",
        "retry.apply_async(kwargs={})",
    ],
    no_signal_receivers: [
        "@receiver(post_save, sender=Order)\ndef after(**_): ...",
        "post_save.connect(after)",
    ],
    no_floats_near_money: ["net = float(total)", "tax = net * 0.2"],
    no_state_is_set_past_its_machine: [
        "Order.objects.filter(pk=1).update(state='closed')",
        "Order.objects.bulk_update(orders, ['state'])",
    ],
    only_the_clock_knows_the_time: ["on = date.today()", "at = timezone.now()", "at = datetime.now(UTC)"],
    no_imports_inside_functions: ["def late():\n    from orders import services"],
    no_template_library_below_the_pages: [
        "from o2c.kernel.templatetags.figures import day",
        "from o2c.kernel.templatetags import figures",
    ],
    no_error_is_swallowed: [
        "try:\n    pay()\nexcept Exception:\n    pass",
        "try:\n    pay()\nexcept:\n    log()",
    ],
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_no_file_breaks(rule: Rule) -> None:
    assert offences(rule, modules()) == []


@pytest.mark.parametrize(
    ("rule", "sample"),
    [(rule, sample) for rule, samples in RULES.items() for sample in samples],
    ids=lambda value: getattr(value, "__name__", "sample"),
)
def test_a_planted_sample_is_noticed(rule: Rule, sample: str) -> None:
    assert offences(rule, [planted(sample)]) != []


def test_the_source_is_there_to_be_read() -> None:
    paths = {module.path for module in modules()}
    assert {"o2c/kernel/money.py", "ledger/entries.py", "orders/rules.py", "o2c/wiring.py"} <= paths
