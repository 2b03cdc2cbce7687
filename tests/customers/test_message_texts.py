"""Every text of the notices is there in every language, and every template fills in what it names."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract
from django.conf import settings
from django.utils.translation.template import templatize

from tests.invoicing.test_document_texts import catalog_of, translations

ROOT: Path = settings.ROOT
EMAIL = ROOT / "templates" / "email"
MODULES = ["customers/letters.py", "orders/wording.py", "orders/notices.py", "fulfillment/notices.py"]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
KINDS = sorted(path for path in EMAIL.iterdir() if path.is_dir() and path.name != "parts")


def texts() -> set[str]:
    """Each text, the singular where there are two."""
    sources = [(ROOT / module).read_bytes() for module in MODULES]
    sources += [
        templatize(path.read_text(), origin=path.name).encode() for path in sorted(EMAIL.rglob("*.*"))
    ]
    found = set()
    for source in sources:
        for _line, text, _comments, _context in extract("python", BytesIO(source), KEYWORDS):
            found.add(text[0] if isinstance(text, tuple) else text)
    return found


@pytest.mark.parametrize("language", ["fr", "nb", "id", "ru"])
def test_no_text_of_the_notices_lacks_its_translation(language: str) -> None:
    wanted, catalog = texts(), catalog_of(language)
    assert {"Order %(number)s confirmed", "Kind regards", "added to the order"} <= wanted
    missing = []
    for text in sorted(wanted):
        message = catalog.get(text)
        if message is None or message.fuzzy or not all(translations(message)):
            missing.append(text)
    assert missing == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda path: path.name)
def test_a_kind_has_a_subject_a_text_and_a_page(kind: Path) -> None:
    assert {path.name for path in kind.iterdir()} == {"subject.txt", "body.txt", "body.html"}
    text, page = (
        set(re.findall(r"translate(?: trimmed| \")(.*?)(?:\"|\{% end)", (kind / name).read_text()))
        for name in ("body.txt", "body.html")
    )
    assert text == page  # the two say the same
