"""The scenarios print nothing: the printer has tests of its own, and takes longer than all else together."""

import pytest


@pytest.fixture(autouse=True)
def quick_printer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Print one line instead of a page."""
    monkeypatch.setattr("invoicing.pdf.render", lambda invoice: f"%PDF {invoice.number}".encode())
