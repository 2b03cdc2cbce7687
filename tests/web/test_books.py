"""The pages of the books."""

from django.urls import reverse
from django.utils import translation

from ledger.models import Account, JournalEntry
from ledger.selectors import TrialBalance, TrialBalanceRow
from ledger.services import reverse_entry
from o2c.kernel.models import User
from tests.world import staff


def a_sale(world) -> int:
    """An invoice of 120.00 for goods that cost 40.00; returns its id."""
    order = world.order(world.customer(), (world.product(price="10.00", cost="4.00"), "10"))
    return world.invoice(world.ship(order)).pk


def test_the_trial_balance_shows_that_debits_equal_credits_as_of_the_day(world, sign_in) -> None:
    a_sale(world)
    client = sign_in("Auditor")
    today = client.get("/ledger/")
    assert today.context["balance"].balance_of("1200") == 120
    assert "debits equal credits" in today.text
    before = client.get("/ledger/", {"as_of": "2026-11-19"})
    assert before.context["balance"].debit == 0
    nonsense = client.get("/ledger/", {"as_of": "soon"})
    assert nonsense.context["as_of"].isoformat() == "2026-11-20"


def test_books_that_do_not_balance_are_not_called_balanced(world, sign_in, monkeypatch) -> None:
    broken = TrialBalance(
        company_id=world.company.pk,
        as_of=world.on,
        currency="GBP",
        rows=[TrialBalanceRow(1, "1200", "Trade receivables", "asset", 10, 0)],
    )
    monkeypatch.setattr("ledger.selectors.trial_balance", lambda **_: broken)
    page = sign_in("Auditor").get("/ledger/").text
    assert "debits and credits differ by 10.00" in page
    assert "debits equal credits" not in page


def test_every_figure_opens_down_to_the_document(world, sign_in) -> None:
    invoice_id = a_sale(world)
    client = sign_in("Auditor")
    receivables = Account.objects.get(code="1200")
    assert f'href="/ledger/accounts/{receivables.pk}/?as_of=2026-11-20"' in client.get("/ledger/").text
    account = client.get(f"/ledger/accounts/{receivables.pk}/")
    entry = JournalEntry.objects.get(source=f"invoice/{invoice_id}/issued")
    assert f'href="/ledger/entries/{entry.pk}/"' in account.text
    page = client.get(f"/ledger/entries/{entry.pk}/")
    assert page.context["page"].debit == page.context["page"].credit == 120
    order_page = page.context["page"].cause.url
    assert client.get(order_page).status_code == 200
    assert "INV-2026-000001" in page.text


def test_every_kind_of_entry_opens(world, sign_in) -> None:
    order = world.order(world.customer(), (world.product(), "10"))
    invoice = world.invoice(world.ship(order))
    world.pay(invoice, "20.00")
    client = sign_in("Finance manager")
    causes = {}
    for entry in JournalEntry.objects.all():
        page = client.get(f"/ledger/entries/{entry.pk}/")
        assert page.status_code == 200, entry.source
        assert "A document booked it" in page.text
        causes[entry.source.partition("/")[0]] = page.context["page"].cause.label
    assert set(causes) == {"receipt", "shipment", "invoice", "payment"}
    assert causes["receipt"] == ""
    assert causes["invoice"] == invoice.number


def test_a_reversed_entry_and_its_reversal_name_each_other(world, sign_in) -> None:
    entry = world.manual_entry()
    manager = staff("Finance manager")
    reversal = reverse_entry(entry_id=entry.pk, on=world.on, reason="Counted twice", actor=manager)
    client = sign_in("Finance manager")
    for one, offered in ((world.manual_entry(), True), (entry, False), (reversal, False)):
        page = client.get(reverse("admin:ledger_journalentry_change", args=[one.pk])).text
        assert (reverse("admin:ledger_journalentry_reverse", args=[one.pk]) in page) is offered
    original = client.get(f"/ledger/entries/{entry.pk}/").text
    assert f'href="/ledger/entries/{reversal.pk}/"' in original
    assert "It has been reversed" in original
    assert "It is itself a reversal" in client.get(f"/ledger/entries/{reversal.pk}/").text


def test_an_account_is_read_page_by_page_with_a_running_balance(world, sign_in, queries) -> None:
    for _ in range(55):
        world.receive(world.product(stock="0"), "1", "2.00")
    client, stock = sign_in("Auditor"), Account.objects.get(code="1400")
    first = client.get(f"/ledger/accounts/{stock.pk}/")
    assert len(first.context["page"].lines) == 50
    second = client.get(f"/ledger/accounts/{stock.pk}/?after={first.context['next']}")
    assert len(second.context["page"].lines) == 5
    assert second.context["page"].opening == 100
    assert second.context["page"].closing == 110
    assert queries(client, f"/ledger/accounts/{stock.pk}/") <= 10
    assert client.get(f"/ledger/accounts/{stock.pk}/?after=rubbish.x").status_code == 200


def test_texts_that_postings_and_the_installation_gave_are_in_the_readers_language(world, sign_in) -> None:
    order = world.order(world.customer(), (world.product(), "1"))
    entry = world.invoice(world.ship(order)).entry
    typed = world.manual_entry()
    client = sign_in("Finance manager")
    User.objects.update(language="fr")
    with translation.override("en"):  # what a request activates ends here
        page = client.get(f"/ledger/entries/{entry.pk}/").text
        assert "Facture à " in page
        assert "Créances clients" in page
        assert "Bank charge" in client.get(f"/ledger/entries/{typed.pk}/").text
        assert "30 jours nets" in client.get(f"/orders/{order.number}/").text
