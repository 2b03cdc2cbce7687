"""What a person would send: the forms of a page as they stand there, with something in every empty field."""

from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.attached import PDF

SOMETHING = {"number": "1", "date": "2026-11-20", "email": "ada@lantern.example", "text": "Known for years"}
IGNORED = {"button", "reset", "image", "search"}


class Forms(HTMLParser):
    """The forms that a page posts: for each where it goes, and its fields with what they would send."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, list[Any]]]] = []
        self.fields: dict[str, list[Any]] | None = None
        self.select = self.area = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.fields = {} if told.get("method", "").lower() == "post" else None
            if self.fields is not None:
                self.found.append((told.get("action", ""), self.fields))
        if self.fields is not None:
            self._field(self.fields, tag, told)

    def _field(self, fields: dict[str, list[Any]], tag: str, told: dict[str, str]) -> None:
        name = told.get("name", "")
        if tag == "input" and name:
            self._input(name, told)
        elif tag == "button" and name not in {"", "more"} and told.get("type", "submit") == "submit":
            fields.setdefault(name, [told.get("value", "")])
        elif tag == "select":
            self.select = name
            fields.setdefault(name, [])
        elif tag == "option" and self.select and told.get("value"):
            if "selected" in told or not fields[self.select]:
                fields[self.select] = [told["value"]]
        elif tag == "textarea" and name:
            self.area = name
            fields[name] = [SOMETHING["text"]]

    def handle_endtag(self, tag: str) -> None:
        self.select = "" if tag == "select" else self.select
        self.area = "" if tag == "textarea" else self.area

    def handle_data(self, data: str) -> None:
        if self.area and self.fields is not None and data.strip():
            self.fields[self.area] = [data.strip()]

    def _input(self, name: str, told: dict[str, str]) -> None:
        assert self.fields is not None
        kind = told.get("type", "text")
        if kind in IGNORED or name.endswith("-__prefix__"):
            return
        if kind == "file":
            self.fields[name] = [SimpleUploadedFile("note.pdf", PDF, "application/pdf")]
        elif kind in {"checkbox", "radio"}:
            if "checked" in told or (kind == "radio" and name not in self.fields):
                several = self.fields.get(name, []) if kind == "checkbox" else []
                self.fields[name] = [*several, told.get("value", "on")]
        elif kind == "submit":
            self.fields.setdefault(name, [told.get("value", "")])
        elif told.get("value") or kind == "hidden":
            self.fields.setdefault(name, []).append(told.get("value", ""))
        else:
            self.fields[name] = [SOMETHING.get(kind_of(name, told), SOMETHING["text"])]


def kind_of(name: str, told: dict[str, str]) -> str:
    """What a field asks for: its type, or what its keyboard, its picker or its name says."""
    if told.get("inputmode") in {"decimal", "numeric"}:
        return "number"
    if "DateField" in told.get("class", ""):
        return "date"
    return "email" if name == "email" else told.get("type", "text")


def filled_in(pages: Iterable[str], address: str) -> dict[str, list[Any]]:
    """What the form of a page sends to its own address, of the page that asks for most; nothing without a form."""
    path, page = address.partition("?")[0], max(pages, key=lambda text: text.count("<input"), default="")
    own = [fields for to, fields in Forms(page).found if to.partition("?")[0] in {"", ".", path}]
    return max(own, key=len, default={})
