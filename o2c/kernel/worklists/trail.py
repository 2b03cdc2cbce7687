"""Where a document stands in the list it was opened from: the one before, the one after, and the way back.

A list's links carry its address and the row's place in it, so the filter and the order are kept from document to
document. Nothing is remembered on the server, and a trail that means nothing is left out.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve

from o2c.kernel.requests import actor, company, today
from o2c.kernel.worklists.columns import Column, Kind
from o2c.kernel.worklists.worklist import Desk, Worklist

NAME = "in"
AROUND = 10  # the row may have moved a little since the list was seen
LAST = 10_000


@dataclass(frozen=True, slots=True)
class Trail:
    """The list that a document was opened from, and its neighbours there; empty where there is none."""

    title: Any
    back: str
    before: str = ""
    after: str = ""


def link_of(worklist: Worklist) -> Column | None:
    """Return the column that leads to the document of a row."""
    return next((column for column in worklist.columns if column.kind is Kind.LINK and column.url), None)


def with_trail(url: str, worklist: Worklist, place: int) -> str:
    """Return the address of a document with the *place*, from 0, at which the list has it."""
    if not worklist.path:
        return url
    sign = "&" if "?" in url else "?"
    return f"{url}{sign}{urlencode({NAME: f'{worklist.path}:{place}:{worklist.state}'})}"


def trail_of(request: HttpRequest) -> Trail | None:
    """Return where the document of a request stands in the list it was opened from, in one query."""
    path, _colon, rest = request.GET.get(NAME, "").partition(":")
    digits, _colon, query = rest.partition(":")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 6 and int(digits) < LAST):
        return None
    worklist = _worklist(request, path, query)
    if worklist is None:
        return None
    return _around(worklist, int(digits), here=request.path)


def _worklist(request: HttpRequest, path: str, query: str) -> Worklist | None:
    try:
        view = resolve(path).func
    except Resolver404:
        return None
    kind: type[Worklist] | None = getattr(view, "view_initkwargs", {}).get("worklist")
    if kind is None or not kind.is_open_to(actor(request)):
        return None
    return kind(Desk(actor(request), today(request), company(request)), QueryDict(query), path=path)


def _around(worklist: Worklist, place: int, *, here: str) -> Trail:
    link = link_of(worklist)
    page = place // 50 + 1
    back = worklist.path + worklist.address(page=str(page) if page > 1 else "")
    if link is None or link.url is None:
        return Trail(worklist.title, back)
    start = max(place - AROUND, 0)
    urls = [link.url(row) for row in worklist.matching[start : place + AROUND + 1]]
    paths = [url.partition("?")[0] for url in urls]
    if here in paths:
        at = paths.index(here)
        before, after = at - 1, at + 1
    else:  # it left the list: what stood after it stands in its place now
        before, after = place - start - 1, place - start
    return Trail(
        worklist.title,
        back,
        before=with_trail(urls[before], worklist, start + before) if 0 <= before < len(urls) else "",
        after=with_trail(urls[after], worklist, start + after) if after < len(urls) else "",
    )
