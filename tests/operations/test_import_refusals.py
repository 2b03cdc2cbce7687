"""Files that cannot be what they claim to be: a clear word, and nothing changed."""

import gzip
import os
from pathlib import Path

import pytest
from django.core.management import CommandError

from catalog.models import Product, TaxRate
from ledger.models import Period
from ledger.services import close_period
from o2c.kernel.models import Company
from o2c.operations.imports import textfile, uci_retail
from o2c.operations.imports.errors import FileRefused
from o2c.operations.imports.rejects import harmless
from orders.models import Order
from tests.operations import retail
from tests.operations.test_import_orders import counts, import_orders

SALE = "700001,10001,TIN DUCK,10,2010-12-01 09:00:00,1.25,900.0,United Kingdom"
LATER = "700002,10001,TIN DUCK,1,2010-12-02 09:00:00,1.25,900.0,United Kingdom"


def refusal(path: Path, **options) -> str:
    """What the command says when it refuses *path*; nothing in the books or beside the file has changed."""
    before = counts()
    beside = sorted(path.parent.iterdir()) if path.parent.is_dir() else []
    with pytest.raises(CommandError) as refused:
        import_orders(path, **options)
    assert counts() == before
    assert not Period.objects.filter(starts_on__year=2010).exists()
    assert not TaxRate.objects.filter(rate="17.5").exists()
    assert not Product.objects.exists()
    assert (sorted(path.parent.iterdir()) if path.parent.is_dir() else []) == beside
    return str(refused.value)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (SALE.replace(",10,", ",ten,"), "Line 2: 'ten' is no Quantity."),
        (SALE.replace(",1.25,", ",1e400,"), "Line 2: '1e400' is no UnitPrice."),
        (SALE.replace(",1.25,", ",NaN,"), "Line 2: 'NaN' is no UnitPrice."),
        (SALE.replace("2010-12-01 09", "01/12/2010 09"), "Line 2: '01/12/2010 09:00:00' is no InvoiceDate."),
        (SALE.replace("2010-12-01", "2010-02-30"), "Line 2: '2010-02-30 09:00:00' is no date."),
        (SALE.replace("2010-12-01", "2999-12-01"), "Line 2: 2999-12-01 is in the future."),
        (SALE.replace("900.0", "Smith"), "Line 2: 'Smith' is no CustomerID."),
        (SALE + ",more", "Line 2: 9 columns instead of 8."),
        (f"{SALE}\n700002,10001,TIN", "Line 3: 3 columns instead of 8."),
        (SALE.replace("TIN DUCK", "X" * 201), "Line 2: Description is longer than 200 characters."),
        (SALE.replace("TIN DUCK", "X" * 5000), "line 2 is longer than 4000 bytes."),
        (SALE.replace("TIN", '"TIN'), "Line 2: unexpected end of data."),
        (f"{SALE.replace('TIN', chr(34) + 'TIN')}\n{LATER}", "Line 3: unexpected end of data."),
        (f"{LATER}\n{SALE}", "Line 3: 2010-12-01 comes after 2010-12-02: sort the file."),
        (
            f"{SALE}\n{LATER}\n{SALE.replace('01 09', '02 10')}",
            "Line 4: 700001 goes on after other documents.",
        ),
        ("", "The file has a header and no lines."),
    ],
)
def test_a_line_that_breaks_the_format_refuses_the_file(world, tmp_path, rows, says) -> None:
    assert says in refusal(retail.write(tmp_path, rows))


def test_another_header_refuses_the_file(world, tmp_path) -> None:
    path = retail.write(tmp_path, header=retail.HEADER.replace("UnitPrice", "Price"))
    assert "Line 1: the columns are not InvoiceNo, StockCode" in refusal(path)


def test_an_empty_file_is_refused(world, tmp_path) -> None:
    path = tmp_path / "sales.csv"
    path.touch()
    assert "sales.csv is empty" in refusal(path)


def test_a_file_in_another_encoding_is_refused_with_its_line(world, tmp_path) -> None:
    path = tmp_path / "sales.csv"
    path.write_bytes(retail.text(SALE.replace("TIN DUCK", "£5 VOUCHER")).encode("latin-1"))
    assert "line 2 is not UTF-8 (byte 0xa3)" in refusal(path)


def test_a_file_in_utf_16_is_refused(world, tmp_path) -> None:
    path = tmp_path / "sales.csv"
    path.write_bytes(retail.text().encode("utf-16"))
    assert "line 1 is not UTF-8" in refusal(path)


def test_a_byte_order_mark_is_no_part_of_the_header(world, tmp_path) -> None:
    path = tmp_path / "sales.csv"
    path.write_bytes(retail.text(SALE).encode("utf-8-sig"))
    import_orders(path, through="ordered")
    assert Order.objects.get().external_id == "700001"


def test_a_download_that_broke_off_is_refused(world, tmp_path) -> None:
    path = retail.write_gzipped(tmp_path)
    (tmp_path / "sales.csv").unlink()
    path.write_bytes(path.read_bytes()[:-20])
    assert "is cut off: its end is missing" in refusal(path)


def test_a_damaged_archive_is_refused(world, tmp_path) -> None:
    path = retail.write_gzipped(tmp_path)
    content = bytearray(path.read_bytes())
    content[40] ^= 0xFF
    path.write_bytes(content)
    assert "is damaged" in refusal(path)


def test_an_archive_that_unpacks_beyond_belief_is_refused(tmp_path) -> None:
    path = retail.write_gzipped(tmp_path, (b"0" * 3_000 + b"\n") * 2_000)
    assert path.stat().st_size < 10_000
    with pytest.raises(FileRefused, match="beyond the 1,000,000 bytes that a file may unpack to"):
        list(textfile.lines(path))


def test_one_endless_line_is_refused_before_it_fills_the_memory(tmp_path) -> None:
    path = retail.write_gzipped(tmp_path, b"0" * 50_000_000)
    with pytest.raises(FileRefused, match="line 1 is longer than 4000 bytes"):
        list(textfile.lines(path))


def test_a_missing_file_a_directory_and_a_pipe_are_refused(world, tmp_path) -> None:
    assert "There is no file" in refusal(tmp_path / "nothing.csv")
    assert "is not a file" in refusal(tmp_path)
    os.mkfifo(tmp_path / "pipe.csv")
    assert "is not a file" in refusal(tmp_path / "pipe.csv")


def test_a_reject_file_that_cannot_be_written_stops_before_the_first_change(world, tmp_path) -> None:
    path = retail.write(tmp_path)
    assert "Choose another place with --rejects" in refusal(path, rejects=tmp_path / "no" / "rejects.csv")


def test_the_reject_file_never_replaces_the_file_to_import(world, tmp_path) -> None:
    path = retail.write(tmp_path)
    assert "would overwrite the file to import" in refusal(path, rejects=path)


def test_a_file_with_days_in_a_closed_period_is_refused(world, tmp_path) -> None:
    january = Period.objects.get(name="2026-01")
    close_period(period_id=january.pk, on=world.on, actor=world.system)
    path = retail.write(tmp_path, SALE.replace("2010-12-01", "2026-01-05"))
    assert "The period 2026-01 is closed" in refusal(path)


def test_a_company_with_other_books_is_refused(world, tmp_path) -> None:
    Company.objects.update(country="FR")
    assert "is not a British company" in refusal(retail.write(tmp_path))


def test_without_a_company_the_next_step_is_named(database, tmp_path) -> None:
    with pytest.raises(CommandError, match="There is no company yet"):
        import_orders(retail.write(tmp_path))


def test_more_lines_than_an_order_may_have_refuse_their_document(world, tmp_path) -> None:
    rows = "\n".join([SALE] * 1001 + [LATER])
    said = import_orders(retail.write(tmp_path, rows), through="ordered")
    assert "  refused: document of more than 1000 lines            1,001" in said
    assert Order.objects.get().external_id == "700002"


def test_a_document_of_two_customers_is_refused() -> None:
    lines = retail.text(f"{SALE}\n{SALE.replace('900.0', '901.0')}").splitlines(keepends=True)
    [document] = uci_retail.documents(lines)
    assert document.rows == []
    assert [reason for _, reason in document.refused] == ["several customers, countries or days"] * 2


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (SALE.replace("700001", "A700001"), "neither a sale nor a credit"),
        (SALE.replace("10001,", ","), "no stock code"),
        (SALE.replace(",1.25,", ",-1.25,"), "negative price"),
        (SALE.replace(",10,", ",0,"), "sale of a quantity not above zero"),
        (SALE.replace("700001", "C700001"), "credit of a quantity not below zero"),
        (SALE.replace("700001", "C700001").replace(",1.25,", ",0,"), "credit without a price"),
        (SALE.replace(",1.25,900.0,", ",0,,"), "no price and no customer"),
        (SALE.replace("United Kingdom", "Unspecified"), "unknown country"),
        (SALE.replace(",1.25,", ",0.0,"), None),
    ],
)
def test_a_line_that_makes_no_sense_is_refused_with_its_reason(line, reason) -> None:
    [row] = uci_retail.rows(retail.text(line).splitlines(keepends=True))
    assert uci_retail.refusal(row) == reason


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+44 20", "'+44 20"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("-20", "-20"),
        ("-0.5", "-0.5"),
        ("TIN DUCK", "TIN DUCK"),
    ],
)
def test_no_spreadsheet_takes_a_rejected_field_for_a_formula(text, written) -> None:
    assert harmless(text) == written


def test_plain_and_packed_lines_are_the_same(tmp_path) -> None:
    plain = tmp_path / "plain.csv"
    plain.write_text("a\nb\n")
    packed = tmp_path / "packed.csv.gz"
    packed.write_bytes(gzip.compress(b"a\nb\n"))
    assert list(textfile.lines(plain)) == list(textfile.lines(packed)) == ["a\n", "b\n"]
