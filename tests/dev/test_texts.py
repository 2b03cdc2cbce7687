"""dev.py texts: every text gets into the catalogs, and what is wrong with a translation is found."""

from collections.abc import Callable
from pathlib import Path

import pytest

from devtools.texts import catalogs
from devtools.texts.sources import texts_of
from devtools.texts.wording import faults_of

PAGE = """{% load i18n %}
    <p title="{% translate "Save" %}">{{ name|default:_("nobody") }}</p>
  {% blocktranslate trimmed count n=rows with who=user.name %}
    {{ n }} row of {{ who }}{% plural %}{{ n }} rows of {{ who }}
  {% endblocktranslate %}
{% translate "Open" context "verb" as open %}100 % {% comment %}{% translate "Not this" %}{% endcomment %}
"""
CODE = """from django.utils.translation import gettext as _, ngettext, pgettext_lazy
TITLE = _("Everything "
          "that waits")
SEVERAL = ngettext("%(n)d day", "%(n)d days", n)
STATE = pgettext_lazy("period", "Open")
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in {"shop/__init__.py": "", "shop/views.py": CODE, "templates/page.html": PAGE}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr("devtools.texts.sources.BORROWED", ())
    return tmp_path


def entry(project: Path, language: str) -> Callable[..., None]:
    path = catalogs.catalog_path(language, project)

    def change(old: str, new: str) -> None:
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    return change


def test_texts_are_found_in_code_and_templates(project: Path) -> None:
    assert set(texts_of(project)) == {
        ("Everything that waits", ""), ("%(n)d day", ""), ("Open", "period"), ("Open", "verb"), ("Save", ""),
        ("nobody", ""), ("%(n)s row of %(who)s", ""),
    }  # fmt: skip


def test_an_update_keeps_translations_and_drops_what_is_gone(project: Path) -> None:
    catalogs.update(project)
    change = entry(project, "fr")
    change('msgid "Save"\nmsgstr ""', 'msgid "Save"\nmsgstr "Enregistrer"')
    (project / "shop/views.py").write_text('_("New")')
    assert "fr: differs from the sources: python3 dev.py texts" in catalogs.faults(project)
    catalogs.update(project)
    text = catalogs.catalog_path("fr", project).read_text()
    assert 'msgid "Save"\nmsgstr "Enregistrer"' in text
    assert "#: templates/page.html" in text
    assert 'msgid "New"' in text
    assert "Everything" not in text
    assert "fr: 'Save' is not translated" not in catalogs.faults(project)
    assert "fr: 'New' is not translated" in catalogs.faults(project)


def test_a_fuzzy_translation_is_none(project: Path) -> None:
    catalogs.update(project)
    entry(project, "id")('msgid "Save"\nmsgstr ""', '#, fuzzy\nmsgid "Save"\nmsgstr "Simpan"')
    catalogs.update(project)
    assert "id: 'Save' is fuzzy" in catalogs.faults(project)


@pytest.mark.parametrize(
    ("language", "text", "plural", "forms", "fault"),
    [
        ("fr", "Order %(number)s", "", ["Commande"], "has other placeholders: 'Commande'"),
        ("fr", "due {day}", "", ["échéance {jour}"], "has other placeholders: 'échéance {jour}'"),
        ("fr", "%(n)s of it", "", ["%(n)s % de"], "has a lone %: '%(n)s % de'"),
        ("nb", " of ", "", [" av"], "begins or ends with other white space: ' av'"),
        ("nb", "a\nb", "", ["a b"], "has other lines: 'a b'"),
        ("nb", "<b>it</b>", "", ["<i>det</i>"], "has other tags: '<i>det</i>'"),
        ("ru", "%(n)s day", "%(n)s days", ["%(n)s день", "%(n)s дня", ""], "has 2 of 3 plural forms"),
        ("ru", "a day", "%(n)s days", ["день", "%(n)s дня", "%(n)s дней"], "has other placeholders: 'день'"),
        ("nb", "Save", "", [""], "is not translated"),
        ("fr", "Why?", "", ["Pourquoi ?"], "wants U+202F before ; ! ?: 'Pourquoi ?'"),
        ("fr", "So:", "", ["Ainsi :"], "wants U+00A0 before :: 'Ainsi :'"),
        ("fr", "the order", "", ["l'ordre"], 'has a straight quotation mark or apostrophe: "l\'ordre"'),
        ("ru", "the “rest”", "", ["“остаток”"], "wants « » for quotation marks: '“остаток”'"),
    ],
)
def test_a_fault_is_found(language: str, text: str, plural: str, forms: list[str], fault: str) -> None:
    assert faults_of(language, text, plural, forms, catalogs.PLURALS[language]) == [fault]


@pytest.mark.parametrize(
    ("language", "text", "plural", "forms"),
    [
        ("nb", "a day", "%(n)s days", ["en dag", "%(n)s dager"]),
        ("id", "a day", "%(n)s days", ["%(n)s hari"]),
        ("ru", "a day", "%(n)s days", ["%(n)s день", "%(n)s дня", "%(n)s дней"]),
        ("fr", "Why? At 10:30 &amp; so: go!", "", ["Pourquoi\u202f? À 10:30 &amp; ainsi\u00a0: va\u202f!"]),
        ("fr", "%(rate)s%% of “it”", "", ["%(rate)s\u00a0%% de «\u00a0ça\u00a0»"]),
    ],
)
def test_a_good_translation_has_no_faults(language: str, text: str, plural: str, forms: list[str]) -> None:
    assert faults_of(language, text, plural, forms, catalogs.PLURALS[language]) == []
