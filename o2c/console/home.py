"""The console's first page: what waits for a decision, what the night left, what the books ask for."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from credit.models import CreditAccount
from customers import selectors as customers
from customers.models import Customer
from ledger.models import ExchangeRate, Period
from o2c.console import approvals, jobs, proof
from o2c.gateway.models import WebhookDelivery, WebhookEndpoint
from o2c.kernel import clock
from o2c.kernel.errors import NotSetUp
from o2c.kernel.models import Company, User
from o2c.kernel.money import Money
from o2c.kernel.requests import actor, company, today
from reporting.selectors import due

GOOD, WAIT, BAD = "good", "wait", "bad"


@dataclass(frozen=True, slots=True)
class Card:
    """One thing that somebody looks after: how much waits, how it stands, and where it is worked on."""

    label: str
    figure: str
    note: str
    url: str
    tone: str = ""
    amounts: list[Money] = field(default_factory=list)


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add to the console's index what this reader looks after."""
    reader = actor(request)
    try:
        selling = company(request)
    except NotSetUp:
        return {**context, "sections": [], "night": None, "undone": []}
    on = today(request)
    daily = jobs.daily_jobs_of(at=clock.now(), today=on) if reader.has_perm("kernel.view_jobrun") else []
    undone = [job for job in daily if job.needs_a_run]
    night = proof.last_night() if reader.has_perm("reporting.view_certificate") else None
    waits = approvals.waiting(reader=reader)
    return {
        **context,
        "title": _("Today"),
        "waiting": waits[:8],
        "more_waiting": max(len(waits) - 8, 0),
        "night": night,
        "sections": [
            (_("To decide"), list(_decisions(reader, waits, on))),
            (_("The books"), list(_books(reader, selling, night, on))),
            (_("The machinery"), list(_machinery(reader, daily, undone))),
        ],
        "undone": undone,
    }


def _decisions(reader: User, waits: list[approvals.Waiting], on: date) -> Iterator[Card]:
    if reader.has_perm("credit.view_limitrequest") or reader.has_perm("orders.view_release"):
        oldest = min((one.on for one in waits), default=None)
        yield Card(
            _("Approvals"),
            str(len(waits)),
            _since(oldest, on) if oldest else _("Nobody waits for a second person."),
            reverse("console-approvals"),
            WAIT if waits else GOOD,
            _sums((one.amount, one.currency) for one in waits),
        )
    if reader.has_perm("orders.view_order"):
        held = due.held_orders()
        yield Card(
            _("Orders on hold"),
            str(held.count),
            _since(held.oldest_on, on) if held.oldest_on else _("Every order passed."),
            reverse("order-holds"),
            WAIT if held.count else GOOD,
            list(held.amounts),
        )
    if reader.has_perm("credit.view_creditaccount"):
        reviews = CreditAccount.objects.filter(review_on__lte=on).count()
        yield Card(
            _("Credit reviews due"),
            str(reviews),
            _("Accounts whose review day has come."),
            f"{reverse('admin:credit_creditaccount_changelist')}?review_on__lte={on}",
            WAIT if reviews else GOOD,
        )
    if reader.has_perm("customers.view_vatcheck"):
        unchecked = customers.vat_ids_to_check(on=on).count()
        yield Card(
            _("VAT ids to check"),
            str(unchecked),
            _("Tax depends on them, and nobody answered lately."),
            f"{reverse('admin:customers_customer_changelist')}?vat_id=to-check",
            WAIT if unchecked else GOOD,
        )


def _books(reader: User, selling: Company, night: proof.Night | None, on: date) -> Iterator[Card]:
    if reader.has_perm("reporting.view_certificate"):
        yield _proof(night, on)
    if reader.has_perm("ledger.view_period"):
        yield _period(selling, on)
    if reader.has_perm("ledger.view_exchangerate"):
        missing = _currencies_without_rate(selling, on)
        yield Card(
            _("Exchange rates"),
            ", ".join(missing) if missing else _("Complete"),
            _("No rate covers today.") if missing else _("Every currency in use has one for today."),
            reverse("admin:ledger_exchangerate_changelist"),
            BAD if missing else GOOD,
        )
    if reader.has_perm("receivables.view_receivable"):
        late = due.overdue_items(on=on)
        yield Card(
            _("Overdue invoices"),
            str(late.count),
            _since(late.oldest_on, on) if late.oldest_on else _("Nobody is late."),
            f"{reverse('open-items')}?show=overdue&sort=due_on",
            WAIT if late.count else GOOD,
            list(late.amounts),
        )


def _proof(night: proof.Night | None, on: date) -> Card:
    url = reverse("console-proof")
    if night is None:
        return Card(_("Proof of the books"), _("Never"), _("The first night will tell."), url, WAIT)
    if not night.certificate.passed:
        return Card(
            _("Proof of the books"),
            ngettext("%(count)d check failed", "%(count)d checks failed", len(night.failed))
            % {"count": len(night.failed)},
            _("First: %(document)s") % {"document": night.first},
            reverse("console-certificate", args=[night.certificate.pk]),
            BAD,
        )
    age = (on - night.certificate.business_date).days
    note = ngettext("%(count)d check, nothing found.", "%(count)d checks, nothing found.", night.checks)
    words = _("They agree") if age <= 1 else _("Not proved lately")
    return Card(
        _("Proof of the books"), words, note % {"count": night.checks}, url, GOOD if age <= 1 else WAIT
    )


def _period(selling: Company, on: date) -> Card:
    url = f"{reverse('admin:ledger_period_changelist')}?state__exact=open"
    ended = Period.objects.filter(company=selling, state=Period.State.OPEN, ends_on__lt=on)
    first, count = ended.order_by("starts_on").first(), ended.count()
    if first is None:
        return Card(_("Periods to close"), _("None"), _("Only the running period is open."), url, GOOD)
    days = (on - first.ends_on).days
    ago = ngettext("%(period)s ended %(days)d day ago.", "%(period)s ended %(days)d days ago.", days)
    return Card(_("Periods to close"), str(count), ago % {"period": first.name, "days": days}, url, WAIT)


def _currencies_without_rate(selling: Company, on: date) -> list[str]:
    """Return the currencies of customers, other than the company's, that no rate covers on *on*."""
    used = set(Customer.objects.filter(active=True).order_by().values_list("currency", flat=True).distinct())
    rates = ExchangeRate.objects.filter(company=selling, valid_from__lte=on).exclude(valid_to__lt=on)
    return sorted(used - {selling.base_currency} - set(rates.values_list("currency", flat=True)))


def _nightly(undone: list[jobs.DailyJob], never: list[jobs.DailyJob]) -> Card:
    url = reverse("console-jobs")
    if undone:
        words = ngettext("%(count)d to look at", "%(count)d to look at", len(undone))
        return Card(_("Nightly jobs"), words % {"count": len(undone)}, undone[0].name, url, BAD)
    if never:
        words = ngettext("%(count)d never ran", "%(count)d never ran", len(never))
        note = _("They run at their hours, while a worker is there.")
        return Card(_("Nightly jobs"), words % {"count": len(never)}, note, url, WAIT)
    return Card(_("Nightly jobs"), _("All ended"), _("The last run of each ended well."), url, GOOD)


def _machinery(reader: User, daily: list[jobs.DailyJob], undone: list[jobs.DailyJob]) -> Iterator[Card]:
    if daily:
        yield _nightly(undone, [job for job in daily if job.last is None])
    if reader.has_perm("kernel.view_eventdelivery"):
        stuck = jobs.stuck_deliveries(at=clock.unmoved()).count()
        yield Card(
            _("Effects still owed"),
            str(stuck),
            _("Tried in vain, or waiting for long.")
            if stuck
            else _("Everything that happened had its effect."),
            f"{reverse('console-jobs')}#owed",
            BAD if stuck else GOOD,
        )
    if reader.has_perm("customers.view_message"):
        unsent = customers.undelivered().count()
        yield Card(
            _("Messages that reached nobody"),
            str(unsent),
            _("No address, refused, or in doubt.") if unsent else _("Every customer was told."),
            f"{reverse('admin:customers_message_changelist')}?reached=nobody",
            BAD if unsent else GOOD,
        )
    if reader.has_perm("gateway.view_webhookdelivery"):
        lost = WebhookDelivery.objects.exhausted().count()
        off = WebhookEndpoint.objects.filter(deleted_at=None).exclude(disabled_at=None).count()
        yield Card(
            _("Webhooks that reached nobody"),
            str(lost),
            ngettext("%(count)d address is disabled.", "%(count)d addresses are disabled.", off)
            % {"count": off}
            if off
            else _("Every address is in use."),
            f"{reverse('admin:gateway_webhookdelivery_changelist')}?state__exact=exhausted",
            BAD if lost else WAIT if off else GOOD,
        )


def _since(oldest: date | None, on: date) -> str:
    days = (on - oldest).days if oldest else 0
    if days <= 0:
        return _("The oldest is of today.")
    return ngettext("The oldest waits for %(days)d day.", "The oldest waits for %(days)d days.", days) % {
        "days": days
    }


def _sums(amounts: Iterable[tuple[Decimal, str]]) -> list[Money]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for amount, currency in amounts:
        sums[currency] += amount
    return [Money(amount, currency) for currency, amount in sorted(sums.items(), key=lambda pair: -pair[1])]
