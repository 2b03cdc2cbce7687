"""How the crawl goes through the site: who goes, what they send, and what an answer means."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache as cache_of_a_process
from typing import Any

import pytest
from django.conf import urls
from django.contrib import admin
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.template.base import Template
from django.test import Client
from django.test.utils import _TestState
from django.urls import URLPattern

from o2c import context
from o2c.gateway import openapi
from o2c.kernel import paper
from o2c.kernel.models import User
from o2c.operations.roles import (
    AR_CLERK,
    AUDITOR,
    FINANCE_MANAGER,
    OF_THE_CONSOLE,
    ORDER_CLERK,
    WAREHOUSE_CLERK,
)
from tests.attached import PDF
from tests.shops import shop_in
from tests.world import World, staff

PEOPLE = {
    "O": ORDER_CLERK,
    "W": WAREHOUSE_CLERK,
    "A": AR_CLERK,
    "F": FINANCE_MANAGER,
    "R": AUDITOR,  # who reads, and does nothing else
    "S": "a shop",  # a program's account, should it ever get a session
    "n": "",  # nobody: who has not signed in
}
PASSWORD = "a-long-lantern"
READERS = "RSn"  # nothing that they post may write
QUERIES = 45  # that a page may take, whatever it shows

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|WITH\b.*\b(INSERT|UPDATE|DELETE)\b)", re.S | re.I)
LITERAL = re.compile(r"'[^']*'")
NOISE = re.compile(r'"django_session"')
# What people keep of their own: account, browsers, views of lists and jobs. That writes, whoever they are.
THEIR_OWN = re.compile(
    r'"?(kernel_(user|savedview|job)|usersessions_usersession|mfa_authenticator|account_\w+)\b'
)


def in_a_hurry(patch: pytest.MonkeyPatch) -> None:
    """Leave out what takes time and answers none of our questions: what papers, refusals and menus look like."""
    patch.setattr(paper, "to_pdf", lambda _sheet: PDF)
    patch.setattr(urls, "handler403", lambda _request, **_why: HttpResponse(status=403))
    patch.setattr(context, "navigation", lambda _request: [])
    patch.setattr(openapi, "as_yaml", cache_of_a_process(openapi.as_yaml))
    patch.setattr(
        Template, "_render", _TestState.saved_data.template_render
    )  # which keeps nothing of what it shows


def without_frame(patch: pytest.MonkeyPatch) -> None:
    """Leave out what stands around every page of the console; its own pages are asked for with it."""
    for part in ("get_sidebar_list", "get_app_list"):
        patch.setattr(type(admin.site), part, lambda *_of, **_more: [])


def addresses(patterns: list[Any], before: str = "") -> Iterator[tuple[str, str, Any]]:
    """Every address of the resolver that has a name, outside the API: its name, its pattern and its view."""
    for each in patterns:
        where = before + str(each.pattern)
        if not isinstance(each, URLPattern):
            yield from addresses(each.url_patterns, where)
        elif each.name and not where.startswith("api/v1/"):
            yield each.name, where, each.callback


def put_into(pattern: str, told: dict[str, Any]) -> str:
    """The address, with what stands in it."""
    named = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"<any:\1>", pattern.strip("$")).replace("^", "")
    path = re.sub(r"<\w+:(\w+)>", lambda found: str(told[found[1]]), "/" + named)
    return f"{path}?{told['?']}" if "?" in told else path


@contextmanager
def undone() -> Iterator[None]:
    """Do something, and then it was not done."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@dataclass
class Seen:
    """What a request did to the database."""

    queries: int = 0
    written: list[str] = field(default_factory=list)

    def __call__(self, execute: Callable[..., Any], sql: Any, *rest: Any) -> Any:
        text = LITERAL.sub("''", str(sql))
        self.queries += 1
        if WRITES.match(text) and not NOISE.search(text):
            self.written.append(text[:100])
        return execute(sql, *rest)

    @property
    def of_others(self) -> list[str]:
        """What was written besides what is one's own; that a job of one's own was begun is announced."""
        others = [sql for sql in self.written if not THEIR_OWN.search(sql)]
        begun = any("kernel_job" in sql for sql in self.written)
        return [sql for sql in others if not (begun and "kernel_event " in sql)]


@dataclass(frozen=True)
class Visit:
    """What stands in the address, what is said there, and where that leads, if it writes to the session alone."""

    told: dict[str, Any] = field(default_factory=dict)
    said: dict[str, list[Any]] = field(default_factory=dict)
    leads_to: str = ""


@dataclass
class Answer:
    """What came back: a mark for the table, and the page."""

    mark: str
    text: str
    url: str = ""


class Visitor:
    """One of the people with a browser, which is after each request as it was before."""

    def __init__(self, letter: str, faults: list[str], world: World) -> None:
        self.letter, self.faults = letter, faults
        self.client = Client(raise_request_exception=False)
        self.user = person(letter, world)
        if self.user:
            self.client.force_login(self.user)
            self.client.get("/theme/")  # refused, but now the session knows when it began
        self.cookies = dict(self.client.cookies)

    @contextmanager
    def prepared(self, prepare: Callable[["Visitor"], Visit]) -> Iterator[Visit]:
        """Let something be so for a while: in the database, and in the browser."""
        cookies = self.cookies
        with undone():
            yield prepare(self)
        self.cookies = cookies
        self._as_before()

    def remember(self, told: dict[str, Any]) -> None:
        """Let the session know something; to be prepared."""
        session = self.client.session
        session.update(told)
        session.save()
        self.cookies = dict(self.client.cookies)

    def goes_on_from(self, address: str, said: dict[str, list[Any]] | None = None) -> None:
        """Have been at an address before; to be prepared."""
        self.client.post(address, said) if said else self.client.get(address)
        self.cookies = dict(self.client.cookies)

    def get(self, address: str) -> Answer:
        """Ask for a page: it costs what a page may, and writes nothing."""
        answer, seen = self._ask("get", address)
        if seen.written or seen.queries > QUERIES:
            self._fault("GET", address, answer, f"{seen.queries} queries, {seen.written}")
        mark = self._mark(answer)
        is_page = mark == self.letter and not isinstance(answer, StreamingHttpResponse)
        return Answer(mark, answer.text if is_page and "html" in answer["Content-Type"] else "")

    def post(self, address: str, data: dict[str, Any]) -> Answer:
        """Send a form: who may not writes nothing, and who only reads nothing but their own."""
        answer, seen = self._ask("post", address, data)
        mark = self._mark(answer)
        if (seen.written and mark == ".") or (seen.of_others and self.letter in READERS):
            self._fault("POST", address, answer, str(seen.written))
        if mark == self.letter and not seen.written:
            mark = "~"
        return Answer(mark, "", getattr(answer, "url", ""))

    def _as_before(self) -> None:
        self.client.cookies.clear()
        self.client.cookies.update(self.cookies)

    def _ask(self, method: str, address: str, data: Any = None) -> tuple[Any, Seen]:
        cache.clear()  # where limits are counted
        seen = Seen()
        with undone(), connection.execute_wrapper(seen):
            answer = getattr(self.client, method)(address, data or {})
        self._as_before()
        for held in [each for values in (data or {}).values() for each in values]:
            if hasattr(held, "seek"):
                held.seek(0)
        if answer.status_code >= 500:
            self._fault(method.upper(), address, answer, "it broke")
        return answer, seen

    def _mark(self, answer: Any) -> str:
        status = answer.status_code
        if status in {401, 403} or (status == 302 and answer.url.startswith(("/sign-in/?", "/admin/login/"))):
            return "."
        return {404: "-", 405: "x", 409: "!", 422: "?"}.get(status, self.letter)

    def _fault(self, method: str, address: str, answer: Any, why: str) -> None:
        self.faults.append(f"{self.letter} {method} {address}: {answer.status_code}, {why}")


def person(letter: str, world: World) -> User | None:
    """The account of one of the people; who has a role of the console enters it."""
    if letter == "S":
        return shop_in(world).account
    if letter == "D":
        made, _ = User.objects.get_or_create(username="root", is_staff=True, is_superuser=True)
        return made
    if role := PEOPLE[letter]:
        user = staff(role)
        user.is_staff = role in OF_THE_CONSOLE
        return with_password(user)
    return None


def with_password(user: User) -> User:
    """The same, who can sign in."""
    user.email = f"{user.username}@lantern.example"
    user.set_password(PASSWORD)
    user.save()
    return user


def row(name: str, cells: list[list[str]]) -> str:
    """A line of a table: where no such method is, a cell says so."""
    told = ["no" if set(each) <= {"x", "."} and "x" in each else "".join(each) for each in cells]
    return f"{name:<38} " + " ".join(f"{each:<8}" for each in told).rstrip()
