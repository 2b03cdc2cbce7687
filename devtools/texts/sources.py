"""Every text of the product's sources that a person may read."""

import gettext
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

from babel.messages.extract import extract
from django.utils.translation.template import templatize

from devtools.paths import ROOT

LANGUAGES = ("fr", "id", "nb", "ru")
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
NOT_THE_PRODUCT = {"bench", "devtools", "examples", "tests"}
# Packages whose pages people see; what Django's own catalogs have of their texts is left to Django.
BORROWED = ("unfold",)

Key = tuple[str, str]  # a text (its singular) and its context


@dataclass(slots=True)
class Text:
    """One text of the sources."""

    text: str
    plural: str = ""
    context: str = ""
    files: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    @property
    def key(self) -> Key:
        """Return what a catalog knows the text by."""
        return self.text, self.context


def texts_of(root: Path = ROOT) -> dict[Key, Text]:
    """Return every text of the product's sources, ordered by its first file and by itself."""
    found: dict[Key, Text] = {}
    for path in sorted(_sources(root)):
        for text in _texts_in(path, str(path.relative_to(root))):
            _add(found, text)
    for package in BORROWED:
        for text in _borrowed(package):
            _add(found, text)
    return dict(sorted(found.items(), key=lambda item: (item[1].files[0], *item[0])))


def _sources(root: Path) -> Iterator[Path]:
    for package in root.glob("*/__init__.py"):
        if package.parent.name not in NOT_THE_PRODUCT:
            yield from package.parent.rglob("*.py")
    yield from (path for path in root.glob("templates/**/*") if path.suffix in {".html", ".txt"})


def _texts_in(path: Path, name: str) -> Iterator[Text]:
    source = path.read_text()
    if path.suffix != ".py":
        # Django turns everything but the texts into X; in brackets, its indentation is no syntax.
        source = f"({templatize(source, origin=name)})"
    file = BytesIO(source.encode())
    for _line, texts, comments, context in extract("python", file, KEYWORDS, ["Translators:"], {}):
        text, plural = texts[:2] if isinstance(texts, tuple) else (texts, "")
        if text:
            yield Text(text, plural, context or "", [name], list(comments))


def _add(found: dict[Key, Text], text: Text) -> None:
    known = found.setdefault(text.key, text)
    if known is text:
        return
    known.plural = known.plural or text.plural
    known.files += [name for name in text.files if name not in known.files]
    known.comments += [comment for comment in text.comments if comment not in known.comments]


def _borrowed(package: str) -> Iterator[Text]:
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    directory = Path(spec.origin).parent
    for path in sorted((*directory.rglob("*.py"), *directory.rglob("*.html"))):
        if "contrib" in path.parts:  # extensions that are not installed
            continue
        for text in _texts_in(path, package):
            if not all(_is_djangos(language, text.text) for language in LANGUAGES):
                yield text


def _is_djangos(language: str, text: str) -> bool:
    return any(catalog.gettext(text) != text for catalog in _djangos(language))


@cache
def _djangos(language: str) -> list[gettext.NullTranslations]:
    spec = find_spec("django")
    assert spec is not None
    assert spec.origin is not None
    directory = Path(spec.origin).parent
    places = ("conf", "contrib/admin", "contrib/auth", "contrib/contenttypes")
    return [gettext.translation("django", directory / place / "locale", [language]) for place in places]
