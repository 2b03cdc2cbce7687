"""What the log of an installation says."""

import io
import logging
from collections.abc import Callable

from structlog.stdlib import ProcessorFormatter


def logged_by(deed: Callable[[], object]) -> list[str]:
    """What the log of an installation says of a deed, line by line."""
    [formatter] = [
        handler.formatter
        for handler in logging.getLogger().handlers
        if isinstance(handler.formatter, ProcessorFormatter)
    ]
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatter)
    logging.getLogger().addHandler(handler)
    try:
        deed()
    finally:
        logging.getLogger().removeHandler(handler)
    return written.getvalue().splitlines()
