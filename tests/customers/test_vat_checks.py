"""VAT ids: asked about outside any transaction, recorded for good, gone with the id they were about."""

import json
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from customers import selectors, services, tasks, vat
from customers.errors import (
    DocumentMissing,
    VatCheckNotAnswered,
    VatIdChanged,
    VatIdMissing,
)
from customers.models import Customer, VatCheck
from customers.vat import Answer
from o2c.kernel.errors import NotFound, NotPermitted
from o2c.kernel.models import AuditEntry, Event, EventDelivery
from o2c.operations.roles import ORDER_CLERK
from tests.world import EU_COMPANY, TODAY, World, build_world, staff

GERMAN, OTHER = "DE136695976", "DE811569869"


@pytest.fixture
def lyon(database) -> World:
    """A seller in France, whose customers elsewhere in the Union need a checked VAT id."""
    return build_world(EU_COMPANY)


def buyer(world: World, **fields) -> Customer:
    """A German business."""
    region = world.basics.taxes.regions["eu-business"]
    return world.customer(currency="EUR", **({"vat_id": GERMAN, "tax_region": region} | fields))


def answer(
    valid: bool = True, vat_id: str = GERMAN, source: str = "vies", reference: str = "WAPI1"
) -> Answer:
    return Answer(vat_id, valid, source, reference)


def check(world: World, customer: Customer, said: Answer, on: date = TODAY, actor=None) -> VatCheck:
    return services.check_vat_id(customer_id=customer.pk, answer=said, on=on, actor=actor or world.system)


def checked_on(customer: Customer) -> date | None:
    return Customer.objects.values_list("vat_checked_on", flat=True).get(pk=customer.pk)


def test_an_answer_gives_the_evidence_or_takes_it_away_and_is_kept(lyon: World) -> None:
    customer = buyer(lyon)
    check(lyon, customer, answer())
    assert checked_on(customer) == TODAY
    check(lyon, customer, answer(valid=False), on=TODAY + timedelta(days=1))
    assert checked_on(customer) is None
    kept = [(row.valid, row.source, row.reference) for row in customer.vat_checks.order_by("id")]
    assert kept == [(True, "vies", "WAPI1"), (False, "vies", "WAPI1")]
    events = Event.objects.filter(kind="customer.vat_id_checked").order_by("id")
    assert [event.payload["valid"] for event in events] == [True, False]
    assert AuditEntry.objects.filter(table_name="customers_customer", actor=lyon.system).count() >= 2


def test_an_answer_that_does_not_fit_changes_nothing(lyon: World) -> None:
    customer, nameless = buyer(lyon), buyer(lyon, vat_id="")
    clerk = staff(ORDER_CLERK)
    before = lyon.fingerprint()
    for refusal, attempt in [
        (VatIdChanged, lambda: check(lyon, customer, answer(vat_id=OTHER))),
        (VatIdMissing, lambda: check(lyon, nameless, answer())),
        (DocumentMissing, lambda: check(lyon, customer, answer(source="person", reference=" "))),
        (NotPermitted, lambda: check(lyon, customer, answer(source="person"), actor=clerk)),
        (NotFound, lambda: check(lyon, Customer(pk=0), answer())),
        (VatIdMissing, lambda: services.request_vat_check(customer_id=nameless.pk, on=TODAY, actor=clerk)),
        (NotFound, lambda: services.request_vat_check(customer_id=0, on=TODAY, actor=clerk)),
        (VatIdMissing, lambda: services.ask_about_vat_id(customer_id=nameless.pk, on=TODAY, actor=clerk)),
    ]:
        with pytest.raises(refusal):
            attempt()
    assert lyon.fingerprint() == before
    assert checked_on(customer) is None
    check(lyon, customer, answer(), actor=clerk)
    assert checked_on(customer) == TODAY


def test_another_vat_id_is_unchecked_whoever_enters_it(lyon: World) -> None:
    customer = buyer(lyon)
    check(lyon, customer, answer())
    Customer.objects.filter(pk=customer.pk).update(vat_id=OTHER)
    assert checked_on(customer) is None
    before = (
        AuditEntry.objects.filter(table_name="customers_customer", row_id=customer.pk).latest("id").before
    )
    assert (before["vat_id"], before["vat_checked_on"]) == (GERMAN, "2026-11-20")
    Customer.objects.filter(pk=customer.pk).update(vat_id=GERMAN, name="Renamed")
    assert checked_on(customer) is None
    check(lyon, customer, answer())
    Customer.objects.filter(pk=customer.pk).update(name="Renamed again")
    assert checked_on(customer) == TODAY


def test_the_database_takes_no_evidence_without_a_check_on_file(lyon: World) -> None:
    customer = buyer(lyon)
    check(lyon, customer, answer(valid=False))
    rows = Customer.objects.filter(pk=customer.pk)
    with pytest.raises(DatabaseError, match="no check of"), transaction.atomic():
        rows.update(vat_checked_on=TODAY)
    with pytest.raises(IntegrityError, match="customer_exemption_has_number"), transaction.atomic():
        rows.update(exemption_until=TODAY)


def test_the_due_list_has_the_ids_that_tax_depends_on_and_nobody_answered_for_lately(
    lyon: World, django_assert_num_queries
) -> None:
    long_ago = TODAY - timedelta(days=90)
    never, old, recent, failed = (buyer(lyon) for _ in range(4))
    check(lyon, old, answer(), on=long_ago)
    check(lyon, recent, answer(), on=long_ago + timedelta(days=1))
    check(lyon, failed, answer(valid=False))
    buyer(lyon, vat_id="")
    buyer(lyon, active=False)
    buyer(lyon, tax_region=lyon.basics.domestic)
    with django_assert_num_queries(1):
        assert list(selectors.vat_ids_to_check(on=TODAY)) == [never, old]
    Customer.objects.filter(pk=recent.pk).update(vat_id=OTHER)
    assert recent in selectors.vat_ids_to_check(on=TODAY)


# ---- a VIES of our own


class FakeVies(HTTPServer):
    """Answers like the Commission's service: by VAT number, and keeps what it was asked."""

    answers: dict[str, tuple[int, object]]
    asked: list[dict]


class Desk(BaseHTTPRequestHandler):
    """One question, one answer."""

    server: FakeVies

    def do_POST(self) -> None:
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(question | {"path": self.path})
        status, said = self.server.answers[question["vatNumber"]]
        self.send_response(status)
        self.end_headers()
        self.wfile.write(said if isinstance(said, bytes) else json.dumps(said).encode())

    def log_message(self, *_) -> None:
        """Say nothing."""


@pytest.fixture
def vies(settings) -> Iterator[FakeVies]:
    server = FakeVies(("127.0.0.1", 0), Desk)
    server.answers, server.asked = {}, []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    settings.VAT_CHECKER = "vies"
    settings.VIES_URL = f"http://127.0.0.1:{server.server_port}/rest-api"
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_vies_is_asked_with_our_own_id_and_its_number_of_the_consultation_is_kept(lyon: World, vies) -> None:
    customer = buyer(lyon, vat_id="DE 136.695.976")
    vies.answers["136695976"] = (200, {"valid": True, "requestIdentifier": "WAPIAAAAY1"})
    done = services.ask_about_vat_id(customer_id=customer.pk, on=TODAY, actor=lyon.system)
    assert (done.valid, done.source, done.reference) == (True, "vies", "WAPIAAAAY1")
    assert vies.asked == [
        {
            "path": "/rest-api/check-vat-number",
            "countryCode": "DE",
            "vatNumber": "136695976",
            "requesterMemberStateCode": "FR",
            "requesterNumber": "40303265045",
        }
    ]
    vies.answers["136695976"] = (200, {"valid": False, "requestIdentifier": ""})
    assert not services.ask_about_vat_id(customer_id=customer.pk, on=TODAY, actor=lyon.system).valid
    assert checked_on(customer) is None


@pytest.mark.parametrize(
    "said",
    [
        (200, {"actionSucceed": False, "errorWrappers": [{"error": "MS_UNAVAILABLE"}]}),
        (200, {"valid": "yes"}),
        (200, ["valid"]),
        (200, b"<html>"),
        (500, {"valid": True}),
    ],
)
def test_no_answer_changes_nothing(lyon: World, vies, said: tuple[int, object]) -> None:
    customer = buyer(lyon)
    check(lyon, customer, answer(), on=TODAY - timedelta(days=100))
    before = lyon.fingerprint()
    vies.answers[GERMAN[2:]] = said
    with pytest.raises(VatCheckNotAnswered):
        services.ask_about_vat_id(customer_id=customer.pk, on=TODAY, actor=lyon.system)
    assert lyon.fingerprint() == before
    assert checked_on(customer) == TODAY - timedelta(days=100)


def test_a_service_that_is_not_there_is_no_answer(settings) -> None:
    settings.VIES_URL = "http://127.0.0.1:9"
    with pytest.raises(VatCheckNotAnswered):
        vat.vies(vat_id=GERMAN)


def test_ids_that_vies_does_not_know_or_that_are_misspelt_are_not_sent_to_it(vies) -> None:
    assert vat.vies(vat_id="GB980780684") == Answer("GB980780684", True, "check_digits")
    assert vat.vies(vat_id="DE136695977") == Answer("DE136695977", False, "check_digits")
    assert vies.asked == []
    vies.answers["094259216"] = (200, {"valid": True})
    assert vat.ask(vat_id="EL 094259216", requester="GB980780684").valid
    assert "requesterNumber" not in vies.asked[0]


def test_without_a_setting_the_check_digits_decide() -> None:
    assert vat.ask(vat_id="de136695976") == Answer(GERMAN, True, "check_digits")


def test_a_requested_check_is_had_in_the_background_and_owed_until_somebody_answers(
    lyon: World, vies
) -> None:
    customer = buyer(lyon)
    vies.answers[GERMAN[2:]] = (503, {})
    services.request_vat_check(customer_id=customer.pk, on=TODAY, actor=lyon.system)
    with pytest.raises(VatCheckNotAnswered):
        lyon.let_the_desks_work()
    owed = EventDelivery.objects.get(handler="customers.tasks.check_requested_vat_id")
    assert (owed.handled_at, owed.error[:22]) == (None, "vat-check-not-answered")
    vies.answers[GERMAN[2:]] = (200, {"valid": True})
    tasks.check_requested_vat_id(event_id=owed.event_id, document_id=customer.pk, payload={})
    owed.refresh_from_db()
    assert owed.handled_at is not None
    assert VatCheck.objects.get(customer=customer).valid


def test_the_nightly_job_asks_about_what_is_due_and_leaves_what_nobody_answers(
    lyon: World, vies, time_machine
) -> None:
    time_machine.move_to("2026-11-20T09:00:00Z", tick=False)
    good, bad, silent = buyer(lyon), buyer(lyon, vat_id=OTHER), buyer(lyon, vat_id="ATU13585627")
    vies.answers |= {
        GERMAN[2:]: (200, {"valid": True}),
        OTHER[2:]: (200, {"valid": False}),
        "U13585627": (500, {}),
    }
    tasks.recheck_vat_ids()
    assert [checked_on(customer) for customer in (good, bad, silent)] == [TODAY, None, None]
    assert list(selectors.vat_ids_to_check(on=TODAY)) == [silent]
    tasks.recheck_vat_ids()  # the date has been done
    assert len(vies.asked) == 3
