"""Which files are kept: by what their bytes say, not by what their name or their sender does."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from zipfile import BadZipFile, ZipFile

LARGEST = 10 * 1024 * 1024
MOST = 50  # of one document
LONGEST_NAME = 120

OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN = "application/vnd.oasis.opendocument"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is kept: its type, the endings of its names, and how its bytes are known."""

    content_type: str
    endings: tuple[str, ...]
    knows: Callable[[bytes], bool]


def _begins(*marks: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(marks)


def _is_webp(content: bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:12] == b"WEBP"


def _is_text(content: bytes) -> bool:
    """Say whether it is UTF-8 without control characters; whatever begins like a page is none."""
    if b"\x00" in content or content.lstrip().startswith(b"<"):
        return False
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _members(content: bytes) -> set[str]:
    try:
        with ZipFile(BytesIO(content)) as archive:
            return set(archive.namelist()[:2000])
    except BadZipFile:
        return set()


def _holds(member: str) -> Callable[[bytes], bool]:
    """Know an office document by the part that each has; one with macros is not kept."""

    def knows(content: bytes) -> bool:
        if not content.startswith(b"PK\x03\x04"):
            return False
        names = _members(content)
        return member in names and not any(name.lower().endswith("vbaproject.bin") for name in names)

    return knows


def _is_open(kind: str) -> Callable[[bytes], bool]:
    mark = f"mimetype{OPEN}.{kind}".encode()
    return lambda content: content.startswith(b"PK\x03\x04") and mark in content[:200]


KINDS = [
    Kind("application/pdf", (".pdf",), _begins(b"%PDF-")),
    Kind("image/png", (".png",), _begins(b"\x89PNG\r\n\x1a\n")),
    Kind("image/jpeg", (".jpg", ".jpeg"), _begins(b"\xff\xd8\xff")),
    Kind("image/gif", (".gif",), _begins(b"GIF87a", b"GIF89a")),
    Kind("image/webp", (".webp",), _is_webp),
    Kind(f"{OFFICE}.wordprocessingml.document", (".docx",), _holds("word/document.xml")),
    Kind(f"{OFFICE}.spreadsheetml.sheet", (".xlsx",), _holds("xl/workbook.xml")),
    Kind(f"{OPEN}.text", (".odt",), _is_open("text")),
    Kind(f"{OPEN}.spreadsheet", (".ods",), _is_open("spreadsheet")),
    Kind("text/csv", (".csv",), _is_text),
    Kind("text/plain", (".txt",), _is_text),
]


def kind_of(name: str, content: bytes) -> Kind | None:
    """Return the kind whose ending the name has and whose bytes these are; None where there is none."""
    lowered = name.lower()
    named = (kind for kind in KINDS if lowered.endswith(kind.endings))
    return next((kind for kind in named if kind.knows(content)), None)


def plain_name(name: str) -> str:
    """Return a file's name without a path, without control and direction characters, and not too long."""
    base = re.split(r"[/\\]", name)[-1]
    base = "".join(letter for letter in base if letter.isprintable() and letter not in '"<>|:*?').strip(" .")
    stem, dot, ending = base.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}" if dot else base[:LONGEST_NAME]
