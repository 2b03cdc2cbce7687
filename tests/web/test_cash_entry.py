"""A payment as it is typed: who paid, how much, for what, and whether it was entered before."""

import pytest

from receivables.models import Payment
from tests.web.test_cash import invoices, open_of
from tests.world import World

TYPED = {"received_on": "2026-11-20", "method": "bank"}
NEW = "/payments/new/"


def told(page) -> dict[str, str]:
    """What the page that is shown tells of itself when it is sent."""
    return {name: page.context[name] for name in ("listed", "proposed")}


def test_what_is_recorded_at_once_goes_to_the_invoice_that_the_text_names(world: World, sign_in) -> None:
    older, newer = invoices(world, "1", "1")
    client, typed = sign_in("AR clerk"), {**TYPED, "customer": older.customer.number, "amount": "12.00"}
    seen = client.post(NEW, {**typed, "do": "look"})
    ticked = [row.item.pk for row in seen.context["proposal"].rows if row.is_ticked]
    assert ticked == [older.receivable_id]
    last = {"reference": f"Thanks {newer.number}", "item": ticked, "do": "record"}
    done = client.post(NEW, {**typed, **told(seen), **last}, follow=True)
    assert (open_of(older), open_of(newer)) == (12, 0)
    assert f"is recorded, and used for {newer.number}." in done.text


def test_what_somebody_ticked_is_what_is_recorded_whatever_the_text_names(world: World, sign_in) -> None:
    older, newer = invoices(world, "1", "1")
    client, typed = sign_in("AR clerk"), {**TYPED, "customer": older.customer.number, "amount": "12.00"}
    seen = client.post(NEW, {**typed, "do": "look"})
    last = {"reference": older.number, "item": newer.receivable_id, "do": "record"}
    client.post(NEW, {**typed, **told(seen), **last})
    assert (open_of(older), open_of(newer)) == (12, 0)


def test_a_part_of_a_name_that_only_one_customer_has_is_taken_once_it_was_seen(world: World, sign_in) -> None:
    invoices(world, "1", name="Harbour Hotel Ltd")
    client, typed = sign_in("AR clerk"), {**TYPED, "customer": "harb", "amount": "12.00"}
    seen = client.post(NEW, {**typed, "do": "record"})
    assert not Payment.objects.exists()
    assert "Nothing is recorded yet: it would be a payment of Harbour Hotel Ltd" in seen.text
    client.post(NEW, {**typed, **told(seen), "do": "record"})
    assert Payment.objects.get().customer.name == "Harbour Hotel Ltd"
    world.customer(name="Harbour Taxis Ltd")
    both = client.post(NEW, {**typed, "do": "look"})
    assert "More than one customer has this in their name: choose one." in both.text


def test_a_look_tells_no_one_that_the_rest_is_missing_and_takes_back_what_was_wrong(world, sign_in) -> None:
    [invoice] = invoices(world, "1")
    client = sign_in("AR clerk")
    wrong = client.post(NEW, {**TYPED, "customer": "nobody", "amount": "", "do": "look"}).text
    assert 'id="id_customer_error" aria-live="polite"><p>No customer has this' in wrong
    assert 'id="id_amount_error" aria-live="polite"></div>' in wrong
    right = client.post(NEW, {**TYPED, "customer": invoice.customer.number, "do": "look"}).text
    assert 'id="id_customer_error" aria-live="polite"></div>' in right


@pytest.mark.parametrize("do", ["look", "record"])
@pytest.mark.parametrize(
    ("currency", "amount", "says"),
    [
        ("GBP", "10.999", "Enter 0.01 GBP or more, with no more decimals than that."),
        ("GBP", "-5", "Enter 0.01 GBP or more, with no more decimals than that."),
        ("GBP", "0", "Enter 0.01 GBP or more, with no more decimals than that."),
        ("JPY", "10.5", "Enter 1 JPY or more, with no more decimals than that."),
    ],
)
def test_an_amount_is_told_in_its_currencys_decimals(world, sign_in, do, currency, amount, says) -> None:
    customer = world.customer(currency=currency)
    page = sign_in("AR clerk").post(NEW, {**TYPED, "customer": customer.number, "amount": amount, "do": do})
    assert says in page.text
    assert page.context["proposal"].booked == []
    assert not Payment.objects.exists()


def test_a_payment_like_one_in_the_books_is_recorded_once_somebody_says_that_it_is_another(
    world: World, sign_in
) -> None:
    [invoice] = invoices(world, "9")
    client = sign_in("AR clerk")
    typed = TYPED | {
        "customer": invoice.customer.number,
        "amount": "12.00",
        "reference": "March",
        "do": "record",
    }
    client.post(NEW, typed)
    first = Payment.objects.get()
    again = client.post(NEW, typed)
    assert again.status_code == 409
    for words in ("payment-repeated", first.number, "It is another payment"):
        assert words in again.text
    assert Payment.objects.count() == 1
    client.post(NEW, {**typed, "acknowledges_duplicate": "on"})
    client.post(NEW, {**typed, "reference": "April"})
    assert Payment.objects.count() == 3
