"""What goes away is told in headers for as long as it still works."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime

NOTICE = timedelta(days=365)  # at least: what shops are promised in the guide


@dataclass(frozen=True, slots=True, kw_only=True)
class Deprecation:
    """Since when an endpoint is not to be used in new code, when it ends, and where its successor is told of.

    Headers as in RFC 9745 (Deprecation) and RFC 8594 (Sunset). *methods* says which of the endpoint's methods go
    away; all of them, if it is not said.

    :raises ValueError: shops would have less than a year.
    """

    since: date
    until: date
    see: str
    methods: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Hold us to what was promised."""
        if self.until - self.since < NOTICE:
            raise ValueError(f"{self.since} to {self.until} is less than a year.")

    def concerns(self, method: str) -> bool:
        """Say whether a method of the endpoint goes away."""
        return not self.methods or ("GET" if method == "HEAD" else method) in self.methods

    def headers(self) -> dict[str, str]:
        """Return the headers that tell it."""
        since, until = (datetime.combine(day, time(), UTC) for day in (self.since, self.until))
        return {
            "Deprecation": f"@{int(since.timestamp())}",
            "Sunset": format_datetime(until, usegmt=True),
            "Link": f'<{self.see}>; rel="deprecation"; type="text/html"',
        }
