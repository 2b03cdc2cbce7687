"""The form of a piece of master data: what the database would refuse is said in words, at the field it is about."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar, TypeVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.db.models import BaseConstraint
from django.utils.choices import flatten_choices
from django.utils.translation import gettext as _, gettext_lazy
from unfold.forms import PaginationInlineFormSet

from o2c.kernel.db import verb
from o2c.kernel.deskform import DeskForm
from o2c.kernel.figures import day_words
from o2c.kernel.money import is_currency, shortest

Result = TypeVar("Result")

NO_CURRENCY = gettext_lazy("Enter an ISO 4217 code, such as EUR.")
BEFORE_FIRST = gettext_lazy("The last day is before the first.")
ABOVE_ZERO = gettext_lazy("Enter more than zero.")
SPANS = (("valid_from", "valid_to"), ("starts_on", "ends_on"))
# What a constraint says, by the end of its name.
WORDS: dict[str, Any] = {
    "_no_overlap": gettext_lazy("Another one covers part of these days: end it first."),
    "_not_negative": gettext_lazy("Enter zero or more."),
    "_positive": ABOVE_ZERO,
    "_reviews": ABOVE_ZERO,
    "_holds_something": ABOVE_ZERO,
    "_factor_sane": gettext_lazy("Enter more than one."),
    "_currency_iso": NO_CURRENCY,
    "_zero_unless_standard": gettext_lazy("Only the standard rate may be above zero."),
    "terms_discount_sane": gettext_lazy("Enter zero or more, and less than 100."),
    "orderdiscount_sane": gettext_lazy("Enter more than zero, and 100 at most."),
    "_forward": BEFORE_FIRST,
}


def ensure_currency(code: str) -> str:
    """Return *code*, if somebody can pay in it.

    :raises ValidationError: it is no currency's.
    """
    if not is_currency(code):
        raise ValidationError(NO_CURRENCY)
    return code


class StampField(forms.CharField):
    """What the row was like when the form was shown, hidden; it is no change of its own."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput())

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Say that nobody typed it."""
        return False


def stamp_of(shown: Any) -> str:
    """Return a digest of stored values that a form shows."""
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()


def changed_meanwhile(stored: Sequence[str]) -> ValidationError:
    """Return the refusal that shows what a colleague *stored* since the form was shown."""
    words = _(
        "Somebody else changed this while you had it open. Stored now is: %(stored)s. "
        "What you typed is kept; save again to replace what is stored."
    )
    return ValidationError(words % {"stored": "; ".join(stored) or "–"})


def shown_by(field: Any, value: Any) -> str:
    """Return what somebody reads of a stored *value* in a form's *field*."""
    if isinstance(field, forms.ModelChoiceField):
        offered: Any = field.queryset
        every = offered.model._base_manager  # also what may not be chosen any more
        row = value
        if not isinstance(value, models.Model):
            row = every.filter(**{field.to_field_name or "pk": value}).first()
        return str(value) if row is None else str(field.label_from_instance(row))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return day_words(value)
    choices: list[tuple[Any, Any]] = list(flatten_choices(getattr(field, "choices", ())))
    return str({str(key): label for key, label in choices}.get(str(value), value))


class StampedForm(forms.Form):
    """A form over what is stored, its initial values.

    What a colleague saved since the form was shown is not overwritten unseen: it is shown beside what was typed.
    """

    stamp = StampField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_over_a_row():
            shown = {name: str(self.initial.get(name)) for name in sorted(self.fields) if name != "stamp"}
            self.initial = {**self.initial, "stamp": stamp_of(shown)}

    def is_over_a_row(self) -> bool:
        """Say whether there is anything that a colleague can have changed."""
        return True

    def _refuse_stale(self, seen: str) -> None:
        """Say what is stored by now where that is not what was shown; sent again, the form replaces it."""
        now = self.initial.get("stamp")
        if not seen or not now or seen == now:
            return
        stored = [
            _("%(field)s: %(value)s") % {"field": self.fields[name].label, "value": self._stored(name)}
            for name in self.changed_data
        ]
        sent: Any = self.data
        self.data = sent = sent.copy()
        sent[self.add_prefix("stamp")] = now
        self.add_error(None, changed_meanwhile(stored))

    def _stored(self, name: str) -> str:
        """Return what is stored, as its field shows it: of a choice its label."""
        field = self.fields[name]
        shown = field.prepare_value(self.get_initial_for_field(field, name))
        several = shown if isinstance(shown, list | tuple) else [shown]
        return ", ".join(shown_by(field, value) for value in several if value not in (None, "")) or "–"

    def clean(self) -> dict[str, Any]:
        """Refuse a stale form."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self._refuse_stale(cleaned.pop("stamp", ""))
        return cleaned


class ReplacingForm(StampedForm, DeskForm):
    """A stamped form of a desk, whose verb replaces what is stored."""

    def replaces(
        self, stored: Callable[[], Mapping[str, Any]], change: Callable[..., Result], **arguments: object
    ) -> Result | None:
        """Return what *change* returns; None when it refuses, or when what is stored was not shown.

        *stored* locks what is replaced and returns the initial values by now: of two who save at the same
        instant, the second is shown what the first saved.
        """

        @verb
        def replace() -> Result | None:
            now = type(self)(self.data, initial=dict(stored()))
            if now.is_valid():
                return change(**arguments)
            self.data = now.data
            self.add_error(None, now.non_field_errors().as_data())
            return None

        return self.hears(replace)


class MasterDataForm(StampedForm, forms.ModelForm):  # type: ignore[type-arg]
    """A row whose last day is not before its first, and which tells in words what a constraint refuses."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.prefix:  # a row of a table, whose heads are no labels to a screen reader
            for field in self.fields.values():
                field.widget.attrs.setdefault("aria-label", str(field.label))

    def is_over_a_row(self) -> bool:
        """Say whether the row is stored already."""
        return self.instance.pk is not None

    def clean(self) -> dict[str, Any]:
        """Refuse days that run backwards, before the database is asked what they overlap."""
        cleaned = super().clean()
        for first, last in SPANS:
            begins, ends = cleaned.get(first), cleaned.get(last)
            if begins is not None and ends is not None and ends < begins:
                self.add_error(last, BEFORE_FIRST)
        return cleaned

    def get_initial_for_field(self, field: Any, field_name: str) -> Any:
        """Return what a field begins with: a number without the zeros of its column's scale."""
        value = super().get_initial_for_field(field, field_name)
        return shortest(value) if isinstance(value, Decimal) else value

    def _update_errors(self, errors: ValidationError) -> None:
        """Put what constraints refuse into words, beside the field if it is about one."""
        known = {
            constraint.get_violation_error_message(): constraint
            for constraint in self.instance._meta.constraints
        }
        told: dict[str, list[Any]] = {}
        for field, found in errors.update_error_dict({}).items():
            for error in found:
                constraint = known.get(error.message)
                where, what = (field, error) if constraint is None else self._said(constraint, field, error)
                told.setdefault(where, []).append(what)
        super()._update_errors(ValidationError(told))  # type: ignore[misc] # Django's own step

    def _said(
        self, constraint: BaseConstraint, field: str, error: ValidationError
    ) -> tuple[str, ValidationError]:
        words = next((words for end, words in WORDS.items() if constraint.name.endswith(end)), None)
        if words is None:
            return field, error
        about: set[str] = getattr(getattr(constraint, "condition", None), "referenced_base_fields", set())
        where = next(iter(about)) if len(about) == 1 else NON_FIELD_ERRORS
        return (where if where in self.fields else NON_FIELD_ERRORS), ValidationError(words)


def is_used(row: models.Model) -> bool:
    """Say whether any other row names this one, of whatever app above."""
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: row}).exists()
        for relation in row._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel)
    )


class LastingForm(MasterDataForm):
    """A row with days of validity, which stays as it is from its first day on: documents may have used it.

    What comes after it is another row, valid from another day. Only its last day is still set, as long as that
    lies ahead. *today* is set by the page.
    """

    today: ClassVar[date] = date.max

    def has_begun(self) -> bool:
        """Say whether the row that is stored holds already."""
        begins = self.initial.get("valid_from") if self.instance.pk else None
        return begins is not None and begins <= self.today

    def clean(self) -> dict[str, Any]:
        """Refuse to change what has begun."""
        cleaned = super().clean()
        if not self.has_begun():
            return cleaned
        for name in self.changed_data:
            if name == "valid_to":
                self._ensure_ahead(cleaned.get(name), was=self.initial.get(name))
            elif name in self.fields:
                self.add_error(name, refusal_to_change(self.initial["valid_from"]))
        return cleaned

    def _ensure_ahead(self, last: date | None, *, was: date | None) -> None:
        """Refuse to end it before yesterday, or to let it hold again after it ended."""
        yesterday = self.today - timedelta(days=1)
        if any(day is not None and day < yesterday for day in (last, was)):
            self.add_error("valid_to", _("What held on past days stays: documents may have used it."))


def refusal_to_change(since: date) -> str:
    """Return what is said to whoever changes or deletes a row that holds since a day."""
    return _(
        "This holds since %(day)s, and documents may have used it, so it is not changed in place. "
        "End it, and add another one that is valid from a later day."
    ) % {"day": day_words(since)}


class LastingRows(PaginationInlineFormSet):
    """Rows with days of validity beside what they belong to: those that have begun are not deleted."""

    def clean(self) -> None:
        """Refuse to delete what has begun."""
        super().clean()
        for form in self.deleted_forms:
            if form.has_begun():
                raise ValidationError(refusal_to_change(form.initial["valid_from"]))
