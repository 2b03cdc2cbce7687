"""What a refusal says is said in the reader's language: its words are marked for translation."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source import Module, Rule, modules, offences, planted

MARKS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}


def _name(node: ast.expr) -> str:
    return ast.unparse(node).split(".")[-1]


def _kinds_of_refusals() -> set[str]:
    """The names of all classes below DomainError, read from the source."""
    classes = [
        node for module in modules() for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)
    ]
    found = {"DomainError"}
    while more := {
        one.name for one in classes if one.name not in found and found & {_name(base) for base in one.bases}
    }:
        found |= more
    return found


KINDS = _kinds_of_refusals()


def _is_plain(words: ast.expr) -> bool:
    """Whether *words* are a text that nobody can translate: a literal, an f-string, or pieces of them."""
    match words:
        case ast.Constant():
            return isinstance(words.value, str) and words.value != ""
        case ast.JoinedStr():
            return True
        case ast.BinOp(op=ast.Add()):
            return _is_sentence(words.left) or _is_sentence(words.right)
        case ast.BinOp(op=ast.Mod()):
            return _is_plain(words.left)
        case ast.IfExp():
            return _is_plain(words.body) or _is_plain(words.orelse)
        case ast.Call(func=ast.Attribute(attr="format")):
            return _is_plain(words.func.value)
    return False


def _is_sentence(words: ast.expr) -> bool:
    """Whether a piece has words of its own; a full stop after joined ones has not."""
    letters = isinstance(words, ast.Constant) and any(one.isalpha() for one in str(words.value))
    return letters or (isinstance(words, ast.JoinedStr | ast.BinOp) and _is_plain(words))


def refusals_are_translated(module: Module) -> Iterator[ast.AST]:
    """The message and the hint of a refusal are marked, with named placeholders filled after the translation."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and _name(node.func) in KINDS:
            words = [*node.args[:1], *(word.value for word in node.keywords if word.arg == "hint")]
            yield from (found for found in words if _is_plain(found))


def whatever_is_raised_is_translated(module: Module) -> Iterator[ast.AST]:
    """Also a refusal that a caller chose: ``raise otherwise("…")``."""
    for node in ast.walk(module.tree):
        match node:
            case ast.Raise(exc=ast.Call(func=ast.Name(id=name), args=[words, *_])) if name.islower():
                if _is_plain(words):
                    yield words


def hints_of_classes_are_lazy(module: Module) -> Iterator[ast.AST]:
    """A class is made once, in no reader's language: its hint is translated when it is shown."""
    for node in ast.walk(module.tree):
        if not (isinstance(node, ast.ClassDef) and node.name in KINDS):
            continue
        for said in node.body:
            named = said.targets[0] if isinstance(said, ast.Assign) else getattr(said, "target", None)
            value = getattr(said, "value", None)
            if isinstance(named, ast.Name) and named.id == "hint" and value is not None:
                is_none = isinstance(value, ast.Constant) and value.value == ""
                is_lazy = isinstance(value, ast.Call) and _name(value.func) == "gettext_lazy"
                if not (is_none or is_lazy):
                    yield value


def nothing_is_filled_in_before_it_is_translated(module: Module) -> Iterator[ast.AST]:
    """A catalogue knows sentences with placeholders, never ones that are filled in or put together."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and _name(node.func) in MARKS and isinstance(node.func, ast.Name):
            for words in node.args[: 2 if node.func.id.startswith("n") else 1]:
                if isinstance(words, ast.JoinedStr | ast.BinOp):
                    yield words


RULES: dict[Rule, list[str]] = {
    refusals_are_translated: [
        'raise DomainError("No.")',
        'raise errors.OrderNotHeld(f"{order} is no draft.")',
        'raise NotFound("There is no %s." % kind)',
        'raise NotFound("There is no {}.".format(kind))',
        'raise NotFound("There is no " + kind)',
        'raise NotFound(_("There is none."), hint="Look elsewhere.")',
        'raise NotFound("There is none." if gone else _("There was none."))',
    ],
    whatever_is_raised_is_translated: ['raise otherwise(f"{order} is no draft.")'],
    hints_of_classes_are_lazy: [
        'class Busy(DomainError):\n    hint = "Try again."',
        'class Busy(DomainError):\n    hint = _("Try again.")',
        'class Busy(DomainError):\n    hint: ClassVar[str] = "Try again."',
    ],
    nothing_is_filled_in_before_it_is_translated: [
        '_(f"{order} is a draft.")',
        '_("The " + kind + " is a draft.")',
    ],
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_no_module_breaks(rule: Rule) -> None:
    assert offences(rule, modules()) == []
    for sample in RULES[rule]:
        assert offences(rule, [planted(sample)]), sample
