"""Reading a text file that nobody can vouch for: gzipped or plain, line by line, within limits.

Memory stays at one line, whatever the file claims to be; every refusal names the line.
"""

import gzip
import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from django.utils.translation import gettext as _

from o2c.operations.imports.errors import FileRefused

GZIP_MAGIC = b"\x1f\x8b"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may be at most.

    A million order lines take about 90 MB; text of this kind is packed by gzip to a sixth.
    """

    bytes: int = 2_000_000_000
    bytes_of_line: int = 4_000
    packed_ratio: int = 100
    bytes_before_ratio_counts: int = 1_000_000


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What changes when a file is replaced or written to."""

    device: int
    inode: int
    size: int
    modified_ns: int


def fingerprint(path: Path) -> Fingerprint:
    """Return the fingerprint of the file at *path*.

    :raises FileRefused: there is no such file, or it is a directory, a device or a pipe.
    """
    with _refusing(path):
        found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise FileRefused(_("%(path)s is not a file.") % {"path": path})
    return Fingerprint(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


def lines(path: Path, *, limits: Limits = LIMITS) -> Iterator[str]:
    """Yield the lines of a UTF-8 text file, unpacked if it is gzipped.

    :raises FileRefused: it is missing, empty, cut off, packed beyond belief, not UTF-8 or too large.
    """
    packed = fingerprint(path).size
    with _refusing(path), path.open("rb") as raw:
        is_gzip = raw.read(2) == GZIP_MAGIC
        raw.seek(0, os.SEEK_SET)
        stream = cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if is_gzip else raw
        most = min(limits.bytes, _unpacked_at_most(packed, limits)) if is_gzip else limits.bytes
        yield from _decoded(path, stream, most=most, limits=limits)


def _unpacked_at_most(packed: int, limits: Limits) -> int:
    return max(limits.bytes_before_ratio_counts, packed * limits.packed_ratio)


def _decoded(path: Path, stream: BinaryIO, *, most: int, limits: Limits) -> Iterator[str]:
    total = number = 0
    while line := stream.readline(limits.bytes_of_line + 1):
        number += 1
        total += len(line)
        if len(line) > limits.bytes_of_line:
            raise FileRefused(
                _("%(path)s: line %(number)s is longer than %(bytes_of_line)s bytes.")
                % {"path": path, "number": number, "bytes_of_line": limits.bytes_of_line}
            )
        if total > most:
            raise FileRefused(
                _("%(path)s: line %(number)s is beyond the %(most)s bytes that a file may unpack to.")
                % {"path": path, "number": number, "most": f"{most:,}"}
            )
        try:
            yield line.removeprefix(BYTE_ORDER_MARK if number == 1 else b"").decode()
        except UnicodeDecodeError as error:
            raise FileRefused(
                _("%(path)s: line %(number)s is not UTF-8 (byte %(line)s).")
                % {"path": path, "number": number, "line": f"{line[error.start]:#04x}"}
            ) from error
    if not number:
        raise FileRefused(_("%(path)s is empty.") % {"path": path})


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Say in words what reading a broken file raises."""
    try:
        yield
    except FileNotFoundError as error:
        raise FileRefused(_("There is no file %(path)s.") % {"path": path}) from error
    except EOFError as error:
        raise FileRefused(_("%(path)s is cut off: its end is missing.") % {"path": path}) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise FileRefused(_("%(path)s is damaged: %(error)s.") % {"path": path, "error": error}) from error
    except OSError as error:
        raise FileRefused(
            _("%(path)s cannot be read: %(error)s.") % {"path": path, "error": error.strerror or error}
        ) from error
