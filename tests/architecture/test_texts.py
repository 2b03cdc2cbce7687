"""Everything that a person may read can be translated: templates and code are read for what cannot."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.base import Lexer, Token, TokenType

from tests.architecture.source import ROOT, Module, Rule, calls, modules, offences, planted

# Names, units and keys of a keyboard are the same in every language.
SAME = re.compile(
    r"(?:O2C|API|PDF|HTML|Message-ID|CSV|XLSX|Excel|JSON|Ctrl|Shift|Alt|Enter|Esc|Tab|openapi\.yaml|cm|kg|[A-Z?/])+"
)
SEEN_ATTRIBUTES = {"title", "aria-label", "aria-description", "placeholder", "alt", "label", "data-label"}
UNSEEN = {"script", "style", "code", "svg"}
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"})


# Templates


class Visible(HTMLParser):
    """Collects what a page shows, once Django's tags are taken out of its template."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden: list[str] = []  # the element that is not shown, and those in it
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_code = bool({"code", "material-symbols-outlined"} & set((given.get("class") or "").split()))
        if tag not in VOID and (self.hidden or tag in UNSEEN or is_code):
            self.hidden.append(tag)
        names = set(SEEN_ATTRIBUTES)
        if given.get("type") in {"submit", "button", "reset"} and tag == "input":
            names.add("value")
        self.texts += [value for name, value in attrs if name in names and value]

    def handle_endtag(self, tag: str) -> None:
        if self.hidden and self.hidden[-1] == tag:
            self.hidden.pop()

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.texts.append(data)


def without_tags(source: str) -> str:
    """The template without Django's tags, and without what they translate."""
    kept, end = [], ""
    for token in Lexer(source).tokenize():
        word = token.contents.split(" ", 1)[0] if token.token_type is TokenType.BLOCK else ""
        if end:
            end = "" if word == end else end
        elif word in {"blocktranslate", "comment"}:
            end = f"end{word}"
        elif token.token_type is TokenType.TEXT:
            kept.append(token.contents)
        elif token.token_type is TokenType.VAR:
            kept += literals(token)
    return "".join(kept)


def literals(token: Token) -> list[str]:
    """The words that a variable falls back to: ``{{ x|default:"none" }}``, ``{{ x|yesno:"yes,no" }}``."""
    return re.findall(r"(?:default|default_if_none|yesno|join|pluralize):\"([^\"]*)\"", token.contents)


def unmarked(source: str) -> list[str]:
    """The words of a template that would be English in every language."""
    reader = Visible()
    reader.feed(without_tags(source))
    reader.close()
    texts = (" ".join(text.split()) for text in reader.texts)
    return [text for text in texts if re.search(r"[^\W\d_]", SAME.sub("", text))]


def test_templates_have_no_words_that_cannot_be_translated() -> None:
    found = {str(path.relative_to(ROOT)): unmarked(path.read_text()) for path in TEMPLATES}
    assert {name: texts for name, texts in found.items() if texts} == {}


@pytest.mark.parametrize(
    "source",
    [
        "<p>Order</p>",
        '<button title="Close it">{% translate "Close" %}</button>',
        '<input type="submit" value="Send">',
        '{{ order.note|default:"none" }}',
        "{% blocktranslate %}This{% endblocktranslate %} that",
    ],
)
def test_words_in_a_template_are_noticed(source: str) -> None:
    assert unmarked(source)


@pytest.mark.parametrize("name", sorted((ROOT / "static" / "js").glob("*.js")), ids=lambda path: path.name)
def test_scripts_get_their_words_from_the_page(name: Path) -> None:
    said = re.findall(
        r"(?:textContent|innerText|title|placeholder|ariaLabel) = [\"'`]([^\"'`]*)", name.read_text()
    )
    said += re.findall(r"(?:alert|confirm|prompt)\([\"'`]([^\"'`]*)", name.read_text())
    said += re.findall(r"[\"'`]([A-Z][a-z]+ [a-z][^\"'`]*)[\"'`]", name.read_text())
    assert [text for text in said if re.search("[a-z]", re.sub(r"\$\{.*?\}", "", text))] == []


# Code


WORDS = {
    "label", "help_text", "title", "nothing", "search_hint", "verbose_name", "verbose_name_plural", "description",
    "empty_label", "next_step", "hint", "blocked", "message", "placeholder", "caption",
}  # fmt: skip
PARTS = {"Action", "BulkAction", "Step", "Tag", "ValidationError", "forms.ValidationError"}
TRANSLATORS = {
    "_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy",
    "npgettext", "npgettext_lazy",
}  # fmt: skip
JOURNAL = {"EntryDraft", "_book"}
# What machines read: the API describes itself in English.
MACHINES = ("/api/", "/management/", "/sandbox/", "o2c/operations/", "/health.py", "/apps.py")


def is_words(node: ast.expr | None) -> bool:
    """A text that is written where it stands, and has letters."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and bool(re.search(r"[A-Za-z]{2}", SAME.sub("", node.value)))
    if isinstance(node, ast.BinOp):
        return is_words(node.left) or is_words(node.right)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return is_words(node.func.value)
    return isinstance(node, ast.JoinedStr) and any(map(is_words, node.values))


def refusals() -> frozenset[str]:
    """The names of DomainError and of all that inherit from it."""
    known, before = {"DomainError"}, 0
    classes = [
        node for module in modules() for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)
    ]
    while len(known) != before:
        before = len(known)
        known |= {
            node.name for node in classes for base in node.bases if ast.unparse(base).split(".")[-1] in known
        }
    return frozenset(known)


REFUSALS = refusals()


def no_text_is_put_together_before_it_is_translated(module: Module) -> Iterator[ast.AST]:
    """What is translated is looked up as it stands: figures are filled in afterwards."""
    for name, node in calls(module):
        if name in TRANSLATORS:
            words = node.args[:-1] if "ngettext" in name else node.args  # the last of those is a number
            yield from (word for word in words if isinstance(word, ast.JoinedStr | ast.BinOp | ast.Call))


def no_refusal_is_english_only(module: Module) -> Iterator[ast.AST]:
    """A refusal is read by whoever asked. The operator's commands speak English."""
    if module.path.startswith("o2c/operations/"):
        return
    for name, node in calls(module):
        if name.split(".")[-1] in REFUSALS and node.args and is_words(node.args[0]):
            yield node
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef) and node.name in REFUSALS:
            yield from (word for word in node.body if is_named(word, {"hint"}))


def no_part_of_a_page_is_english_only(module: Module) -> Iterator[ast.AST]:
    """Labels, titles, hints and what a list says when it is empty. The journal is kept in one language for all."""
    if any(place in f"/{module.path}" for place in MACHINES):
        return
    for name, node in calls(module):
        if name in JOURNAL:
            continue
        yield from (word for word in node.keywords if word.arg in WORDS and is_words(word.value))
        if name in PARTS and node.args and is_words(node.args[0]):
            yield node
        if name.startswith("messages.") and len(node.args) > 1 and is_words(node.args[1]):
            yield node
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef) and node.name not in REFUSALS:
            yield from (word for word in node.body if is_named(word, WORDS))


def no_choice_is_english_only(module: Module) -> Iterator[ast.AST]:
    """Choices are shown, and without a label Django makes an English one of the name."""
    if any(place in f"/{module.path}" for place in MACHINES):
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef) and any("Choices" in ast.unparse(base) for base in node.bases):
            members = (word for word in node.body if isinstance(word, ast.Assign))
            yield from (word for word in members if not is_labelled(word.value))


def is_labelled(value: ast.expr) -> bool:
    return isinstance(value, ast.Tuple) and len(value.elts) > 1 and not is_words(value.elts[-1])


def no_field_is_named_in_english_only(module: Module) -> Iterator[ast.AST]:
    """Forms and the console show a model's fields by their names."""
    if "/models" not in module.path:
        return
    for name, node in calls(module):
        if (
            re.fullmatch(r"models\.(?!Foreign|OneToOne|ManyToMany)\w+Field", name)
            and node.args
            and is_words(node.args[0])
        ):
            yield node


def no_plural_is_made_by_adding_an_s(module: Module) -> Iterator[ast.AST]:
    """Django makes a plural that a model does not say of its translated name and an English s."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef) and node.name == "Meta":
            said = {ast.unparse(word.targets[0]) for word in node.body if isinstance(word, ast.Assign)}
            if "verbose_name" in said and "verbose_name_plural" not in said:
                yield node


def is_named(node: ast.stmt, names: set[str]) -> bool:
    if isinstance(node, ast.AnnAssign):
        return ast.unparse(node.target) in names and is_words(node.value)
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in names and is_words(node.value)


RULES: dict[Rule, list[str]] = {
    no_text_is_put_together_before_it_is_translated: [
        '_(f"Order {number}")',
        'gettext("Order " + number)',
        'gettext_lazy("Order {}".format(number))',
    ],
    no_refusal_is_english_only: [
        'raise InvalidInput("This cannot be.")',
        'raise errors.NotFound(f"There is no {number}.")',
        'class NotFound(DomainError):\n    hint = "Look again."',
    ],
    no_part_of_a_page_is_english_only: [
        'Column(name="gross", label="Gross")',
        'class Drafts(Worklist):\n    nothing = "Nothing waits."',
        'Action("Cancel", url)',
        'messages.success(request, f"{number} is cancelled.")',
    ],
    no_choice_is_english_only: [
        'class State(models.TextChoices):\n    OPEN = "open", "Open"',
        'class State(TextChoices):\n    OPEN = "open"',
    ],
    no_field_is_named_in_english_only: ['models.CharField("legal name", max_length=9)'],
    no_plural_is_made_by_adding_an_s: [
        'class Order(models.Model):\n    class Meta:\n        verbose_name = _("order")',
    ],
}


@pytest.mark.parametrize(
    "rule",
    list(RULES),
    ids=lambda rule: rule.__name__,
)
def test_the_code_obeys(rule: Rule) -> None:
    assert offences(rule, modules()) == []


@pytest.mark.parametrize(
    ("rule", "code"),
    [(rule, code) for rule, codes in RULES.items() for code in codes],
    ids=lambda given: given if isinstance(given, str) else given.__name__,
)
def test_an_offence_is_noticed(rule: Rule, code: str) -> None:
    assert offences(rule, [planted(code, "orders/models/planted.py")])
