"""What a worklist is: rows, columns, filters, an order, and what can be done with what is ticked."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.db.models import Count, Model, Q, QuerySet, Sum
from django.http import QueryDict
from django.utils.module_loading import autodiscover_modules
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from o2c.kernel.errors import NotFound
from o2c.kernel.figures import day_words
from o2c.kernel.models import Company, SavedView, User
from o2c.kernel.worklists.actions import BulkAction
from o2c.kernel.worklists.columns import Column, Kind
from o2c.kernel.worklists.filters import Filters

PAGE = 50
LAST_PAGE = 200  # further down nobody works: they filter
COUNTED = 10_000
OWN = {"sort", "columns", "page", "view", "q"}
MANY_IDS = 1_000


@dataclass(frozen=True, slots=True)
class Desk:
    """Who looks at a list, on which business date, for which company."""

    actor: User
    today: date
    company: Company


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, and the address without it."""

    label: Any
    value: str
    without: str


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head: the address that sorts by it, and how the list is sorted by it now."""

    column: Column
    address: str
    direction: str


_known: dict[str, type["Worklist"]] = {}


def worklist_of(key: str) -> type["Worklist"]:
    """Return the list that saved views and jobs know by its key.

    :raises NotFound: there is none.
    """
    autodiscover_modules("worklists")  # a worker has opened no page yet
    found = _known.get(key)
    if found is None:
        raise NotFound(_("There is no such list."))
    return found


class Worklist:
    """A list as a page shows it. Subclasses declare; `rows` is the only thing they must write.

    *key* names the list in saved views. *filters* is a django-filter ``FilterSet``. *money* is the column whose
    sum the head shows, by currency, of the rows that *adds_up* names. *order* names what the list is sorted by
    when nobody says otherwise, such as ``valid_until pk``, always unique at its end, and in the order of an index
    where the list grows.
    """

    key: ClassVar[str]
    title: ClassVar[Any]
    permission: ClassVar[str]
    columns: ClassVar[Sequence[Column]]
    filters: ClassVar[type[Filters]] = Filters
    actions: ClassVar[Sequence[BulkAction]] = ()
    order: ClassVar[str] = "-pk"
    money: ClassVar[str] = ""
    adds_up: ClassVar[Q] = Q()  # which rows the sum is of; all, unless some come to nothing
    search_hint: ClassVar[Any] = ""
    nothing: ClassVar[Any] = ""
    nothing_next: ClassVar[tuple[Any, str] | None] = None
    new: ClassVar[tuple[Any, str, str] | None] = None  # label, url name, permission

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "key" in vars(cls):
            _known[cls.key] = cls

    @classmethod
    def is_open_to(cls, reader: User) -> bool:
        """Say whether somebody may see the list; one without a permission is everybody's own."""
        return not cls.permission or reader.has_perm(cls.permission)

    def __init__(self, desk: Desk, query: QueryDict, *, path: str = "") -> None:
        self.desk, self.query, self.path = desk, query, path
        self.search = query.get("q", "").replace("\x00", "").strip()[:100]

    # ---- what subclasses write
    def rows(self) -> QuerySet[Any]:
        """Return every row of the list that the person may see, with what the columns read joined in."""
        raise NotImplementedError

    def found(self, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        """Return the rows that match what somebody typed."""
        return rows

    def prepared(self, rows: list[Any]) -> list[Any]:
        """Return the rows of one page with what takes a query for all of them at once."""
        return rows

    # ---- what is shown
    @cached_property
    def filterset(self) -> Filters:
        """Return the filters, bound to the address."""
        given = self.filters(data=self.query, queryset=self.rows())
        given.today = self.desk.today
        given.form.is_valid()
        return given

    @cached_property
    def _named(self) -> QuerySet[Any]:
        """Return every row that the address names. A filter that cannot be read is left out."""
        rows = self.filterset.filter_queryset(self.rows()) if self.query else self.rows()
        return self.found(rows, self.search) if self.search else rows

    @property
    def matching(self) -> QuerySet[Any]:
        """Return every row that the address names, in its order."""
        return self._named.order_by(*self._order)

    @cached_property
    def _order(self) -> list[str]:
        name = self.query.get("sort", "")
        column = next((column for column in self.columns if column.name == name.lstrip("-")), None)
        if column is None or not self._sorts(column):
            return self.order.split()
        return [f"-{column.sort}" if name.startswith("-") else column.sort, *self.order.split()]

    def _sorts(self, column: Column) -> bool:
        """Say whether the list can be put in the order of a column.

        A long one only where an index has it in that order: any other is made of every row for each page.
        """
        return bool(column.sort) and (column.sort in self._in_order or not self.is_long)

    @cached_property
    def _in_order(self) -> set[str]:
        """Return by what an index of all rows has them in order."""
        meta = self._named.model._meta
        whole = [index for index in meta.indexes if index.fields and not index.condition]
        unique = {field.name for field in meta.fields if field.unique}
        return {"pk"} | unique | {index.fields[0].lstrip("-") for index in whole}

    @cached_property
    def page(self) -> int:
        """Return which page is shown, from 1."""
        text = self.query.get("page", "1")
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
        return min(max(number, 1), LAST_PAGE)

    @cached_property
    def _slice(self) -> list[Any]:
        """Return the rows of this page and one more, found by their keys alone.

        So the whole list is sorted without what the columns join in, which only the page's rows are read with.
        """
        start = (self.page - 1) * PAGE
        keys = self.matching.values("pk")[start : start + PAGE + 1]
        return list(self.rows().filter(pk__in=keys).order_by(*self._order))

    @cached_property
    def shown(self) -> list[Any]:
        """Return the rows of this page."""
        return self.prepared(self._slice[:PAGE])

    @property
    def has_next(self) -> bool:
        """Say whether there is another page."""
        return len(self._slice) > PAGE and self.page < LAST_PAGE

    @property
    def last_page(self) -> int:
        """Return the last page that has rows, 1 for an empty list."""
        return min(max(-(-self.counted // PAGE), 1), LAST_PAGE)

    @cached_property
    def counted(self) -> int:
        """Return how many rows match, counted to ten thousand: beyond, the exact figure helps nobody."""
        if self.search and self._money is not None:
            return sum(count for _currency, _amount, count in self._by_currency)
        return self._named.order_by()[: COUNTED + 1].count()

    @property
    def is_long(self) -> bool:
        """Say whether more rows match than are counted."""
        return self.counted > COUNTED

    @property
    def sorts_in_part(self) -> bool:
        """Say whether only a shorter list could be sorted by every column that is shown."""
        return self.is_long and any(column.sort and not self._sorts(column) for column in self.visible)

    @cached_property
    def sums(self) -> list[tuple[str, Any]]:
        """Return the sums of the money column by currency, of what was counted; empty for a longer list."""
        if self._money is None or self.is_long:
            return []
        return sorted((currency, amount) for currency, amount, _count in self._by_currency if amount)

    @property
    def _money(self) -> Column | None:
        """Return the column whose sum the head shows."""
        return next((column for column in self.columns if column.name == self.money), None)

    @cached_property
    def _by_currency(self) -> list[tuple[str, Any, int]]:
        """Return the sum and the number of the rows in each currency.

        What was searched for is looked through once for both; whatever else is listed is found by an index.
        """
        column = self._money
        if column is None:
            return []
        path = column.currency.replace(".", "__")
        rows = self._named.order_by().values_list(path)
        amount = Sum(column.sort or column.name, filter=self.adds_up or None)
        return list(rows.annotate(added_up=amount, rows_found=Count("pk")))

    # ---- columns
    @cached_property
    def visible(self) -> list[Column]:
        """Return the columns that the address names, or those shown by default."""
        names = [name for name in self.query.get("columns", "").split(",") if name]
        known = {column.name: column for column in self.columns}
        return [known[name] for name in names if name in known] or [
            column for column in self.columns if column.shown
        ]

    @property
    def heads(self) -> list[Head]:
        """Return the columns' heads."""
        return [self._head(column) for column in self.visible]

    def _head(self, column: Column) -> Head:
        now = self.query.get("sort", "")
        if not self._sorts(column):
            return Head(column, "", "")
        direction = {column.name: "ascending", f"-{column.name}": "descending"}.get(now, "")
        first = f"-{column.name}" if column.kind in {Kind.MONEY, Kind.NUMBER, Kind.QUANTITY} else column.name
        other = column.name if first.startswith("-") else f"-{column.name}"
        return Head(column, self.address(sort=other if now == first else first, page=""), direction)

    # ---- the address
    def address(self, **changed: str) -> str:
        """Return the address of this list with some parameters changed; an empty one is left out."""
        kept = {name: self.query.getlist(name) for name in self.query if name not in changed}
        told = {name: [value] for name, value in changed.items() if value}
        pairs = [(name, value) for name, values in (kept | told).items() for value in values if value]
        return "?" + urlencode(pairs)

    @property
    def state(self) -> str:
        """Return the address without the page: what a saved view keeps."""
        return self.address(page="", view="").removeprefix("?")

    @cached_property
    def chips(self) -> list[Chip]:
        """Return the filters in force."""
        form = self.filterset.form
        found = [
            Chip(form.fields[name].label, _told(form, name, value), self.address(**_without(form, name)))
            for name, value in form.cleaned_data.items()
            if _narrows(value)
        ]
        if self.search:
            found.append(Chip("", f"“{self.search}”", self.address(q="", page="")))
        return [replace(chip, without="?view=all") if chip.without == "?" else chip for chip in found]

    # ---- ticked rows
    def chosen_ids(self, data: QueryDict, *, most: int) -> list[int]:
        """Return the ids of the rows that were ticked, or of all that match, in the list's order."""
        rows = self.matching
        if not data.get("all"):
            texts = data.getlist("id")[:MANY_IDS]
            rows = rows.filter(pk__in=[int(text) for text in texts if text.isascii() and text.isdigit()])
        return list(rows.values_list("pk", flat=True)[:most])

    def ticked(self, ids: Sequence[int]) -> list[Any]:
        """Return the rows of some ids, in the order of the ids."""
        found = {row.pk: row for row in self.prepared(list(self.matching.filter(pk__in=ids)))}
        return [found[pk] for pk in ids if pk in found]

    def may(self) -> list[BulkAction]:
        """Return the actions of the person's role."""
        return [action for action in self.actions if self.desk.actor.has_perm(action.permission)]

    @property
    def creates(self) -> tuple[Any, str] | None:
        """Return the label and address name of what makes another row, for whose role that is."""
        if self.new is None or not self.desk.actor.has_perm(self.new[2]):
            return None
        return self.new[:2]

    # ---- saved views
    @cached_property
    def views(self) -> list[SavedView]:
        """Return the person's own views of this list and those that colleagues share."""
        return list(SavedView.objects.of(self.key, reader=self.desk.actor))

    @property
    def first_view(self) -> SavedView | None:
        """Return the view with which the list opens for the person, where they chose one."""
        own = (view for view in self.views if view.owner_id == self.desk.actor.pk)
        return next((view for view in own if view.is_default), None)


def _narrows(value: Any) -> bool:
    """Return whether a filter's value leaves anything out; of rows to choose from none may be chosen."""
    return bool(value) if isinstance(value, QuerySet) else value not in (None, "", [], False)


def _without(form: Any, name: str) -> dict[str, str]:
    """Return what of the address a filter takes away with it: of a range both ends."""
    ends = getattr(form.fields[name].widget, "suffixes", None) or []
    return {"page": "", name: ""} | {f"{name}_{end}": "" for end in ends}


def _told(form: Any, name: str, value: Any) -> str:
    """Return a filter's value in the words of its field."""
    if isinstance(value, Model):
        return str(value)
    if isinstance(value, slice):
        return _range_words(*(_end_words(end) for end in (value.start, value.stop)))
    if isinstance(value, QuerySet):
        return ", ".join(str(row) for row in value)
    choices: Mapping[Any, Any] = dict(getattr(form.fields[name], "choices", ()) or ())
    if isinstance(value, Collection) and not isinstance(value, str):
        return ", ".join(str(choices.get(one, one)) for one in value)
    return str(choices.get(value, value))


def _range_words(start: str, stop: str) -> str:
    """Return a range in words; an empty end is open."""
    if start and stop:
        return start if start == stop else f"{start} – {stop}"
    return _("from %(start)s") % {"start": start} if start else _("until %(stop)s") % {"stop": stop}


def _end_words(end: Any) -> str:
    """Return an end of a range as the reader writes it: of an instant its day."""
    if isinstance(end, datetime):
        return day_words(localtime(end).date())
    if isinstance(end, date):
        return day_words(end)
    return "" if end is None else str(end)
