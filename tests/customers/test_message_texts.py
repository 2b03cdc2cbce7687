"""A notice says the same as plain text and as a page."""

import re
from pathlib import Path

import pytest
from django.conf import settings

EMAIL: Path = settings.ROOT / "templates" / "email"
KINDS = sorted(path for path in EMAIL.iterdir() if path.is_dir() and path.name != "parts")


@pytest.mark.parametrize("kind", KINDS, ids=lambda path: path.name)
def test_a_kind_has_a_subject_a_text_and_a_page(kind: Path) -> None:
    assert {path.name for path in kind.iterdir()} == {"subject.txt", "body.txt", "body.html"}
    text, page = (
        set(re.findall(r"translate(?: trimmed| \")(.*?)(?:\"|\{% end)", (kind / name).read_text()))
        for name in ("body.txt", "body.html")
    )
    assert text == page  # the two say the same
