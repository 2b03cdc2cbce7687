"""Every text of the documents is there in every language."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT: Path = settings.ROOT
MODULES = ["fulfillment/pdf.py", "invoicing/pdf.py", "o2c/kernel/units.py"]
TEMPLATES = sorted((ROOT / "templates" / "pdf").glob("*.html"))
KEYWORDS = {
    "_": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}


def catalog_of(language: str) -> Catalog:
    with (ROOT / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale=language)


def texts_of_the_code() -> set[tuple[str, str | None]]:
    """Each text (the singular where there are two) with its context."""
    found = set()
    for module in MODULES:
        with (ROOT / module).open("rb") as file:
            for _line, text, _comments, context in extract("python", file, KEYWORDS):
                found.add((text[0] if isinstance(text, tuple) else text, context))
    for template in TEMPLATES:
        source = templatize(template.read_text(), origin=template.name)
        found |= {(text, None) for _quote, text in re.findall(r"gettext\(u?('|\")(.*?)\1\)", source)}
    return found


@pytest.mark.parametrize("language", ["fr", "nb", "id", "ru"])
def test_no_text_of_the_documents_lacks_its_translation(language: str) -> None:
    texts = texts_of_the_code()
    assert ("Please pay %(amount)s by %(date)s.", None) in texts
    assert ("pc", "unit") in texts
    catalog = catalog_of(language)
    missing = []
    for text, context in sorted(texts, key=str):
        message = catalog.get(text, context)
        if message is None or message.fuzzy or not all(translations(message)):
            missing.append(text)
    assert missing == []


@pytest.mark.parametrize("language", ["fr", "nb", "id", "ru"])
def test_a_translation_fills_in_what_its_text_fills_in(language: str) -> None:
    for message in catalog_of(language):
        for translation in filter(None, translations(message)):
            wanted = re.findall(r"%\((\w+)\)s", originals(message)[0])
            assert sorted(re.findall(r"%\((\w+)\)s", translation)) == sorted(wanted), translation


@pytest.mark.parametrize(("language", "forms"), [("fr", 2), ("nb", 2), ("id", 1), ("ru", 3)])
def test_a_language_has_its_own_number_of_plural_forms(language: str, forms: int) -> None:
    plurals = [message for message in catalog_of(language) if isinstance(message.id, tuple)]
    assert plurals
    assert {len([text for text in message.string if text]) for message in plurals} == {forms}


def originals(message: Message) -> tuple[str, ...]:
    return message.id if isinstance(message.id, tuple) else (str(message.id),)


def translations(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (str(message.string),)
