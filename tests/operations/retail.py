"""A made-up file in the format uci-retail, with a line of each kind."""

import gzip
from pathlib import Path

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
ROWS = """
700001,10001,TIN DUCK,10,2010-12-01 09:00:00,1.25,900.0,United Kingdom
700001,10002A,"BELL, SMALL",4,2010-12-01 09:00:00,3.0,900.0,United Kingdom
700001,10002A,"BELL, SMALL",4,2010-12-01 09:00:00,3.0,900.0,United Kingdom
700002,10003,PAPER STAR,3,2010-12-01 10:00:00,2.1,,United Kingdom
700002,DOT,PARCEL POSTAGE,1,2010-12-01 10:00:00,5.55,,United Kingdom
700003,10004,WOODEN SLEDGE,2,2010-12-02 11:00:00,50.0,901.0,Norway
700003,POST,POSTAGE,1,2010-12-02 11:00:00,18.0,901.0,Norway
700004,10001,,-20,2010-12-02 12:00:00,0.0,,United Kingdom
700004,10003,=HYPERLINK("damaged"),5,2010-12-02 12:00:00,0.0,,United Kingdom
C700005,10002A,"BELL, SMALL",-4,2010-12-03 09:00:00,3.0,900.0,United Kingdom
C700005,D,Discount,-1,2010-12-03 09:00:00,2.5,900.0,United Kingdom
700006,10001,TIN DUCK,1,2010-12-03 10:00:00,0.0,901.0,Norway
C700007,M,Manual,-1,2010-12-03 11:00:00,4.0,,United Kingdom
700008,10002a,BELL SMALL,5,2010-12-04 09:00:00,1.25,900.0,United Kingdom
700008,10001,TIN DUCK,-1,2010-12-04 09:00:00,9.99,900.0,United Kingdom
700009,10001,TIN DUCK,1,2010-12-04 10:00:00,7.0,902.0,Atlantis
"""


def text(rows: str = ROWS, header: str = HEADER) -> str:
    """The file's text."""
    return f"{header}\n{rows.strip()}\n"


def write(directory: Path, rows: str = ROWS, header: str = HEADER) -> Path:
    """The file, plain."""
    path = directory / "sales.csv"
    path.write_text(text(rows, header).replace('=HYPERLINK("damaged")', '"=HYPERLINK(""damaged"")"'))
    return path


def write_gzipped(directory: Path, content: bytes | None = None) -> Path:
    """The file, packed; or any other content."""
    path = directory / "sales.csv.gz"
    path.write_bytes(gzip.compress(content if content is not None else write(directory).read_bytes()))
    return path
