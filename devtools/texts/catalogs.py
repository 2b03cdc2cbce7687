"""The catalogs in locale/: made from the sources, and what is wrong with them."""

from collections.abc import Mapping
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import normalize, read_po

from devtools.paths import ROOT
from devtools.texts.sources import LANGUAGES, Key, Text, texts_of
from devtools.texts.wording import faults_of

PLURALS = {
    "fr": "nplurals=2; plural=(n > 1);",
    "id": "nplurals=1; plural=0;",
    "nb": "nplurals=2; plural=(n != 1);",
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0"
    " : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
}
_MOST_FILES = 3  # named above a text; more would say nothing and change all the time


def read_catalog(path: Path) -> Catalog:
    """Return the catalog in *path*, an empty one when there is none."""
    if not path.exists():
        return Catalog()
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def render(language: str, texts: Mapping[Key, Text], known: Catalog) -> str:
    """Return a catalog file with exactly *texts*; what *known* has translated of them is kept."""
    head = [f"Language: {language}", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8"]
    head += ["Content-Transfer-Encoding: 8bit", f"Plural-Forms: {PLURALS[language]}"]
    entries = ['msgid ""\nmsgstr ""\n' + "".join(f'"{line}\\n"\n' for line in head)]
    entries += [_entry(text, known.get(text.text, text.context or None), language) for text in texts.values()]
    return "\n".join(entries)


def _entry(text: Text, known: Message | None, language: str) -> str:
    lines = [f"#. {comment}" for comment in text.comments]
    more = " …" if len(text.files) > _MOST_FILES else ""
    lines.append(f"#: {' '.join(text.files[:_MOST_FILES])}{more}")
    flags = ["fuzzy"] if known and known.fuzzy else []
    if "%" in text.text and Message(text.text).python_format:
        flags.append("python-format")
    if flags:
        lines.append(f"#, {', '.join(flags)}")
    if text.context:
        lines.append(f"msgctxt {_quoted(text.context)}")
    lines.append(f"msgid {_quoted(text.text)}")
    translated = forms_of(known)
    if text.plural:
        lines.append(f"msgid_plural {_quoted(text.plural)}")
        forms = int(PLURALS[language][len("nplurals=")])
        padded = [*translated, *[""] * forms] if len(translated) > 1 or forms == 1 else [""] * forms
        lines += [f"msgstr[{n}] {_quoted(padded[n])}" for n in range(forms)]
    else:
        lines.append(f"msgstr {_quoted(translated[0] if translated else '')}")
    return "\n".join(lines) + "\n"


def forms_of(message: Message | None) -> list[str]:
    """Return the translation, in all its plural forms."""
    if message is None:
        return []
    return list(message.string) if isinstance(message.string, tuple | list) else [str(message.string or "")]


def _quoted(text: str) -> str:
    return str(normalize(text, width=0))


def catalog_path(language: str, root: Path = ROOT) -> Path:
    """Return where the texts of *language* are."""
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def update(root: Path = ROOT) -> None:
    """Write the catalogs anew from the sources, and say what is still to be translated."""
    texts = texts_of(root)
    for language in LANGUAGES:
        path = catalog_path(language, root)
        known = read_catalog(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(render(language, texts, known))
        empty = sum(not all(forms_of(message)) for message in read_catalog(path) if message.id)
        print(f"{language}: {len(texts)} texts, {empty} to translate")


def faults(root: Path = ROOT) -> list[str]:
    """Return what is wrong with the catalogs, a line each."""
    texts, found = texts_of(root), []
    for language in LANGUAGES:
        path = catalog_path(language, root)
        catalog = read_catalog(path)
        if path.read_text() != render(language, texts, catalog):
            found.append(f"{language}: differs from the sources: python3 dev.py texts")
        for text in texts.values():
            message = catalog.get(text.text, text.context or None)
            if message is None:
                found.append(f"{language}: missing: {text.text!r}")
                continue
            faulty = faults_of(language, text.text, text.plural, forms_of(message), PLURALS[language])
            if message.fuzzy:
                faulty = ["is fuzzy", *faulty]
            found += [f"{language}: {text.text!r} {fault}" for fault in faulty]
    return found
