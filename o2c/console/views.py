"""The console's own pages."""

import csv
from datetime import timedelta
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_POST

from credit import services as credit
from ledger import services as ledger
from ledger.services import ManualLine
from o2c.console import approvals, jobs, matrix, proof, services
from o2c.console.duty_report import MOST_EXPORTED, MOST_SHOWN, DutyReport, duty_report
from o2c.console.forms import LINES, EntryForm, EntryLines, SpanForm, accounts_for_hand
from o2c.console.pages import for_any_of, page, tell
from o2c.kernel import clock
from o2c.kernel.errors import DomainError
from o2c.kernel.money import ZERO
from o2c.kernel.requests import actor, company, today
from o2c.kernel.worklists.exports import Echo, harmless
from o2c.operations import roles
from orders import services as orders
from reporting.models import Certificate


@for_any_of("credit.view_limitrequest", "orders.view_release")
def inbox(request: HttpRequest) -> HttpResponse:
    """Show what waits for a second person."""
    return page(
        request,
        "console/approvals.html",
        title=_("Approvals"),
        waiting=approvals.waiting(reader=actor(request)),
        on=today(request),
    )


@for_any_of("credit.approve_limit", "orders.release_order")
@require_POST
def decide(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Approve or reject what somebody asked for; the reason is the answer that they read."""
    if kind not in {approvals.LIMIT, approvals.RELEASE}:
        raise Http404
    by: dict[str, Any] = {"on": today(request), "actor": actor(request)}
    answer, approves = request.POST.get("answer", ""), "approve" in request.POST
    if kind == approvals.LIMIT and approves:
        tell(
            request,
            partial(credit.approve_limit_request, request_id=pk, answer=answer, **by),
            done=_("The limit is approved and holds from now on."),
        )
    elif kind == approvals.LIMIT:
        tell(
            request,
            partial(credit.reject_limit_request, request_id=pk, answer=answer, **by),
            done=_("The request is rejected."),
        )
    elif approves:
        tell(
            request,
            partial(orders.approve_release, release_id=pk, **by),
            done=_("The release is approved; the order was checked again."),
        )
    else:
        tell(
            request,
            partial(orders.reject_release, release_id=pk, reason=answer, **by),
            done=_("The release is rejected; the order goes on waiting."),
        )
    return redirect("console-approvals")


@for_any_of("kernel.view_jobrun")
def job_list(request: HttpRequest) -> HttpResponse:
    """Show what runs by itself, how it ended, and what is still owed."""
    owed = (
        jobs.stuck_deliveries(at=clock.unmoved())
        if request.user.has_perm("kernel.view_eventdelivery")
        else None
    )
    return page(
        request,
        "console/jobs.html",
        title=_("Jobs"),
        daily=jobs.daily_jobs_of(at=clock.now(), today=today(request)),
        every_minute=list(jobs.minute_jobs(at=clock.unmoved())),
        seen=jobs.worker_seen(),
        owed=list(owed[:100]) if owed is not None else [],
        may_run=request.user.has_perm("kernel.rerun_jobrun"),
        may_deliver=request.user.has_perm("kernel.redeliver_eventdelivery"),
    )


@for_any_of("kernel.rerun_jobrun")
@require_POST
def run_jobs(request: HttpRequest) -> HttpResponse:
    """Run one job now, or all that left something undone."""
    at, on, by = clock.now(), today(request), actor(request)
    job = request.POST.get("job")
    if job:
        tell(
            request,
            partial(services.request_run, job=job, at=at, on=on, actor=by),
            done=_("%(job)s runs as soon as a worker is free.") % {"job": jobs.name_of(job)},
        )
        return redirect("console-jobs")
    begun = 0
    for undone in [one.task for one in jobs.daily_jobs_of(at=at, today=on) if one.is_behind]:
        try:
            services.request_run(job=undone, at=at, on=on, actor=by)
        except DomainError as refusal:
            messages.error(request, f"{refusal} ({refusal.code})")
        else:
            begun += 1
    words = ngettext(
        "%(count)d job runs as soon as a worker is free.",
        "%(count)d jobs run as soon as a worker is free.",
        begun,
    )
    messages.success(request, words % {"count": begun} if begun else _("Nothing is left to catch up on."))
    return redirect("console-jobs")


@for_any_of("kernel.redeliver_eventdelivery")
@require_POST
def deliver_again(request: HttpRequest) -> HttpResponse:
    """Have the chosen effects tried at once."""
    at, on, by = clock.unmoved(), today(request), actor(request)
    for pk in request.POST.getlist("delivery"):
        if pk.isdecimal():
            tell(
                request,
                partial(services.offer_again, delivery_id=int(pk), at=at, on=on, actor=by),
                done=_("Delivery %(number)s is tried at once.") % {"number": pk},
            )
    return redirect("console-jobs")


@for_any_of("reporting.view_certificate")
def proof_history(request: HttpRequest) -> HttpResponse:
    """Show every night's outcome, the last one first."""
    return page(
        request,
        "console/proof.html",
        title=_("Proof of the books"),
        nights=proof.history(),
        may_run=request.user.has_perm("kernel.rerun_jobrun"),
    )


@for_any_of("reporting.view_certificate")
def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what each check found, with the documents that offend."""
    found = Certificate.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return page(
        request,
        "console/certificate.html",
        title=_("Proof of the books"),
        certificate=found,
        night=proof.night_of(found),
        areas=proof.areas_of(found, currency=company(request).base_currency),
    )


@for_any_of("kernel.view_user")
def role_matrix(request: HttpRequest) -> HttpResponse:
    """Show what each role may do."""
    return page(
        request,
        "console/roles.html",
        title=_("What roles may do"),
        roles=[(name, name in roles.OF_THE_CONSOLE) for name in roles.ROLES],
        parts=matrix.matrix(),
    )


@for_any_of("kernel.view_user")
def duties(request: HttpRequest) -> HttpResponse:
    """Show who holds duties that should be apart, and who used both on one case; ``?export`` gives it as a file."""
    span = SpanForm(request.GET or None)
    months = int(span.cleaned_data["months"] or 12) if span.is_valid() else 12
    exports = "export" in request.GET
    report = duty_report(
        since=clock.unmoved() - timedelta(days=31 * months), most=MOST_EXPORTED if exports else MOST_SHOWN
    )
    if exports:
        return _as_csv(report)
    return page(
        request,
        "console/duties.html",
        title=_("Duties to keep apart"),
        report=report,
        months=months,
        span=SpanForm(initial={"months": months}),
    )


def _as_csv(report: DutyReport) -> HttpResponse:
    """Return the report as a file: who could, then who did."""
    lines: list[list[Any]] = [
        [
            _("Rule"),
            _("First duty"),
            _("Second duty"),
            _("Risk"),
            _("Who"),
            _("Through"),
            _("Document"),
            _("First"),
            _("Second"),
        ]
    ]
    for finding in report.findings:
        rule = finding.rule
        what = [rule.id, str(rule.first), str(rule.second), str(rule.risk)]
        lines += [[*what, one.user.username, ", ".join(one.through), "", "", ""] for one in finding.holders]
    for deed in report.deeds:
        rule = deed.rule
        what = [rule.id, str(rule.first), str(rule.second), str(rule.risk)]
        when = [f"{deed.first_at:%Y-%m-%d %H:%M}", f"{deed.second_at:%Y-%m-%d %H:%M}"]
        lines.append([*what, deed.user.username, "", deed.document, *when])
    writer = csv.writer(Echo())
    content = "\ufeff" + "".join(writer.writerow([harmless(str(cell)) for cell in line]) for line in lines)
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="duties.csv"'
    return answer


@for_any_of("ledger.add_journalentry")
def post_by_hand(request: HttpRequest) -> HttpResponse:
    """Ask for an entry, and post it; a refusal loses nothing that was typed."""
    selling = company(request)
    accounts = accounts_for_hand(selling.pk)
    sent = request.POST if request.method == "POST" else None
    form = EntryForm(sent, initial={"on": today(request)})
    lines = EntryLines(sent, initial=[{} for _line in range(LINES)], form_kwargs={"accounts": accounts})
    if form.is_valid() and lines.is_valid():
        given = [line for line in lines.cleaned_data if line.get("account")]
        try:
            entry = ledger.post_manual_entry(
                company=selling,
                lines=[
                    ManualLine(
                        account=line["account"], debit=line["debit"] or ZERO, credit=line["credit"] or ZERO
                    )
                    for line in given
                ],
                **form.cleaned_data,
                today=today(request),
                actor=actor(request),
            )
        except DomainError as refusal:
            form.add_error(None, f"{refusal} ({refusal.code})")
        else:
            return redirect("admin:ledger_journalentry_change", entry.pk)
    refused = bool(form.errors or (lines.is_bound and not lines.is_valid()))
    return page(
        request,
        "console/post.html",
        title=_("Post by hand"),
        status=422 if refused else 200,
        form=form,
        lines=lines,
        currency=selling.base_currency,
    )
