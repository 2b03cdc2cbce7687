"""How an open item and a payment stand, in the words of a tag: the reason, not only the state."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from o2c.kernel.figures import day_words, money
from o2c.kernel.worklists import Tag
from receivables.models import Payment, Receivable


def standing(item: Receivable, today: date) -> Tag:
    """Return how an open item stands on a day: settled, late by how much, due when, or left to use."""
    if not item.open_amount:
        return Tag(_("Settled"), "good")
    if item.open_amount < 0:
        left = money(-item.open_amount, item.currency)
        return Tag(_("%(amount)s to use") % {"amount": left}, "wait")
    if item.due_on < today:
        return Tag(_("Overdue %(days)d d") % {"days": (today - item.due_on).days}, "bad")
    when = {"day": day_words(item.due_on)}
    if item.open_amount < item.amount:
        return Tag(_("Part paid, due %(day)s") % when, "info")
    return Tag(_("Due %(day)s") % when, "info")


def use_of(payment: Payment) -> Tag:
    """Return how much of a payment is allocated."""
    if payment.state == Payment.State.REVERSED:
        return Tag(_("Reversed"), "bad")
    if not payment.unallocated:
        return Tag(_("Allocated"), "good")
    if payment.unallocated == payment.amount:
        return Tag(_("To allocate"), "wait")
    return Tag(_("%(amount)s on account") % {"amount": left_of(payment)}, "wait")


def left_of(payment: Payment) -> str:
    """Return what is left of a payment, without its currency."""
    left: Decimal = payment.unallocated
    return money(left, payment.currency)
