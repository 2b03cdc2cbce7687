"""Reading bodies: JSON and nothing else, at most a megabyte, never a float."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser

from o2c.kernel.api.errors import BodyTooLarge, NotJson

LARGEST = 1_048_576
DEEPEST = 20


class StrictJsonParser(BaseParser):
    """Parse one JSON value; numbers stay exact, and what JSON leaves open is refused."""

    media_type = "application/json"

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the value; an empty body is an empty object.

        :raises BodyTooLarge: it is over a megabyte.
        :raises NotJson: it cannot be read, names a member twice, or nests deeper than 20 levels.
        """
        raw = stream.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise BodyTooLarge(_("The body has more than 1,048,576 bytes."))
        if not raw.strip():
            return {}
        try:
            value = json.loads(
                raw.decode("utf-8"),
                parse_float=Decimal,
                parse_constant=_refuse_constant,
                object_pairs_hook=_once,
            )
            _ensure_text(raw, value)
        except (ValueError, RecursionError) as error:
            raise NotJson(_("The body is no JSON: %(said)s.") % {"said": _said(error)}) from error
        _ensure_shallow(value)
        return value


def _said(error: Exception) -> str:
    return _("it nests too deep") if isinstance(error, RecursionError) else str(error)[:200].rstrip(".")


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number in JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member is there twice")
    return found


def _ensure_text(raw: bytes, value: Any) -> None:
    """Refuse half of a surrogate pair, which JSON can spell and no text can hold."""
    if b"\\ud" not in raw.lower():
        return
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        raise ValueError("it has half of a surrogate pair") from None


def _ensure_shallow(value: Any) -> None:
    level, depth = [value], 0
    while level := [inner for outer in level for inner in _inside(outer)]:
        depth += 1
        if depth > DEEPEST:
            raise NotJson(_("The body nests deeper than %(deepest)s levels.") % {"deepest": DEEPEST})


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
