"""The real file of a British wholesaler, December 2010, where it is at hand. Nothing of it is kept here."""

import os
from decimal import Decimal
from pathlib import Path

import pytest

from invoicing.models import Invoice
from o2c.operations.imports import textfile, uci_retail
from o2c.operations.imports.rejects import Rejects
from o2c.operations.imports.survey import survey
from orders.models import Order
from tests.operations.test_import_orders import import_orders
from tests.world import TODAY

SHARED = Path(os.environ.get("O2C_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
FILE = SHARED / "retail" / "online_retail_2010-12.csv.gz"

needs_file = pytest.mark.skipif(not FILE.exists(), reason=f"{FILE.name} is not at hand; set O2C_SHARED_DATA")


@needs_file
def test_the_survey_of_the_whole_file_ties_to_the_penny() -> None:
    found = survey(
        uci_retail.documents(textfile.lines(FILE)),
        known=lambda numbers: set(),
        today=TODAY,
        rejects=Rejects(),
    )
    assert (found.lines, found.taken, dict(found.refused)) == (
        42_481,
        42_211,
        {"no price and no customer": 270},
    )
    assert (found.sales, found.credits, found.empty) == (1_559, 326, 140)
    assert found.net_sales == Decimal("823746.14")
    assert found.net_credits == Decimal("-74789.12")
    assert found.net_refused == 0
    assert found.net == Decimal("748957.02")


@needs_file
def test_its_first_documents_go_through_the_cycle(world, tmp_path) -> None:
    said = import_orders(FILE, rejects=tmp_path / "rejects.csv", limit_documents=10)
    assert "Trial balance, difference                               0.00" in said
    assert set(Order.objects.values_list("state", flat=True)) == {Order.State.CLOSED}


@pytest.mark.soak
@needs_file
def test_the_whole_file_is_in_the_books_to_the_penny(world, tmp_path) -> None:
    said = import_orders(FILE, rejects=tmp_path / "rejects.csv")
    assert "Sales                               823,746.14    823,746.14" in said
    assert "Credits                             -74,789.12    -74,789.12" in said
    assert "Total                               748,957.02    748,957.02" in said
    assert "Trial balance, difference                               0.00" in said
    assert Invoice.objects.filter(kind=Invoice.Kind.CREDIT_NOTE).count() == 326
    assert Order.objects.filter(state=Order.State.CLOSED).count() == 1_559
    again = import_orders(FILE, rejects=tmp_path / "rejects.csv")
    assert "Documents imported now                                     0" in again
