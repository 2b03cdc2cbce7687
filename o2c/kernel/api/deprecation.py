"""What goes away is told in headers for as long as it still works."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Deprecation:
    """Since when an endpoint is not to be used in new code, when it ends, and where its successor is told of.

    Headers as in RFC 9745 (Deprecation) and RFC 8594 (Sunset).
    """

    since: date
    until: date
    see: str

    def headers(self) -> dict[str, str]:
        """Return the headers that tell it."""
        since, until = (datetime.combine(day, time(), UTC) for day in (self.since, self.until))
        return {
            "Deprecation": f"@{int(since.timestamp())}",
            "Sunset": format_datetime(until, usegmt=True),
            "Link": f'<{self.see}>; rel="deprecation"; type="text/html"',
        }
