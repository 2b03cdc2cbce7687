"""The form of a piece of master data: what the database would refuse is said in words, at the field it is about."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import BaseConstraint
from django.utils.translation import gettext_lazy

from o2c.kernel.money import is_currency, shortest

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


class MasterDataForm(forms.ModelForm):  # type: ignore[type-arg]
    """A row whose last day is not before its first, and which tells in words what a constraint refuses."""

    def clean(self) -> dict[str, Any]:
        """Refuse days that run backwards, before the database is asked what they overlap."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
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
