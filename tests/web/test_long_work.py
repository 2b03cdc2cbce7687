"""What is too long for a page goes on in the background: its card says how far it is and what came of each row."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader, PdfWriter

from invoicing.models import PrintedInvoice
from o2c import dispatch
from o2c.kernel.models import Job, JobRow
from o2c.kernel.worklists import longer
from orders.models import Order
from tests.documents import order_in
from tests.world import World


def paper() -> bytes:
    """A PDF of one page."""
    writer, file = PdfWriter(), BytesIO()
    writer.add_blank_page(100, 100)
    writer.write(file)
    return file.getvalue()


def test_an_action_on_many_rows_is_looked_at_queued_and_has_an_outcome_for_each(
    world, sign_in, monkeypatch
) -> None:
    monkeypatch.setattr(longer, "LONG", 2)
    held = [order_in(world, "on_hold") for _ in range(3)]
    free = order_in(world, "confirmed")
    client = sign_in("Finance manager")
    look = client.post("/orders/", {"action": "release", "all": "1"})
    assert "It can be done for 3 rows." in look.text
    assert "It goes on in the background" in look.text
    begun = client.post(
        "/orders/", {"action": "release", "all": "1", "confirmed": "1", "reason": "Paid by phone"}
    )
    job = Job.objects.get()
    assert begun.url == f"/jobs/{job.public_id}/"
    assert Order.objects.filter(state="on_hold").count() == 3
    waiting = client.get(begun.url).text
    assert 'hx-trigger="load delay:1s"' in waiting
    assert "Look again" in waiting
    dispatch.run_inline()
    assert not Order.objects.filter(state="on_hold").exists()
    card = client.get(begun.url)
    assert "hx-get" not in card.text
    assert 'href="/orders/?' in card.text
    assert [(row.label, row.text) for row in card.context["refused"]] == [(free.number, "It is not on hold.")]
    assert {row.label for row in card.context["finished"]} == {order.number for order in held}
    assert "Release: Orders" in client.get("/jobs/").text
    assert sign_in("Order clerk").get(begun.url).status_code == 404
    again = client.post(f"{begun.url}again/")
    assert Job.objects.latest("pk").asked["ids"] == [free.pk]
    assert again.url == f"/jobs/{Job.objects.latest('pk').public_id}/"


def test_a_job_whose_worker_died_goes_on_with_the_rows_that_have_no_outcome(
    world, sign_in, monkeypatch
) -> None:
    monkeypatch.setattr(longer, "LONG", 1)
    for _ in range(3):
        order_in(world, "on_hold")
    client = sign_in("Finance manager")
    client.post("/orders/", {"action": "release", "all": "1", "confirmed": "1", "reason": "x"})
    told: list[int] = []

    def dies(done: int) -> None:
        told.append(done)
        if told == [1, 2]:
            raise KeyboardInterrupt

    job = Job.objects.get()
    with pytest.raises(KeyboardInterrupt):
        longer.work_through(job, dies)
    assert JobRow.objects.filter(done=True).count() == 2
    assert longer.work_through(job, told.append) == {"done": 3, "refused": 0}
    assert told == [1, 2, 3]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_long_list_is_exported_by_a_job_once_somebody_says_so(
    world: World, sign_in, monkeypatch, ending: str
) -> None:
    monkeypatch.setattr(longer, "LONG_EXPORT", 1)
    for name in ("=Ash", "Birch"):
        world.order(world.customer(name=name), (world.product(), "1"))
    client = sign_in("Order clerk")
    view = "?sort=customer.name&columns=customer.name,gross"
    asks = client.get(f"/orders/{view}&export={ending}")
    assert "2 rows are exported in the background" in asks.text
    begun = client.post(f"/orders/{view}", {"do": "export", "ending": ending})
    dispatch.run_inline()
    file = client.get(f"{begun.url}file/")
    assert file.headers["Content-Disposition"] == f'attachment; filename="orders-2026-11-20.{ending}"'
    if ending == "csv":
        assert file.content.decode().splitlines()[1:] == ["'=Ash,12.00,GBP", "Birch,12.00,GBP"]
    else:
        assert list(load_workbook(BytesIO(file.content)).active.values)[1:] == [
            ("'=Ash", 12, "GBP"),
            ("Birch", 12, "GBP"),
        ]
    assert f"{begun.url}file/" in client.get(begun.url).text
    assert sign_in("Auditor").get(f"{begun.url}file/").status_code == 404


def test_ticked_invoices_become_one_pdf_in_the_order_of_the_list(world: World, sign_in) -> None:
    invoices = [
        world.invoice(world.ship(world.order(world.customer(), (world.product(), "1")))) for _ in range(3)
    ]
    for invoice in invoices[:2]:
        PrintedInvoice.objects.create(invoice=invoice, content=paper(), sha256="a" * 64)
    client = sign_in("AR clerk")
    begun = client.post("/invoices/", {"action": "print", "id": [invoice.pk for invoice in invoices]})
    dispatch.run_inline(leaving=["invoicing.tasks.render_pdf"])
    card = client.get(begun.url)
    assert Job.objects.get().outcome == {"papers": 2, "missing": 1}
    assert [row.text for row in card.context["refused"]] == ["It has no PDF yet."]
    assert len(PdfReader(BytesIO(client.get(f"{begun.url}file/").content)).pages) == 2


def test_a_job_of_somebody_who_lost_the_role_fails_with_the_reason(world, sign_in, monkeypatch) -> None:
    monkeypatch.setattr(longer, "LONG", 0)
    order_in(world, "on_hold")
    client = sign_in("Finance manager")
    begun = client.post("/orders/", {"action": "release", "all": "1", "confirmed": "1", "reason": "x"})
    Job.objects.get().owner.groups.clear()
    dispatch.run_inline()
    job = Job.objects.get()
    assert (job.state, job.error_code) == ("failed", "not-permitted")
    assert "not-permitted" in client.get(begun.url).text
    assert Order.objects.filter(state="on_hold").count() == 1
