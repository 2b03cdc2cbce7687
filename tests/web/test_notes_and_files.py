"""Notes and files beside a document: for whoever sees it, written by whoever works with it, on record for ever."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from o2c.kernel.attached import rules
from o2c.kernel.models import AttachedBytes, Attachment, AuditEntry, Event, Note
from tests.attached import PDF
from tests.fulfillment.returns import return_in
from tests.world import World

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 16


def archive(*members: str) -> bytes:
    """An office document with these parts."""
    file = BytesIO()
    with ZipFile(file, "w") as made:
        for name in members:
            made.writestr(name, "x")
    return file.getvalue()


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/x-whatever")


def pages(world: World) -> dict[str, str]:
    """A document of each kind that can carry something: kind and id, and its page."""
    returned = return_in(world, "received")
    order = world.order(world.customer(), (world.product(), "5"))
    shipment = world.ship(order)
    invoice = world.invoice(shipment)
    payment = world.pay(invoice, "1.00")
    product = order.lines.get().product
    return {
        f"order/{order.pk}": f"/orders/{order.number}/",
        f"shipment/{shipment.pk}": f"/shipments/{shipment.number}/",
        f"return/{returned.pk}": f"/returns/{returned.number}/",
        f"invoice/{invoice.pk}": f"/invoices/{invoice.number}/",
        f"payment/{payment.pk}": f"/payments/{payment.number}/",
        f"customer/{order.customer_id}": f"/customers/{order.customer.number}/",
        f"product/{product.pk}": f"/products/{product.sku}/",
        f"journal_entry/{invoice.entry_id}": f"/ledger/entries/{invoice.entry_id}/",
    }


def test_every_document_carries_notes_and_files_in_its_history_without_more_queries(
    world, sign_in, queries
) -> None:
    clerk, auditor = sign_in("AR clerk"), sign_in("Auditor")
    for subject, page in pages(world).items():
        few = queries(clerk, page)
        written = clerk.post(f"/notes/{subject}/", {"text": "They <b>called</b> twice."})
        assert written.url.endswith("#history"), subject
        clerk.post(f"/notes/{subject}/", {"text": "And once more."})
        kept = clerk.post(f"/files/{subject}/", {"file": upload("Lieferschein.pdf", PDF)})
        assert kept.url == f"{page}#history", subject
        shown = auditor.get(page).text
        assert "They &lt;b&gt;called&lt;/b&gt; twice." in shown, subject
        assert "Lieferschein.pdf" in shown, subject
        assert 'name="text"' not in shown, subject  # the auditor reads only
        assert queries(clerk, page) <= few, subject
    assert Event.objects.filter(kind="note.written").count() == 16
    assert "called" not in str(list(Event.objects.values_list("payload", flat=True)))


def test_one_rewords_and_withdraws_ones_own_note_and_every_wording_stays_on_record(world, sign_in) -> None:
    order = world.order(world.customer(), (world.product(), "1"))
    page = f"/orders/{order.number}/"
    clerk = sign_in("Order clerk")
    clerk.post(f"/notes/order/{order.pk}/", {"text": "Deliver on Monday"})
    note = Note.objects.get()
    other = sign_in("AR clerk")
    refused = other.post(f"/notes/{note.pk}/", {"text": "No, on Tuesday"})
    assert (refused.status_code, "No, on Tuesday" in refused.text) == (403, True)
    empty = clerk.post(f"/notes/{note.pk}/", {"text": "  "})
    assert empty.status_code == 422
    clerk.post(f"/notes/{note.pk}/", {"text": "Deliver on Friday"})
    shown = other.get(page).text
    assert "Deliver on Friday" in shown
    assert "Deliver on Monday" in shown.partition("Earlier wordings")[2]
    assert other.post(f"/notes/{note.pk}/withdraw/").status_code == 403
    clerk.post(f"/notes/{note.pk}/withdraw/")
    assert "Deliver on Friday" not in other.get(page).text
    assert "A note that was withdrawn" in other.get(page).text
    assert clerk.post(f"/notes/{note.pk}/", {"text": "Back"}).status_code == 409
    trail = AuditEntry.objects.filter(table_name="kernel_note").order_by("pk")
    assert [entry.after["text"] for entry in trail] == [
        "Deliver on Monday",
        "Deliver on Friday",
        "Deliver on Friday",
    ]
    assert {entry.actor.username for entry in trail} == {"order-clerk"}


def test_a_file_is_given_back_as_it_was_and_never_as_a_page_of_ours(world, sign_in) -> None:
    order = world.order(world.customer(), (world.product(), "1"))
    clerk = sign_in("Order clerk")
    clerk.post(f"/files/order/{order.pk}/", {"file": upload("../../Bestellung “Müller”.pdf", PDF)})
    file = Attachment.objects.get()
    assert (file.name, file.content_type, file.size) == (
        "Bestellung “Müller”.pdf",
        "application/pdf",
        len(PDF),
    )
    answer = sign_in("Auditor").get(f"/files/{file.pk}/")
    assert answer.content == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''Bestellung")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert sign_in("AR clerk").post(f"/files/{file.pk}/withdraw/").status_code == 403
    clerk.post(f"/files/{file.pk}/withdraw/")
    assert not AttachedBytes.objects.exists()
    assert clerk.get(f"/files/{file.pk}/").status_code == 404
    shown = clerk.get(f"/orders/{order.number}/").text
    assert "Bestellung “Müller”.pdf" in shown
    assert f'href="/files/{file.pk}/"' not in shown


def test_who_may_not_see_a_document_sees_and_writes_nothing_beside_it(world, sign_in) -> None:
    order = world.order(world.customer(), (world.product(), "1"))
    entry = world.invoice(world.ship(order)).entry_id
    ledger = sign_in("AR clerk")
    ledger.post(f"/files/journal_entry/{entry}/", {"file": upload("proof.png", PNG)})
    warehouse = sign_in("Warehouse clerk")
    assert warehouse.get(f"/files/{Attachment.objects.get().pk}/").status_code == 403
    assert warehouse.post(f"/notes/journal_entry/{entry}/", {"text": "x"}).status_code == 403
    assert sign_in("Auditor").post(f"/notes/order/{order.pk}/", {"text": "x"}).status_code == 403
    assert ledger.post("/notes/order/99999999/", {"text": "x"}).status_code == 404
    assert ledger.post("/notes/user/1/", {"text": "x"}).status_code == 404
    assert not Note.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "is_kept"),
    [
        ("a.pdf", PDF, True),
        ("a.PNG", PNG, True),
        ("a.csv", "Größe;1\n".encode(), True),
        ("a.docx", archive("[Content_Types].xml", "word/document.xml"), True),
        ("a.docx", archive("word/document.xml", "word/vbaProject.bin"), False),
        ("a.pdf", PNG, False),
        ("a.html", b"<script>alert(1)</script>", False),
        ("a.txt", b"  <script>alert(1)</script>", False),
        ("a.svg", b"<svg onload=alert(1)>", False),
        ("a.exe", b"MZ\x90", False),
        ("a.pdf.exe", PDF, False),
        ("a.docx", archive("readme.txt"), False),
        ("pdf", PDF, False),
        ("a.txt", b"\xff\xfe\x00x", False),
    ],
)
def test_a_file_is_kept_for_what_its_bytes_say(name: str, content: bytes, is_kept: bool) -> None:
    assert (rules.kind_of(name, content) is not None) == is_kept


def test_a_file_that_is_not_kept_says_which_are(world, sign_in, monkeypatch) -> None:
    order = world.order(world.customer(), (world.product(), "1"))
    clerk = sign_in("Order clerk")
    address = f"/files/order/{order.pk}/"
    monkeypatch.setattr(rules, "LARGEST", 1000)
    for name, content in (("a.html", b"<p>"), ("a.pdf", b""), ("a.pdf", PDF + b"x" * 1000)):
        refused = clerk.post(address, {"file": upload(name, content)})
        assert refused.status_code == 422
        assert "file-refused" in refused.text
        assert "OpenDocument" in refused.text
    assert clerk.post(address).status_code == 422
    monkeypatch.setattr(rules, "MOST", 1)
    clerk.post(address, {"file": upload("a.pdf", PDF)})
    assert "too-many-files" in clerk.post(address, {"file": upload("b.pdf", PDF)}).text
    assert rules.plain_name("C:\\x\\" + "é" * 300 + ".pdf") == "é" * 116 + ".pdf"
