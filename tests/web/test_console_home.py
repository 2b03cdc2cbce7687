"""The console's own pages: what waits, who decides, what the night did, and entries by hand."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import translation

from catalog.models import Product
from credit import services as credit
from credit.models import CreditAccount, LimitRequest
from customers import services as customers
from fulfillment import services as fulfillment
from invoicing import services as invoicing
from invoicing.services import CreditLineInput
from ledger import services as ledger
from ledger.models import JournalEntry, Period
from ledger.services import ManualLine
from o2c import dispatch
from o2c.celery import daily_jobs
from o2c.console import jobs
from o2c.console.duties import RULES
from o2c.console.duty_report import duty_report, unknown_rights
from o2c.console.links import url_of
from o2c.console.navigation import GROUPS, place_of
from o2c.kernel import clock
from o2c.kernel.db import fetch_all
from o2c.kernel.figures import day_words
from o2c.kernel.models import AuditEntry, Event, EventDelivery, JobRun, User
from orders.models import Release
from receivables import services as receivables
from reporting import services as reporting
from reporting.checks import run_checks
from reporting.models import Certificate
from tests.documents import limit_request_in, release_in
from tests.world import World, staff

OWN_PAGES = ["approvals", "jobs", "proof", "roles", "duties", "post"]


def auditor_of_the_console(sign_in):
    client = sign_in("Auditor")
    user = staff("Auditor")
    user.is_staff = True
    user.save()
    client.force_login(user)
    return client


def certified(world: World, *, on: date | None = None) -> Certificate:
    return reporting.certify(report=run_checks(now=clock.unmoved()), on=on or world.on)


def broken(world: World) -> Certificate:
    """A night on which a job had failed."""
    JobRun.objects.create(
        job="orders.tasks.expire_quotes", business_date=world.on, state="failed", error="ValueError: no disk"
    )
    return certified(world)


def test_every_list_has_its_place_in_the_navigation_once_and_only_what_a_role_sees_is_shown(
    world, sign_in
) -> None:
    places = [entry.url_name for _title, entries in GROUPS for entry in entries]
    lists = {f"admin:{m._meta.app_label}_{m._meta.model_name}_changelist" for m in admin.site._registry}
    assert len(places) == len(set(places))
    assert lists <= set(places)
    manager, auditor = sign_in("Finance manager"), auditor_of_the_console(sign_in)
    assert reverse("console-post") in manager.get("/admin/").text
    assert reverse("console-post") not in auditor.get("/admin/").text
    assert reverse("console-duties") in auditor.get("/admin/").text


def test_a_page_is_called_what_the_navigation_calls_it(world, sign_in) -> None:
    for group, entries in GROUPS:
        for entry in entries:
            url = reverse(entry.url_name)
            assert place_of(url) == (group, entry.label, url)
    manager, product = sign_in("Finance manager"), world.product()
    page = manager.get(reverse("admin:catalog_product_changelist")).text
    assert "Products · Prices and taxes · Finance console</title>" in " ".join(page.split())
    page = manager.get(reverse("admin:catalog_product_change", args=[product.pk])).text
    assert '<a href="/admin/catalog/product/">Products</a>' in page
    assert f"<span>{product}</span></h1>" in page
    assert "Today</span></h1>" in manager.get("/admin/").text


@pytest.mark.parametrize("role", ["Order clerk", "Warehouse clerk", "AR clerk", "Auditor", "Finance manager"])
def test_the_consoles_own_pages_open_for_whom_they_are_meant(world, sign_in, role: str) -> None:
    certified(world)
    limit_request_in(world, "requested")
    client = auditor_of_the_console(sign_in) if role == "Auditor" else sign_in(role)
    for name in OWN_PAGES:
        status = client.get(reverse(f"console-{name}")).status_code
        if role == "Finance manager":
            assert status == 200, name
        elif role == "Auditor":
            assert status == (403 if name == "post" else 200), name
        else:
            assert status == 302, name  # not of the console


def test_the_auditor_sees_all_and_changes_nothing(world, sign_in) -> None:
    request, client = limit_request_in(world, "requested"), auditor_of_the_console(sign_in)
    assert "Your role does not decide on limits." in client.get(reverse("console-approvals")).text
    assert 'name="approve"' not in client.get(reverse("console-approvals")).text
    writes = [
        (reverse("console-decide", args=["limit", request.pk]), {"approve": "1"}),
        (reverse("console-run"), {"job": "reporting.tasks.certify"}),
        (reverse("console-deliver"), {"delivery": "1"}),
        (reverse("console-post"), {}),
        (reverse("admin:kernel_user_add"), {"username": "x"}),
        (reverse("admin:kernel_user_disable", args=[staff("AR clerk").pk]), {"reason": "x"}),
        (reverse("admin:kernel_user_give_roles", args=[staff("AR clerk").pk]), {"roles": "Auditor"}),
        (reverse("admin:kernel_user_renew_password", args=[staff("AR clerk").pk]), {}),
    ]
    for address, data in writes:
        assert client.post(address, data).status_code == 403, address
    assert LimitRequest.objects.get(pk=request.pk).state == "requested"


def test_home_tells_what_waits_the_last_proof_failed_jobs_and_the_period_to_close(world, sign_in) -> None:
    limit_request_in(world, "requested")
    held = release_in(world, "proposed").order
    found = broken(world)
    page = sign_in("Finance manager").get("/admin/").text
    assert "GBP" in page
    assert held.number in page
    assert "1 check failed" in page
    assert "First: job orders.tasks.expire_quotes" in page
    assert reverse("console-certificate", args=[found.pk]) in page
    assert "ValueError: no disk" in page
    assert "2026-01 ended" in page  # the earliest open period


def test_home_and_lists_take_the_same_queries_however_much_waits(world, sign_in, queries) -> None:
    client = sign_in("Finance manager")
    addresses = [
        "/admin/",
        *(reverse(f"console-{name}") for name in OWN_PAGES),
        reverse("admin:kernel_user_changelist"),
    ]
    limit_request_in(world, "requested")
    release_in(world, "proposed")
    few = [queries(client, address) for address in addresses]
    for _ in range(4):
        limit_request_in(world, "requested")
        release_in(world, "proposed")
    staff("AR clerk", "another-clerk")
    certified(world)
    certified(world)
    many = [queries(client, address) for address in addresses]
    assert [later - sooner for sooner, later in zip(few, many, strict=True)] == [0] * len(addresses)
    assert max(many) <= 34


def test_a_limit_is_approved_or_rejected_in_the_inbox_and_refusals_explain_themselves(world, sign_in) -> None:
    approved, rejected = limit_request_in(world, "requested"), limit_request_in(world, "requested")
    client = sign_in("Finance manager")
    inbox = client.get(reverse("console-approvals")).text
    assert "They grow" in inbox
    client.post(reverse("console-decide", args=["limit", approved.pk]), {"approve": "1", "answer": "Go on"})
    assert CreditAccount.objects.get(pk=approved.account_id).limit == 500
    decision = reverse("console-decide", args=["limit", rejected.pk])
    without = client.post(decision, {"reject": "1", "answer": ""}, follow=True).text
    assert "reason-missing" in without
    client.post(decision, {"reject": "1", "answer": "Too new"})
    assert LimitRequest.objects.get(pk=rejected.pk).answer == "Too new"
    assert LimitRequest.objects.get(pk=approved.pk).answer == "Go on"
    again = client.post(decision, {"approve": "1"}, follow=True).text
    assert "limit-request-decided" in again


def test_who_proposed_a_release_may_take_it_back_and_another_approves(world, sign_in) -> None:
    release = release_in(world, "proposed")
    first, address = sign_in("Finance manager"), reverse("console-decide", args=["release", release.pk])
    first.force_login(_in_console(release.proposed_by))
    assert "You proposed this release" in first.get(reverse("console-approvals")).text
    refused = first.post(address, {"approve": "1"}, follow=True).text
    assert "somebody else must approve it" in refused
    second = sign_in("Finance manager")
    second.post(address, {"approve": "1"})
    assert Release.objects.get(pk=release.pk).state == "approved"
    back = release_in(world, "proposed")
    first.post(reverse("console-decide", args=["release", back.pk]), {"reject": "1", "answer": "A mistake"})
    assert Release.objects.get(pk=back.pk).state == "rejected"


def _in_console(user: User) -> User:
    user.is_staff = True
    user.save()
    return user


def test_an_entry_is_posted_by_hand_and_a_refusal_loses_nothing(world, sign_in) -> None:
    client, address = sign_in("Finance manager"), reverse("console-post")
    assert "1200 Trade receivables" not in client.get(address).text  # a control account
    entry = {
        "on": "2026-11-20",
        "reference": "statement-17",
        "description": "Bank charge",
        "form-TOTAL_FORMS": "6",
        "form-INITIAL_FORMS": "6",
        "form-0-account": "5800",
        "form-0-debit": "12.50",
        "form-1-account": "1800",
        "form-1-credit": "12.00",
    }
    uneven = client.post(address, entry)
    assert uneven.status_code == 422
    assert "invalid-entry" in uneven.text
    assert "statement-17" in uneven.text
    assert client.post(address, {**entry, "form-1-account": ""}).status_code == 422
    assert (
        "period-closed" in client.post(address, {**entry, "on": "1999-01-01", "form-1-credit": "12.50"}).text
    )
    done = client.post(address, {**entry, "form-1-credit": "12.50"})
    posted = JournalEntry.objects.get(source="manual/statement-17")
    assert done.headers["Location"] == reverse("admin:ledger_journalentry_change", args=[posted.pk])
    assert posted.actor == staff("Finance manager")
    assert "source-reused" in client.post(address, {**entry, "form-1-credit": "12.50"}).text


def test_each_job_is_in_words_and_a_failed_one_is_run_again_by_a_worker(world, sign_in) -> None:
    assert set(daily_jobs()) <= jobs.NAMES.keys()
    yesterday = world.on - timedelta(days=1)
    JobRun.objects.create(
        job="orders.tasks.expire_quotes", business_date=yesterday, state="failed", error="KeyError: 'x'"
    )
    undone = {"orders.tasks.expire_quotes", "fulfillment.tasks.expire_returns"}  # the second never ran
    for job in set(daily_jobs()) - undone:
        JobRun.objects.create(job=job, business_date=yesterday, state="done")
    client = sign_in("Finance manager")
    page = client.get(reverse("console-jobs")).text
    assert "KeyError" in page
    assert "Not made up for yet." in page
    begun = client.post(reverse("console-run"), follow=True)  # all that left something undone
    assert "2 jobs run as soon as a worker is free." in begun.text
    dispatch.run_inline()
    run = JobRun.objects.get(job="orders.tasks.expire_quotes", business_date=world.on)
    assert (run.state, run.attempts) == ("done", 1)
    assert "Made up for since." in client.get(reverse("console-jobs")).text
    assert set(JobRun.objects.filter(business_date=world.on).values_list("job", flat=True)) == undone
    assert "Nothing is left to catch up" in client.post(reverse("console-run"), follow=True).text
    assert "The last run of each ended well." in client.get("/admin/").text


def test_what_never_ran_is_said_by_the_home_page_and_run_by_catching_up(world, sign_in) -> None:
    client = sign_in("Finance manager")
    assert f"{len(daily_jobs())} never ran" in client.get("/admin/").text
    begun = client.post(reverse("console-run"), follow=True)
    assert f"{len(daily_jobs())} jobs run as soon as a worker is free." in begun.text


def test_a_job_that_is_done_may_run_again_but_not_beside_itself(world, sign_in) -> None:
    client = sign_in("Finance manager")
    for attempts in (1, 2):
        client.post(reverse("console-run"), {"job": "reporting.tasks.certify"})
        dispatch.run_inline()
        run = JobRun.objects.get(job="reporting.tasks.certify")
        assert (run.state, run.attempts) == ("done", attempts)
    assert Certificate.objects.count() == 2
    JobRun.objects.filter(pk=run.pk).update(state="running")
    busy = client.post(reverse("console-run"), {"job": "reporting.tasks.certify"}, follow=True)
    assert "job-running" in busy.text
    unknown = client.post(reverse("console-run"), {"job": "os.system"}, follow=True)
    assert "unknown-job" in unknown.text


def test_an_effect_that_is_stuck_is_shown_with_its_error_and_delivered_again(world, sign_in) -> None:
    world.order(world.customer(), (world.product(), "1"))
    dispatch._owed()
    stuck = EventDelivery.objects.filter(handler="fulfillment.tasks.plan_shipments").get()
    later = clock.unmoved() + timedelta(hours=5)
    EventDelivery.objects.filter(pk=stuck.pk).update(error="OSError: no route", attempts=9, next_try_at=later)
    client = sign_in("Finance manager")
    assert "OSError: no route" in client.get(reverse("console-jobs")).text
    client.post(reverse("console-deliver"), {"delivery": [stuck.pk]})
    stuck.refresh_from_db()
    assert (stuck.attempts, stuck.next_try_at < later) == (0, True)
    EventDelivery.objects.filter(pk=stuck.pk).update(handled_at=clock.unmoved())
    done = client.post(reverse("console-deliver"), {"delivery": [stuck.pk]}, follow=True)
    assert "delivery-done" in done.text


def test_a_certificate_shows_each_check_its_figures_and_leads_to_the_document(world, sign_in) -> None:
    order = world.order(world.customer(), (world.product(), "1"))
    found, client = broken(world), sign_in("Finance manager")
    history = client.get(reverse("console-proof")).text
    assert "1 check failed" in history
    page = client.get(reverse("console-certificate", args=[found.pk])).text
    assert "The books do not agree." in page
    assert "Every job ends" in page
    assert "No job has run for two hours" in page
    assert client.get(reverse("console-certificate", args=[found.pk + 999])).status_code == 404
    assert url_of(f"order {order.number} line 1") == reverse("order", args=[order.number])
    assert url_of("journal entry invoice/7").endswith("?q=invoice%2F7")
    assert url_of("trigger frozen of orders_order") == ""


def test_what_the_proof_asks_is_told_in_the_readers_language(world, sign_in) -> None:
    found, client = broken(world), sign_in("Finance manager")
    User.objects.update(language="fr")
    with translation.override("en"):  # what a request activates ends here
        page = client.get(reverse("console-certificate", args=[found.pk])).text
        assert "Chaque tâche se termine" in page
        assert "Aucune tâche ne tourne depuis deux heures" in page
        named = f"tâche orders.tasks.expire_quotes du {day_words(world.on)}"
        for shown in (page, client.get("/admin/").text, client.get("/").text):
            assert named in shown
        assert '<span class="cs-fact">état <b>Échoué</b></span>' in page
        assert "Chaque tâche se termine" in client.get("/admin/").text
        assert "Chaque tâche se termine" in client.get("/").text
    assert found.results[0]["name"] == "Every entry balances"


def test_duties_know_every_right_that_they_name(world) -> None:
    assert unknown_rights() == []
    assert len({rule.id for rule in RULES}) == len(RULES)


def test_who_holds_both_sides_and_who_did_both_is_found_and_exported(world, sign_in) -> None:
    both = staff("AR clerk", "all-in-one")
    both.groups.add(*staff("Order clerk").groups.all(), *staff("Finance manager").groups.all())
    client = sign_in("Finance manager")
    report = duty_report(since=clock.unmoved() - timedelta(days=30))
    holders = {finding.rule.id: {one.user.username for one in finding.holders} for finding in report.findings}
    assert "all-in-one" in holders["D02"]
    assert "order-clerk" not in holders["D02"]
    assert [finding.deeds for finding in report.findings] == [0] * len(RULES)
    _both_by(world, both)
    page = client.get(reverse("console-duties")).text
    assert "all-in-one" in page
    export = client.get(reverse("console-duties"), {"export": "csv", "months": "12"})
    lines = export.text.splitlines()
    done = {line.split(",")[0] for line in lines if "all-in-one" in line and "payment " in line}
    assert done == {"D03"}
    assert "attachment" in export.headers["Content-Disposition"]


def _both_by(world: World, actor: User) -> None:
    """One person records a payment and takes it back."""
    payment = receivables.record_payment(
        company=world.company,
        customer_id=world.customer().pk,
        amount=Decimal(5),
        currency="GBP",
        received_on=world.on,
        actor=actor,
    )
    receivables.reverse_payment(payment_id=payment.pk, reason="Wrong customer", on=world.on, actor=actor)


def test_every_rule_finds_the_case_that_it_is_about(world) -> None:
    """One person does everything; what the verbs refuse is written as the events of two careless verbs."""
    root = User.objects.create(username="root", is_superuser=True, is_staff=True)
    on, product = world.on, world.product(stock="0")
    _at_the_desks(world, root, product)
    january = Period.objects.order_by("starts_on")[0]
    for reference, day in (("charge", on), ("early", january.starts_on)):
        lines = [ManualLine(account="5800", debit=Decimal(1)), ManualLine(account="1800", credit=Decimal(1))]
        entry = ledger.post_manual_entry(
            company=world.company, reference=reference, description="Charge", lines=lines, on=day, actor=root
        )
        if day == on:
            ledger.reverse_entry(entry_id=entry.pk, on=on, reason="Twice", actor=root)
    ledger.close_period(period_id=january.pk, on=on, actor=root)
    for first, second in (
        ("limit_request.requested", "limit_request.approved"),
        ("order.created", "order.released"),
        ("return.authorised", "return.inspected"),
    ):
        for kind in (first, second):
            _event(kind, actor=root, on=on)
    clerk = staff("AR clerk")
    _event("user.created", actor=root, on=on, document_id=clerk.pk)
    _event("limit_request.requested", actor=clerk, on=on, document_id=2)
    _event("limit_request.approved", actor=root, on=on, document_id=2)
    report = duty_report(since=datetime(2026, 1, 1, tzinfo=UTC))
    assert {finding.rule.id for finding in report.findings if not finding.deeds} == set()
    assert {deed.user for deed in report.deeds} == {root}
    assert report.administrators == [root]


def _event(kind: str, *, actor: User, on: date, document_id: int = 1, **payload: int) -> None:
    about = {"document_type": kind.partition(".")[0], "document_id": document_id, "document_number": "7"}
    Event.objects.create(kind=kind, on=on, actor=actor, payload=payload, **about)


def _at_the_desks(world: World, root: User, product: Product) -> None:
    """Prices, goods, an order with its shipment, invoice, payment and credit note, all by one person."""
    on, company, goods = world.on, world.company, {"product_id": product.pk, "on": world.on, "actor": root}
    house = {"warehouse": world.basics.warehouse}
    fulfillment.receive_goods(**house, **goods, source="in", quantity=Decimal(9), unit_cost=Decimal(1))
    fulfillment.scrap_goods(**house, **goods, source="out", quantity=Decimal(1), reason="Broken")
    [(yesterday,)] = fetch_all("SELECT now() - interval '1 day'", [])
    AuditEntry.objects.create(
        at=yesterday, actor=root, table_name="catalog_price", row_id=1, operation="INSERT",
        after={"product_id": product.pk},
    )  # fmt: skip
    AuditEntry.objects.create(
        at=yesterday, actor=root, table_name="kernel_company", row_id=company.pk, operation="UPDATE",
        before={"iban": "GB1"}, after={"iban": "GB2"},
    )  # fmt: skip
    basics = world.basics
    customer = customers.register_customer(
        name="Friend Ltd",
        currency="GBP",
        price_list=basics.prices,
        tax_region=basics.domestic,
        terms=basics.net_30,
        address={"street": "1 Way", "postal_code": "E1 6AN", "city": "London", "country": "GB"},
        on=on,
        actor=root,
    )
    credit.set_limit(customer_id=customer.pk, limit=Decimal(900), on=on, actor=world.system)
    _event("credit_account.limit_changed", actor=root, on=on, customer_id=customer.pk)
    order = world.order(customer, (product, "1"), actor=root)
    shipment = fulfillment.ship_order(order_id=order.pk, on=on, actor=root)
    invoicing.invoice_shipment(shipment_id=shipment.pk, on=on, actor=root)
    note = invoicing.draft_credit_note(
        company=company,
        customer_id=customer.pk,
        lines=[CreditLineInput(sku=product.sku, quantity=Decimal(1), unit_price=Decimal(1))],
        reason="A favour",
        on=on,
        actor=root,
    )
    invoicing.issue_invoice(invoice_id=note.pk, on=on, actor=root)
    payment = receivables.record_payment(
        company=company,
        customer_id=customer.pk,
        amount=Decimal(5),
        currency="GBP",
        received_on=on,
        actor=root,
    )
    receivables.reverse_payment(payment_id=payment.pk, reason="Wrong", on=on, actor=root)
