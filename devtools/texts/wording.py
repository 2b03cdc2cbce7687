"""What a translation must have in common with its source, and how a language writes."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from gettext import c2py

_NAMED = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
_POSITIONAL = re.compile(r"(?<!%)(?:%%)*%[sdr]")
_LONE_PERCENT = re.compile(r"%(?!\(\w+\)[sd])")
_TAG = re.compile(r"</?[a-z][\w-]*")
_ENTITY = re.compile(r"&#?\w+;")
_EDGES = re.compile(r"\A(\s*).*?(\s*)\Z", re.DOTALL)
_STRAIGHT = re.compile(r"""(?<![=\w])"[^"<>]*"(?![\w>])|\w'\w""")
# Enough numbers to see which plural form stands for which: Russian repeats itself after 100.
_NUMBERS = range(201)
# What looks right in English keyboards' signs only, and what should be written.
_TYPOGRAPHY = {
    "fr": [
        (re.compile(r"(?<![\u202f?!])[;!?](?=[\s<]|\Z)"), "wants U+202F before ; ! ?"),
        (re.compile(r"(?<!\u00a0):(?=[\s<]|\Z)"), "wants U+00A0 before :"),
        (re.compile(r"«(?!\u00a0)|(?<!\u00a0)»"), "wants U+00A0 inside « »"),
    ],
    "nb": [(re.compile(r"[“”„]"), "wants « » for quotation marks")],
    "ru": [(re.compile(r"[“”]"), "wants « » for quotation marks")],
}


def faults_of(language: str, text: str, plural: str, forms: Sequence[str], rule: str) -> list[str]:
    """Return what is wrong with the translation *forms* of a text; *rule* is the plural rule of its catalog."""
    needed = int(re.findall(r"nplurals=(\d+)", rule)[0]) if plural else 1
    if not any(forms):
        return ["is not translated"]
    if len(forms) != needed or not all(forms):
        return [f"has {len([form for form in forms if form])} of {needed} plural forms"]
    faults: list[str] = []
    for source, form in zip(_sources(text, plural, rule), forms, strict=True):
        faults += [fault for fault in _faults(source, form) if fault not in faults]
        faults += [fault for fault in _typography(language, form) if fault not in faults]
    return faults


def _sources(text: str, plural: str, rule: str) -> list[str]:
    """Return what each form is to be compared with.

    The singular only where a form stands for the number one alone: the Russian form for 1 also counts 21.
    """
    if not plural:
        return [text]
    form_of = c2py(rule.rpartition("plural=")[2].rstrip(";"))
    numbers: dict[int, list[int]] = {}
    for number in _NUMBERS:
        numbers.setdefault(form_of(number), []).append(number)
    return [text if numbers[form] == [1] else plural for form in sorted(numbers)]


def _faults(source: str, form: str) -> Iterator[str]:
    if _placeholders(source) != _placeholders(form):
        yield f"has other placeholders: {form!r}"
    if "%(" in source and _LONE_PERCENT.search(form.replace("%%", "")):
        yield f"has a lone %: {form!r}"
    if _edges(source) != _edges(form):
        yield f"begins or ends with other white space: {form!r}"
    if source.count("\n") != form.count("\n"):
        yield f"has other lines: {form!r}"
    if Counter(_TAG.findall(source)) != Counter(_TAG.findall(form)):
        yield f"has other tags: {form!r}"


def _typography(language: str, form: str) -> Iterator[str]:
    if _STRAIGHT.search(form):
        yield f"has a straight quotation mark or apostrophe: {form!r}"
    form = _ENTITY.sub("", form)
    for pattern, fault in _TYPOGRAPHY.get(language, []):
        if pattern.search(form):
            yield f"{fault}: {form!r}"


def _placeholders(text: str) -> tuple[set[str], list[str]]:
    named = {found.group() for found in _NAMED.finditer(text)}
    return named, [] if "%(" in text else _POSITIONAL.findall(text)


def _edges(text: str) -> tuple[str, ...]:
    found = _EDGES.match(text)
    assert found is not None
    return found.groups() if text.strip() else (text,)
