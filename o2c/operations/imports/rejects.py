"""The reject file: every refused line with its number, the reason and what it said, safe to open in a spreadsheet."""

import csv
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from o2c.operations.imports.errors import FileRefused
from o2c.operations.imports.uci_retail import COLUMNS, Reason, Row

PLAIN_NUMBER = re.compile(r"-?\d+(\.\d+)?")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """Return *text* so that no spreadsheet takes it for a formula; numbers stay numbers."""
    if text.startswith(FORMULA_STARTS) and PLAIN_NUMBER.fullmatch(text) is None:
        return f"'{text}"
    return text


class Rejects:
    """Writes refused lines; without a file it only says that it may be called."""

    def __init__(self, writer: Any = None) -> None:
        self._writer = writer

    def add(self, row: Row, reason: Reason) -> None:
        """Write one refused line."""
        if self._writer is not None:
            self._writer.writerow([row.line, reason, *(harmless(field) for field in row.fields)])


@contextmanager
def reject_file(path: Path, *, source: Path) -> Iterator[Rejects]:
    """Open the reject file of *source*; it appears at *path* when all went well, else nothing does.

    :raises FileRefused: it cannot be written there, or is the source itself.
    """
    if path.exists() and path.samefile(source):
        raise FileRefused(
            _("The reject file would overwrite the file to import."), hint=_("Choose another path.")
        )
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise FileRefused(
            _("The reject file %(path)s cannot be written: %(strerror)s.")
            % {"path": path, "strerror": error.strerror},
            hint=_("Nothing was imported. Choose another place with --rejects."),
        ) from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["Line", "Reason", *COLUMNS])
            yield Rejects(writer)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def default_path(source: Path) -> Path:
    """Return where the reject file of *source* goes when nobody says: beside it."""
    return source.with_name(f"{source.name.removesuffix('.gz').removesuffix('.csv')}.rejects.csv")
